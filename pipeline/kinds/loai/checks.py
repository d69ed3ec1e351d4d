"""Check a kind of paper: its keys against each other, the year's columns, the other kinds and its Word template."""

import dataclasses
import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath

from pipeline.input.load import AT_KEY, Tree
from pipeline.kinds.bang_tieu_chi.model import OWN_COLUMNS
from pipeline.kinds.bang_tieu_chi.present import SHARE, SUM, points_columns
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.bang_tieu_chi.template import cell_problems
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.probe import probe_fault
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled, own_asked
from pipeline.kinds.noi_dung.present import unknown_names
from pipeline.kinds.noi_dung.shapes import misshapen, missing, unasked
from pipeline.kinds.van_ban.checks.rule import Finding, Rule, apply_rules, as_problems, texts
from pipeline.kinds.van_ban.model import Chung
from pipeline.kinds.van_ban.present import PLAIN_NAMES
from pipeline.kinds.xep_hang.checks import RANKING_RULES
from pipeline.problem import ExitCode, Key, Place, Problem, TemplateError
from pipeline.word.asked import ELSE, Asked

NEEDED = ("nguoi_ky", "noi_nhan", "noi_luu")
"""What every paper must have, from its own file, the kind's or the common one."""


@dataclasses.dataclass(frozen=True, eq=False)
class KindFile:
    """A kind beside what it belongs to: the year's kinds, the names of all their files, the table, the defaults."""

    kind: PaperKind
    kinds: Mapping[str, PaperKind]
    names: frozenset[str]
    table: Bang | None
    defaults: Chung | None


def columns_exist(file: KindFile) -> Iterator[Finding]:
    """Require that a kind's columns are those of the criteria or of the year, each once."""
    own = set(file.table.columns) if file.table else set()
    known = [*OWN_COLUMNS, *own]
    keys = [column.khoa_cot for column in file.kind.keys.cac_cot]
    for position, key in enumerate(keys):
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"có phải `{near[0]}`?" if near else f"chỉ dùng: {', '.join(known)}"
            yield Finding(("cac_cot", position, "khoa_cot"), f"không có cột `{key}`", hint)
        elif key in keys[:position]:
            yield Finding(("cac_cot", position, "khoa_cot"), f"cột `{key}` có hai lần", "bỏ một cột")
    if keys and not file.table:
        yield Finding(("cac_cot",), "năm này không có bộ tiêu chí", "thêm bo-tieu-chi.yaml, hoặc bỏ `cac_cot`")
    if keys and "ten_tieu_chi" not in keys:
        yield Finding(("cac_cot",), "bảng không có cột `ten_tieu_chi`", "thêm cột ấy")


def rankings_have_points(file: KindFile) -> Iterator[Finding]:
    """Require that a ranking goes by a column of points, and that what is told missing is a column of the year."""
    keys, columns = file.kind.keys, file.table.columns if file.table else {}
    points = [key for key, column in columns.items() if column.kieu_cot == "diem"]
    if keys.xep_hang and keys.xep_hang.cot_diem not in points:
        message = f"`{keys.xep_hang.cot_diem}` không phải cột điểm của năm"
        yield Finding(("xep_hang", "cot_diem"), message, f"chỉ dùng một trong: {', '.join(points)}")
    if keys.tong_hop and keys.tong_hop.cot_thieu not in columns:
        message = f"năm này không có cột `{keys.tong_hop.cot_thieu}`"
        yield Finding(("tong_hop", "cot_thieu"), message, f"chỉ dùng một trong: {', '.join(columns)}")


def scope_agrees(file: KindFile) -> Iterator[Finding]:
    """Require of a paper for the whole year its number, date and agency; of one for each unit, that it has none."""
    yield from _for_each_unit(file) if file.kind.is_for_each_unit else _for_the_year(file.kind)


