"""The check stage: one small function per rule, in two tuples; none stops another."""

import collections
import dataclasses
import difflib
from collections.abc import Callable, Iterator
from pathlib import PurePath

from pipeline.emphasis import plain_text
from pipeline.load import AT_KEY
from pipeline.model import BoTieuChi, Commune
from pipeline.problem import Key, Place, Problem
from pipeline.vietnamese import slug

CRITERIA_SET_FILE = "bo-tieu-chi.yaml"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a check says: the key it is about, the message, how to mend it."""

    key: Key
    message: str
    hint: str


def check_criteria_set(criteria_set: BoTieuChi, path: str) -> tuple[Problem, ...]:
    """Apply every rule about a criteria set. `path` is the file's, as printed."""
    return tuple(
        Problem(Place(path, key=found.key), code, found.message, found.hint)
        for code, rule in CRITERIA_SET_CHECKS
        for found in rule(criteria_set, PurePath(path))
    )


def check_commune(commune: Commune, criteria_set: BoTieuChi, path: str) -> tuple[Problem, ...]:
    """Apply every rule about a commune's file against the criteria set of its year."""
    return tuple(
        Problem(Place(path, key=found.key), code, found.message, found.hint)
        for code, rule in COMMUNE_CHECKS
        for found in rule(commune, criteria_set, PurePath(path))
    )


def year_is_folder(criteria_set: BoTieuChi, path: PurePath) -> Iterator[Finding]:
    """The criteria set of a year lies in the folder of that year."""
    if str(criteria_set.nam_ke_hoach) != path.parent.name:
        message = f"năm kế hoạch là {criteria_set.nam_ke_hoach}, thư mục là `{path.parent.name}`"
        yield Finding(("nam_ke_hoach",), message, "sửa năm, hoặc chuyển tệp sang đúng thư mục")


def identities_are_unique(criteria_set: BoTieuChi, _: PurePath) -> Iterator[Finding]:
    """A criterion's identity names one criterion."""
    seen: dict[str, str] = {}
    for key, row in criteria_set.rows():
        if row.dinh_danh in seen:
            message = f"`{row.dinh_danh}` đã là định danh của “{plain_text(seen[row.dinh_danh])}”"
            yield Finding(
                (*key, "dinh_danh"), message, "đặt định danh khác; định danh đã dùng năm trước thì giữ nguyên"
            )
        seen.setdefault(row.dinh_danh, row.ten_tieu_chi)


def target_has_one_source(criteria_set: BoTieuChi, _: PurePath) -> Iterator[Finding]:
    """A target is common to all communes or each commune's own, not both."""
    for key, row in criteria_set.rows():
        if row.xa_tu_dien and row.chi_tieu_chung is not None:
            message = "vừa có `chi_tieu_chung` vừa có `xa_tu_dien: true`"
            yield Finding((*key, "xa_tu_dien"), message, "bỏ một trong hai khóa")


def file_is_named_after_commune(commune: Commune, _: BoTieuChi, path: PurePath) -> Iterator[Finding]:
    """The file's name is the unit's code and the slug of its name."""
    unit = commune.don_vi
    expected = f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}.yaml"
    if path.name != expected:
        message = f"tệp tên `{path.name}` nhưng nội dung là của {unit.ten_don_vi}, mã {unit.ma_don_vi}"
        yield Finding(("don_vi", "ma_don_vi"), message, f"đổi tên tệp thành `{expected}`, hoặc sửa mã, tên đơn vị")


def targets_are_complete(commune: Commune, criteria_set: BoTieuChi, _: PurePath) -> Iterator[Finding]:
    """Every criterion left to the commune has a target."""
    for _key, row in criteria_set.rows():
        if row.xa_tu_dien and row.dinh_danh not in commune.chi_tieu:
            message = f"thiếu chỉ tiêu cho “{row.ky_hieu} {plain_text(row.ten_tieu_chi)}”"
            yield Finding(("chi_tieu", AT_KEY), message, f"thêm dòng `{row.dinh_danh}: …` dưới `chi_tieu`")


