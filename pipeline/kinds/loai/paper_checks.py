"""Check one paper of a unit against its kind, the defaults, the columns that it prints, and its Word template."""

from collections.abc import Iterator
from pathlib import PurePath

from pipeline.input.load import AT_KEY
from pipeline.kinds.bang_tieu_chi.table import GiaTri
from pipeline.kinds.loai.checks import NEEDED, check_braces, plain_names
from pipeline.kinds.loai.dependence import used_columns, uses_criteria
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled, own_asked
from pipeline.kinds.loai.year import Year
from pipeline.kinds.noi_dung.present import printed_texts
from pipeline.kinds.noi_dung.shapes import misshapen, missing, unasked
from pipeline.kinds.van_ban.checks import check_paper
from pipeline.kinds.van_ban.checks.rule import PaperFile, as_problems
from pipeline.kinds.van_ban.model import NguoiKyNoiNhan, TepDonVi, VanBanRieng
from pipeline.kinds.van_ban.present import PLAIN_NAMES
from pipeline.problem import Place, Problem


def paper_problems(kind: PaperKind, year: Year, content: TepDonVi, values: GiaTri, path: PurePath) -> Iterator[Problem]:
    """Find what keeps a unit's paper of a kind from being right, beside what is wrong with the unit's file."""
    paper, above = content.van_ban[kind.name], ("van_ban", kind.name)
    if not kind.is_for_each_unit:
        place = Place(path.as_posix(), key=(*above, AT_KEY))
        message = f"`{kind.name}` là văn bản của cả năm, không phải của từng xã"
        yield Problem(place, "loai-ca-nam", message, f"bỏ mục này; số, ngày ghi trong {kind.path.name}")
        return
    yield from check_paper(PaperFile(paper, content.so_lieu_mau, year.number, citing(kind, paper)), path, above)
    for name in NEEDED:
        if not any(getattr(layer, name) for layer in layers(kind, year, content, paper)):
            message = f"thiếu khóa `{name}`"
            hint = f"thêm `{name}: …` ở đây, ở đầu tệp này, hoặc một lần cho mọi xã trong chung.yaml"
            yield Problem(Place(path.as_posix(), key=above), "thieu-khoa", message, hint)
    known = plain_names(kind, year.table) if uses_criteria(kind, year) else PLAIN_NAMES
    yield from check_braces({"noi_nhan": list(paper.noi_nhan or ())}, known, path, above)
    yield from check_braces(paper.noi_dung, known, path, (*above, "noi_dung"))
    yield from _unfilled(kind, year, values, path, paper)
    template = compiled(kind.template, PAPER_FIELDS)
    file, asked = kind.template.path.rpartition("/")[2], own_asked(template)
    everything = {**kind.keys.noi_dung, **paper.noi_dung}
    own = (*above, "noi_dung")
    yield from as_problems(missing(everything, asked, file), "thieu-noi-dung", path, own)
    yield from as_problems(unasked(paper.noi_dung, asked, file), "noi-dung-thua", path, own)
    yield from as_problems(misshapen(paper.noi_dung, asked), "noi-dung-sai-dang", path, own)


def layers(kind: PaperKind, year: Year, content: TepDonVi, paper: VanBanRieng) -> tuple[NguoiKyNoiNhan, ...]:
    """Give the places that say who signs and receives, the strongest first: a unit's own value wins.

    A paper that another agency issues has nothing to do with the unit's people.
    """
    if kind.keys.co_quan_ban_hanh:
        return (paper, kind.keys)
    return (paper, content, kind.keys, *((year.defaults,) if year.defaults else ()))


def citing(kind: PaperKind, paper: VanBanRieng) -> tuple[str, ...]:
    """Give the texts of a paper that may cite other documents."""
    return (*kind.keys.can_cu, *printed_texts(kind.keys.noi_dung), *printed_texts(paper.noi_dung))


def _unfilled(kind: PaperKind, year: Year, values: GiaTri, path: PurePath, paper: VanBanRieng) -> Iterator[Problem]:
    """Report columns that a paper prints and the unit has not filled in at all."""
    columns = year.table.columns if year.table else {}
    used = used_columns(kind, year, paper)
    for known in columns.values():
        if known.khoa_cot in used and known.hang_can != "tuy_y" and not values.has(known.khoa_cot):
            message = f"chưa có `{known.khoa_cot}` ({known.ten_cot}), mà {kind.keys.ten_loai.lower()} này in nó"
            hint = f"thêm `{known.khoa_cot}:` với các tiêu chí, hoặc bỏ mục `{kind.name}` đến khi có"
            yield Problem(Place(path.as_posix(), key=("van_ban", kind.name, AT_KEY)), "chua-dien", message, hint)