def _for_each_unit(file: KindFile) -> Iterator[Finding]:
    keys = file.kind.keys
    for key in ("van_ban", "xep_hang", "tong_hop"):
        if getattr(keys, key) is not None:
            yield Finding((key, AT_KEY), f"`{key}` chỉ dùng khi `pham_vi: ca_nam`", "bỏ khóa này, hoặc sửa `pham_vi`")
    if keys.so_lieu_mau:
        message = "`so_lieu_mau` của văn bản từng xã ghi trong tệp của xã"
        yield Finding(("so_lieu_mau", AT_KEY), message, "bỏ dòng này")
    if not keys.co_quan_ban_hanh and not file.defaults:
        yield Finding((), "không có cơ quan ban hành", "ghi `co_quan_ban_hanh` trong chung.yaml, hoặc ở đây")


def _for_the_year(kind: PaperKind) -> Iterator[Finding]:
    keys = kind.keys
    if keys.van_ban is None:
        hint = "thêm `van_ban:` với `so_van_ban`, `ngay_ban_hanh`"
        yield Finding(("pham_vi",), "văn bản của cả năm không có số, ngày của nó", hint)
    if keys.co_quan_ban_hanh is None:
        yield Finding(("pham_vi",), "văn bản của cả năm không có cơ quan ban hành", "thêm `co_quan_ban_hanh:`")
    elif not keys.co_quan_ban_hanh.dia_danh:
        message = "không có địa danh in trước ngày tháng"
        yield Finding(("co_quan_ban_hanh", AT_KEY), message, "thêm `dia_danh: …` dưới `co_quan_ban_hanh`")
    for key in NEEDED:
        if not getattr(keys, key):
            yield Finding((), f"thiếu khóa `{key}`", f"thêm `{key}: …` vào tệp này")


def pages_are_a_range(file: KindFile) -> Iterator[Finding]:
    """Require that the fewest pages are not more than the most."""
    keys = file.kind.keys
    if keys.so_trang_it_nhat > keys.so_trang_nhieu_nhat:
        message = f"số trang ít nhất là {keys.so_trang_it_nhat}, nhiều nhất là {keys.so_trang_nhieu_nhat}"
        yield Finding(("so_trang_nhieu_nhat",), message, "sửa một trong hai số")


def files_have_names_of_their_own(file: KindFile) -> Iterator[Finding]:
    """Refuse two kinds whose files would have one name: the same abbreviation in the same scope."""
    own = file.kind
    if not own.abbreviation:
        yield Finding(("viet_tat",), f"`{own.keys.viet_tat}` không cho ra tên tệp", "thêm `ma_tep:` gồm chữ in hoa A-Z")
    for other in file.kinds.values():
        same = (other.abbreviation, other.keys.pham_vi) == (own.abbreviation, own.keys.pham_vi)
        if same and other.name < own.name:
            message = f"{other.path.name} cũng là `{own.abbreviation}`, cùng phạm vi: tên tệp sẽ trùng"
            yield Finding(("viet_tat",), message, f"thêm `ma_tep: {own.abbreviation}2` ở một trong hai tệp")


def predecessor_exists(file: KindFile) -> Iterator[Finding]:
    """Require that the paper before is another kind of the year."""
    before = file.kind.keys.loai_truoc
    if before and (before not in file.names or before == file.kind.name):
        known = ", ".join(sorted(file.names - {file.kind.name}))
        yield Finding(("loai_truoc",), f"năm này không có loại `{before}` khác", f"chỉ dùng một trong: {known}")


def braces_name_fields(file: KindFile) -> Iterator[Finding]:
    """Refuse a name in braces that stands for nothing."""
    keys = file.kind.keys
    known = plain_names(file.kind, file.table)
    for key, lines in (("trich_yeu", keys.trich_yeu), ("can_cu", keys.can_cu), ("kinh_gui", keys.kinh_gui)):
        yield from strange_braces({key: list(lines)}, known)
    yield from strange_braces({"noi_nhan": list(keys.noi_nhan or ())}, known)
    for finding in strange_braces(keys.noi_dung, known):
        yield dataclasses.replace(finding, key=("noi_dung", *finding.key))


def strange_braces(values: Mapping[str, Tree], known: Collection[str]) -> Iterator[Finding]:
    """Find names in braces, within the texts of values, that are none of those known."""
    for key, text in texts(values):
        for name in unknown_names([text], known):
            yield Finding(key, f"không có trường `{{{name}}}`", _near(name, known), f"{{{name}}}")