def targets_have_criteria(commune: Commune, criteria_set: BoTieuChi, _: PurePath) -> Iterator[Finding]:
    """Every target belongs to a criterion left to the commune."""
    rows = {row.dinh_danh: row for _, row in criteria_set.rows()}
    own = [identity for identity, row in rows.items() if row.xa_tu_dien]
    for identity in commune.chi_tieu:
        if identity not in rows:
            near = difflib.get_close_matches(identity, own, n=1)
            hint = f"có phải `{near[0]}`?" if near else f"xem các định danh trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), f"bộ tiêu chí không có `{identity}`", hint)
        elif not rows[identity].xa_tu_dien:
            message = f"chỉ tiêu của “{plain_text(rows[identity].ten_tieu_chi)}” không do xã điền"
            hint = f"bỏ dòng này, hoặc ghi `xa_tu_dien: true` ở tiêu chí đó trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), message, hint)


def signing_names_the_replaced(commune: Commune, _: BoTieuChi, __: PurePath) -> Iterator[Finding]:
    """KT., TL. and TUQ. name the post they sign for (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7)."""
    signer = commune.nguoi_ky
    replaces = signer.hinh_thuc_ky in {"KT.", "TL.", "TUQ."}
    if replaces and not signer.ky_thay:
        message = f"ký {signer.hinh_thuc_ky} nhưng không có `ky_thay`"
        yield Finding(
            ("nguoi_ky", "hinh_thuc_ky"), message, "thêm dòng `ky_thay: Chủ tịch` (chức vụ của người được ký thay)"
        )
    if signer.ky_thay and not replaces:
        message = f"có `ky_thay` là `{signer.ky_thay}` nhưng hình thức ký là `{signer.hinh_thuc_ky}`"
        yield Finding(("nguoi_ky", "ky_thay", AT_KEY), message, "bỏ `ky_thay`, hoặc ghi hình thức ký KT., TL. hay TUQ.")


def recipients_are_bare(commune: Commune, _: BoTieuChi, __: PurePath) -> Iterator[Finding]:
    """Recipients carry no list marks; the machine prints `- `, `;` and `.` (same annex, khoản 9)."""
    lines = [*((("noi_nhan", n), line) for n, line in enumerate(commune.noi_nhan)), (("noi_luu",), commune.noi_luu)]
    for key, line in lines:
        if line.startswith(("-", "–", "+")) or line.endswith((";", ".")):
            yield Finding(key, f"“{line}” có dấu đầu hoặc cuối dòng", "chỉ ghi tên nơi nhận; dấu -, ; và . do máy in")
    for line, times in collections.Counter(commune.noi_nhan).items():
        if times > 1:
            position = len(commune.noi_nhan) - 1 - commune.noi_nhan[::-1].index(line)
            yield Finding(("noi_nhan", position), f"“{line}” có {times} lần", "giữ một dòng")


CriteriaSetCheck = Callable[[BoTieuChi, PurePath], Iterator[Finding]]
CommuneCheck = Callable[[Commune, BoTieuChi, PurePath], Iterator[Finding]]

CRITERIA_SET_CHECKS: tuple[tuple[str, CriteriaSetCheck], ...] = (
    ("nam-khac-thu-muc", year_is_folder),
    ("dinh-danh-trung", identities_are_unique),
    ("chi-tieu-hai-nguon", target_has_one_source),
)
COMMUNE_CHECKS: tuple[tuple[str, CommuneCheck], ...] = (
    ("sai-ten-tep", file_is_named_after_commune),
    ("thieu-chi-tieu", targets_are_complete),
    ("chi-tieu-la", targets_have_criteria),
    ("sai-ky-thay", signing_names_the_replaced),
    ("sai-noi-nhan", recipients_are_bare),
)
