"""Check dates: which come first, which year they are of, what an issued document must have."""

import datetime as dt
import re
from collections.abc import Iterator

from pipeline.kinds.van_ban.checks.rule import DISTRICTS_END, Finding, PaperFile, TextFile, UnitFile, YearFile
from pipeline.problem import Key

_SHORT_DATE = re.compile(r"(?<![\w/])([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![\w/])")
_CITED = re.compile(r"số (\d{1,6}/[\w-]+),? ngày (?:(\d{1,2})/(\d{1,2})/(\d{4})|(\d{1,2}) tháng (\d{1,2}) năm (\d{4}))")
_DISTRICT = re.compile(r"\b(cấp huyện|huyện|UBND quận|thị xã)\b")
_YEAR = re.compile(r"(?<!giai đoạn )\b[Nn]ăm (20[0-9]{2})\b(?! *[-–])")
_QUARTER = re.compile(r"\b[Qq]uý\s+([IVX0-9]+)\b(?:\s*(?:/|năm)\s*([0-9]{4}))?")
_MONTH = re.compile(r"\btháng\s+(1[0-2]|0?[1-9])\b")


def cited_documents_are_earlier(file: PaperFile) -> Iterator[Finding]:
    """Refuse a document that cites a later one."""
    own = file.paper.ngay_ban_hanh
    for text in file.citing:
        for match in _CITED.finditer(text):
            day, month, year = (int(each) for each in (match.group(2, 3, 4) if match[2] else match.group(5, 6, 7)))
            # While the own day is blank, the end of its month is still possible.
            if (year, month, day) > (own.nam, own.thang, own.ngay or 31):
                own_date = f"{own.ngay or ''}/{own.thang}/{own.nam}"
                message = f"ngày văn bản là {own_date}, trước văn bản {match[0]} mà nó căn cứ"
                yield Finding(("ngay_ban_hanh",), message, "sửa ngày này, hoặc ngày của văn bản được căn cứ")


def date_is_of_the_papers_year(file: PaperFile) -> Iterator[Finding]:
    """Require that a paper is issued in its year, the year before or the year after, when results are told."""
    year, own = file.year, file.paper.ngay_ban_hanh.nam
    if own not in {year - 1, year, year + 1}:
        message = f"văn bản ghi năm {own}, thư mục và bộ tiêu chí là của năm {year}"
        yield Finding(("ngay_ban_hanh",), message, "sửa năm, hoặc chuyển tệp sang thư mục của năm ấy")


def number_and_date_go_together(file: PaperFile) -> Iterator[Finding]:
    """Question a number without a day or a day without a number: both come at once.

    So says Nghị định 30/2020/NĐ-CP, Điều 15.
    """
    document = file.paper
    if document.da_ban_hanh:
        return
    if document.so_van_ban and document.ngay_ban_hanh.ngay is None:
        message = f"có số văn bản {document.so_van_ban} nhưng chưa có ngày"
        yield Finding(("ngay_ban_hanh",), message, "ghi đủ ngày, hoặc để trống số đến khi ban hành")
    if not document.so_van_ban and document.ngay_ban_hanh.ngay is not None:
        message = f"có ngày {document.ngay_ban_hanh.ngay} nhưng chưa có số văn bản"
        yield Finding(("so_van_ban",), message, "ghi số, hoặc để trống ngày đến khi ban hành")


def issued_document_has_number_and_date(file: PaperFile) -> Iterator[Finding]:
    """Require number and day of an issued document (Nghị định 30/2020/NĐ-CP, Điều 8 and 15)."""
    document = file.paper
    if document.da_ban_hanh and not document.so_van_ban:
        yield Finding(("so_van_ban",), "văn bản đã ban hành nhưng không có số", "ghi số, hoặc bỏ `da_ban_hanh: true`")
    if document.da_ban_hanh and document.ngay_ban_hanh.ngay is None:
        message = "văn bản đã ban hành nhưng không có ngày"
        yield Finding(("ngay_ban_hanh",), message, "ghi đủ ngày, tháng, năm, hoặc bỏ `da_ban_hanh: true`")


