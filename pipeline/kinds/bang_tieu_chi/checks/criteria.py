"""Check the table of a year: its folder, identities, labels, columns, where values come from."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile
from pipeline.kinds.bang_tieu_chi.labels import expected_labels
from pipeline.kinds.bang_tieu_chi.model import MAXIMUM, OWN_COLUMNS, TieuChi
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.kinds.van_ban.model import TepDonVi
from pipeline.problem import Key, short
from pipeline.vietnamese import format_points

_UNNUMBERED = frozenset({"-", "–", "+", ""})
_USUAL_TOTAL = 100


def year_is_folder(file: TableFile) -> Iterator[Finding]:
    """Require that a criteria set lies in the folder of its year."""
    if str(file.content.nam) != file.folder:
        message = f"năm của bộ tiêu chí là {file.content.nam}, thư mục là `{file.folder}`"
        yield Finding(("nam",), message, "sửa năm, hoặc chuyển tệp sang đúng thư mục")


def total_is_100(file: TableFile) -> Iterator[Finding]:
    """Question a total other than 100, on which classes and thresholds are reckoned, unless the set says so itself."""
    total, scale = file.content.tong_diem, file.content.thang_diem or Decimal(_USUAL_TOTAL)
    if total != scale:
        hint = f"xem lại điểm; nếu đúng là thang điểm khác thì ghi `thang_diem: {format_points(total)}`"
        message = f"tổng điểm là {format_points(total)}, thang điểm là {format_points(scale)}"
        yield Finding(("tong_diem",), message, hint)


def identities_are_unique(file: TableFile) -> Iterator[Finding]:
    """Require that an identity names one criterion: it is the key of points and targets."""
    names: dict[str, str] = {}
    for key, _, row in file.table.rows:
        if row.dinh_danh in names:
            message = f"`{row.dinh_danh}` đã là định danh của “{short(plain_text(names[row.dinh_danh]))}”"
            hint = "đặt định danh khác; định danh đã dùng năm trước thì giữ nguyên"
            yield Finding((*key, "dinh_danh"), message, hint)
        names.setdefault(row.dinh_danh, row.ten_tieu_chi)


def target_has_one_source(file: TableFile) -> Iterator[Finding]:
    """Refuse a target that is both common to all communes and each commune's own."""
    for key, _, row in file.table.rows:
        if row.xa_tu_dien and row.chi_tieu_chung is not None:
            message = "vừa có `chi_tieu_chung` vừa có `xa_tu_dien: true`"
            yield Finding((*key, "xa_tu_dien"), message, "bỏ một trong hai khóa")


def columns_are_named_once(file: TableFile) -> Iterator[Finding]:
    """Require that a column's key is its own: not another column's, nor one that has a meaning in every year."""
    keys: set[str] = {*OWN_COLUMNS, "chi_tieu_chung", "khong_ap_dung", *TepDonVi.model_fields}
    for position, column in enumerate(file.content.cac_cot):
        if column.khoa_cot in keys or hasattr(TepDonVi, column.khoa_cot):
            yield Finding(("cac_cot", position, "khoa_cot"), f"đã có cột `{column.khoa_cot}`", "đặt khóa khác")
        keys.add(column.khoa_cot)


def columns_compared_are_points(file: TableFile) -> Iterator[Finding]:
    """Require that `khi_khac` names two columns of points."""
    points = {MAXIMUM, *(column.khoa_cot for column in file.content.cac_cot if column.kieu_cot == "diem")}
    for position, column in enumerate(file.content.cac_cot):
        unknown = [key for key in column.khi_khac if key not in points]
        if unknown or len(column.khi_khac) == 1:
            message = f"`khi_khac` là {', '.join(column.khi_khac)}; phải là hai cột điểm"
            yield Finding(("cac_cot", position, "khi_khac"), message, f"chọn hai trong: {', '.join(sorted(points))}")


def common_values_have_columns(file: TableFile) -> Iterator[Finding]:
    """Refuse a value for a column that the year does not have, or that is filled in with points."""
    for key, _, row in file.table.rows:
        for column in row.gia_tri:
            if column not in file.table.columns or file.table.columns[column].kieu_cot == "diem":
                message = f"không có cột chữ `{column}` trong `cac_cot`"
                yield Finding((*key, "gia_tri", column), message, "thêm cột ấy dưới `cac_cot`, hoặc sửa khóa")


def bonuses_are_at_the_leaves(file: TableFile) -> Iterator[Finding]:
    """Require that a bonus or penalty is a scored row, and that only such a row has a least number of points."""
    for key, _, row in file.table.rows:
        if row.thuong_phat and row.dinh_danh not in file.table.scored:
            message = "hàng có hàng con không ghi `thuong_phat`"
            yield Finding((*key, "thuong_phat"), message, "ghi `thuong_phat: true` ở từng hàng con cho điểm")
        if row.diem_toi_thieu is not None and not (row.thuong_phat and row.diem_toi_thieu <= Decimal(0)):
            message = "`diem_toi_thieu` chỉ dùng ở hàng `thuong_phat: true`, từ 0 trở xuống"
            yield Finding((*key, "diem_toi_thieu"), message, "bỏ khóa này, hoặc thêm `thuong_phat: true`")


def labels_count_up(file: TableFile) -> Iterator[Finding]:
    """Require that labels of sibling rows count up without a gap, in the form that their level has in `cach_danh_so`.

    The first part of `1,10` is the label of the row above. Dashes do not count. The sections' labels must all be
    there, since the formula of the total row is made of them.
    """
    yield from _labels(file.content.bang_tieu_chi, file.content.cach_danh_so, ("bang_tieu_chi",), "")


def _labels(rows: Sequence[TieuChi], styles: Sequence[str], key: Key, above: str) -> Iterator[Finding]:
    if not styles:
        return
    number = 1
    for position, row in enumerate(rows):
        here = (*key, position)
        if row.ky_hieu not in _UNNUMBERED or (len(key) == 1 and row.cap_hang != "ghi_chu"):
            labels = expected_labels(styles[0], above, number)
            number += 1
            if row.ky_hieu not in labels:
                yield _wrong_label(row, here, labels[0])
        yield from _labels(row.tieu_chi_con, styles[1:], (*here, "tieu_chi_con"), row.ky_hieu)


def _wrong_label(row: TieuChi, here: Key, expected: str) -> Finding:
    message = f"ký hiệu là `{row.ky_hieu}`, theo thứ tự phải là `{expected}`"
    place = (*here, "ky_hieu") if row.ky_hieu else (*here, "dinh_danh")
    hint = f'ghi `ky_hieu: "{expected}"`, hoặc xem lại thứ tự các hàng'
    if row.ky_hieu.replace(".", ",") == expected.replace(".", ","):
        wrong, right = ("chấm", "phẩy") if "." in row.ky_hieu else ("phẩy", "chấm")
        message = f"ký hiệu `{row.ky_hieu}` dùng dấu {wrong}, các hàng khác dùng dấu {right}"
        hint = f'ghi `ky_hieu: "{expected}"`'
    return Finding(place, message, hint)