def check_braces(
    values: Mapping[str, Tree], known: Collection[str], path: PurePath, above: Key = ()
) -> Iterator[Problem]:
    """Refuse names in braces that stand for nothing, in values below a key of a file."""
    yield from as_problems(strange_braces(values, known), "truong-la", path, above)


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"có phải `{{{near[0]}}}`?" if near else f"chỉ dùng: {', '.join(sorted(known))}"


def plain_names(kind: PaperKind, table: Bang | None) -> frozenset[str]:
    """Give the fields that texts of a kind may name in braces: those that its papers always have."""
    names = set(PLAIN_NAMES)
    if table:
        names.add("cong_thuc_tong")
    if table and kind.is_for_each_unit:
        names |= {f"{start}{key}" for start in (SUM, SHARE) for key in points_columns(table)} | {"diem_ap_dung"}
    if kind.keys.xep_hang:
        names.add("so_don_vi")
    if kind.keys.xep_hang or kind.keys.tong_hop:
        names.add("ten_cac_xa_chua_nop")
    return frozenset(names)


KIND_RULES: tuple[Rule[KindFile], ...] = (
    Rule("cot-khong-co", columns_exist),
    Rule("cot-diem-sai", rankings_have_points),
    Rule("pham-vi-sai", scope_agrees),
    Rule("so-trang-nguoc", pages_are_a_range),
    Rule("loai-trung", files_have_names_of_their_own),
    Rule("loai-truoc-la", predecessor_exists),
    Rule("truong-la", braces_name_fields),
)


def check_kind(file: KindFile) -> Iterator[Problem]:
    """Apply every rule about a kind, and hold it to its template; a template that cannot be used is one problem."""
    kind = file.kind
    yield from apply_rules(KIND_RULES, file, kind.path)
    if kind.keys.xep_hang:
        yield from apply_rules(RANKING_RULES, kind.keys.xep_hang, kind.path, ("xep_hang",))
    if not kind.template.content:
        message = f"không có mẫu Word `{kind.template.path}`"
        hint = "chép mẫu vào thư mục mau/ của năm hoặc templates/, hoặc sửa `mau_word`"
        place = Place(kind.path.as_posix(), key=("mau_word",))
        yield Problem(place, "mau-word", message, hint, exit_code=ExitCode.TEMPLATE)
        return
    try:
        template = compiled(kind.template, PAPER_FIELDS)
    except TemplateError as error:
        yield Problem(Place(kind.template.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE)
        return
    if fault := probe_fault(template, kind.template.content):
        message, hint = f"in thử bằng mẫu này thì sai: {fault}", "sửa mẫu Word; xem templates/README.md"
        yield Problem(Place(kind.template.path), "mau-word", message, hint, exit_code=ExitCode.TEMPLATE)
        return
    name, asked = kind.template.path.rpartition("/")[2], own_asked(template)
    values = kind.keys.noi_dung
    yield from as_problems(cell_problems(kind.keys.cac_cot, kind.template.content, name), "so-cot", kind.path)
    yield from as_problems(unasked(values, asked, name), "noi-dung-thua", kind.path, ("noi_dung",))
    yield from as_problems(misshapen(values, asked), "noi-dung-sai-dang", kind.path, ("noi_dung",))
    yield from as_problems(missing_levels(template.asked, file.table), "thieu-hang-mau", kind.path)
    if not kind.is_for_each_unit:
        everything = {**values, **(kind.keys.van_ban.noi_dung if kind.keys.van_ban else {})}
        yield from as_problems(missing(everything, asked, name), "thieu-noi-dung", kind.path, ("noi_dung",))


def missing_levels(asked: Mapping[str, Asked], table: Bang | None) -> Iterator[Finding]:
    """Find levels of the table's rows for which the template has no sample row: such rows would vanish."""
    rows = asked.get("cac_hang")
    if rows is None or table is None or not rows.choices or ELSE in rows.choices:
        return
    lacking = dict.fromkeys(placed.row.cap_hang for placed in table.rows if placed.row.cap_hang not in rows.choices)
    for level in lacking:
        message = f"mẫu không có hàng mẫu cho cấp `{level}` của bộ tiêu chí"
        yield Finding(
            ("mau_word",), message, f"thêm `{{%tr elif … == '{level}' %}}` và một hàng mẫu vào bảng trong Word"
        )
