"""Rules about a criteria set: its year, identities, labels, where targets come from."""

import re
from collections.abc import Iterator, Sequence

from pipeline.emphasis import plain_text
from pipeline.kinds.ke_hoach.checks.rule import DISTRICTS_END, CriteriaSetFile, Finding
from pipeline.kinds.ke_hoach.model import TieuChi
from pipeline.problem import Key, short

_NUMBERED = re.compile(r"(?:(?P<parent>[0-9]+),)?(?P<number>[0-9]+)")
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_DISTRICT = re.compile(r"\b(cấp huyện|huyện|UBND quận|thị xã)\b")
_YEAR = re.compile(r"(?<!giai đoạn )\b[Nn]ăm (20[0-9]{2})\b(?! *[-–])")
_QUARTER = re.compile(r"\b[Qq]uý\s+([IVX0-9]+)\b(?:\s*(?:/|năm)\s*([0-9]{4}))?")
_MONTH = re.compile(r"\btháng\s+(1[0-2]|0?[1-9])\b")


def year_is_folder(file: CriteriaSetFile) -> Iterator[Finding]:
    """The criteria set of a year lies in the folder of that year."""
    year, folder = file.criteria_set.nam_ke_hoach, file.path.parent.name
    if str(year) != folder:
        message = f"năm kế hoạch là {year}, thư mục là `{folder}`"
        yield Finding(("nam_ke_hoach",), message, "sửa năm, hoặc chuyển tệp sang đúng thư mục")


def identities_are_unique(file: CriteriaSetFile) -> Iterator[Finding]:
    """A criterion's identity names one criterion."""
    seen: dict[str, str] = {}
    for key, row in file.criteria_set.rows():
        if row.dinh_danh in seen:
            message = f"`{row.dinh_danh}` đã là định danh của “{short(plain_text(seen[row.dinh_danh]))}”"
            hint = "đặt định danh khác; định danh đã dùng năm trước thì giữ nguyên"
            yield Finding((*key, "dinh_danh"), message, hint)
        seen.setdefault(row.dinh_danh, row.ten_tieu_chi)


def target_has_one_source(file: CriteriaSetFile) -> Iterator[Finding]:
    """A target is common to all communes or each commune's own, not both."""
    for key, row in file.criteria_set.rows():
        if row.xa_tu_dien and row.chi_tieu_chung is not None:
            message = "vừa có `chi_tieu_chung` vừa có `xa_tu_dien: true`"
            yield Finding((*key, "xa_tu_dien"), message, "bỏ một trong hai khóa")


def labels_count_up(file: CriteriaSetFile) -> Iterator[Finding]:
    """Labels of rows side by side count up without gap or repetition: I, II; 1, 2; 1,9, 1,10; dashes stand for none.

    The first part of `1,10` is the label of the group above, where that is a number. The formula of the total row is
    made of the sections' labels, so that these must all be there.
    """
    yield from _labels(file.criteria_set.bang_tieu_chi, ("bang_tieu_chi",), "")


def _labels(rows: Sequence[TieuChi], key: Key, above: str) -> Iterator[Finding]:
    expected = 1
    for position, row in enumerate(rows):
        here = (*key, position)
        wanted = _wanted(row, expected, above)
        if wanted and row.ky_hieu != wanted:
            message = f"ký hiệu là `{row.ky_hieu}`, theo thứ tự phải là `{wanted}`"
            place = (*here, "ky_hieu") if row.ky_hieu else (*here, "dinh_danh")
            yield Finding(place, message, f'ghi `ky_hieu: "{wanted}"`, hoặc xem lại thứ tự các hàng')
        expected += bool(wanted)
        yield from _labels(row.tieu_chi_con, (*here, "tieu_chi_con"), row.ky_hieu)


def _wanted(row: TieuChi, number: int, above: str) -> str:
    """Give the label that a row must have as the `number`th of its kind, or nothing where its kind has no number."""
    if row.cap_hang == "muc_lon":
        return _roman(number)
    if not (found := _NUMBERED.fullmatch(row.ky_hieu)):
        return ""
    return f"{above if above.isdecimal() else found['parent']},{number}" if found["parent"] else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def texts_name_the_year(file: CriteriaSetFile) -> Iterator[Finding]:
    """A text that names a year names the plan's: another is often last year's, left over from copying."""
    for key, text in file.texts:
        yield from other_years(key, text, file.criteria_set.nam_ke_hoach)


def other_years(key: Key, text: str, year: int) -> Iterator[Finding]:
    """Find years, quarters and months in a text that cannot be those of a year's plan."""
    for found in _YEAR.finditer(text):
        if int(found[1]) != year:
            message = f"“{found[0]}” trong kế hoạch năm {year}"
            yield Finding(key, message, f"nếu còn sót từ năm khác thì sửa thành {year}", found[0])
    month = _MONTH.search(text)
    for found in _QUARTER.finditer(text):
        quarter = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(found[1])
        if quarter is None:
            yield Finding(key, f"“{found[0]}”: không có quý {found[1]}", "quý viết bằng số La Mã từ I đến IV", found[0])
        elif found[2] and int(found[2]) != year:
            message, hint = f"“{found[0]}” trong kế hoạch năm {year}", f"nếu còn sót thì sửa thành năm {year}"
            yield Finding(key, message, hint, found[0])
        elif month and (int(month[1]) + 2) // 3 != quarter:
            yield Finding(key, f"tháng {month[1]} không thuộc quý {found[1]}", "sửa tháng hoặc quý", found[0])


def no_district_after_the_reform(file: CriteriaSetFile) -> Iterator[Finding]:
    """A plan for a year after 2025 names no district: the level ended on 2025-07-01 (Luật 72/2025/QH15, Điều 51)."""
    if file.criteria_set.nam_ke_hoach > DISTRICTS_END.year:
        for key, text in file.texts:
            yield from districts(key, text)


def districts(key: Key, text: str) -> Iterator[Finding]:
    """Find words for the district level in a text."""
    for found in _DISTRICT.finditer(text):
        message = f"“{text[max(found.start() - 20, 0) : found.end() + 20].strip()}”: không còn cấp huyện từ 01/7/2025"
        yield Finding(key, message, "thay bằng cơ quan của tỉnh, hoặc bỏ dòng này", found[0])
        return