def samples_are_not_issued(file: PaperFile) -> Iterator[Finding]:
    """Refuse an issued document of sample figures."""
    if file.so_lieu_mau and file.paper.da_ban_hanh:
        message = "vừa là số liệu mẫu vừa đã ban hành"
        yield Finding(("da_ban_hanh",), message, "bỏ `so_lieu_mau: true` sau khi thay mọi số liệu, hoặc bỏ dòng này")


def dates_in_texts_are_padded(file: UnitFile) -> Iterator[Finding]:
    """Question days under 10 and months 1 and 2 without a leading 0; right are 05/01/2023, 24/8/2023.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 4.
    """
    for key, text in file.texts:
        for match in _SHORT_DATE.finditer(text):
            day, month = int(match[1]), int(match[2])
            expected = f"{day:02d}/{month:02d}/{match[3]}" if month <= 2 else f"{day:02d}/{month}/{match[3]}"  # noqa: PLR2004 - the rule's own number
            if not _exists(day, month, int(match[3])):
                yield Finding(key, f"không có ngày {match[0]}", "sửa ngày, tháng", match[0])
            elif match[0] != expected:
                yield Finding(key, f"ngày viết là {match[0]}", f"ghi {expected}", match[0])


def _exists(day: int, month: int, year: int) -> bool:
    """Tell whether there is such a day."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def texts_name_the_year(file: TextFile) -> Iterator[Finding]:
    """Question texts that name another year than the file's: often they are left over from copying."""
    for key, text in file.texts:
        yield from other_years(key, text, file.year)


def named_agencies_exist(file: UnitFile) -> Iterator[Finding]:
    """Refuse a document since 2025-07-01 that names a district (Luật 72/2025/QH15, Điều 51, khoản 3)."""
    if file.day >= DISTRICTS_END:
        for key, text in file.texts:
            yield from districts(key, text)


def other_years(key: Key, text: str, year: int) -> Iterator[Finding]:
    """Find years other than the papers' in a text, quarters that do not exist, and months outside their quarter."""
    for match in _YEAR.finditer(text):
        if int(match[1]) != year:
            message = f"“{match[0]}” trong văn bản năm {year}"
            yield Finding(key, message, f"nếu còn sót từ năm khác thì sửa thành {year}", match[0])
    month = _MONTH.search(text)
    for match in _QUARTER.finditer(text):
        quarter = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(match[1])
        if quarter is None:
            yield Finding(key, f"“{match[0]}”: không có quý {match[1]}", "quý viết bằng số La Mã từ I đến IV", match[0])
        elif match[2] and int(match[2]) != year:
            message, hint = f"“{match[0]}” trong văn bản năm {year}", f"nếu còn sót thì sửa thành năm {year}"
            yield Finding(key, message, hint, match[0])
        elif month and (int(month[1]) + 2) // 3 != quarter:
            yield Finding(key, f"tháng {month[1]} không thuộc quý {match[1]}", "sửa tháng hoặc quý", match[0])


def no_district_after_the_reform(file: YearFile) -> Iterator[Finding]:
    """Refuse districts in years after 2025: the level ended on 2025-07-01 (Luật 72/2025/QH15, Điều 51, khoản 3)."""
    if file.year > DISTRICTS_END.year:
        for key, text in file.texts:
            yield from districts(key, text)


def districts(key: Key, text: str) -> Iterator[Finding]:
    """Find the first word for the district level in a text."""
    for match in _DISTRICT.finditer(text):
        message = f"“{text[max(match.start() - 20, 0) : match.end() + 20].strip()}”: không còn cấp huyện từ 01/7/2025"
        yield Finding(key, message, "thay bằng cơ quan của tỉnh, hoặc bỏ dòng này", match[0])
        return
