"""Rules about dates: which come first, which year they are of, what an issued document must have."""

import re
from collections.abc import Iterator

from pipeline.kinds.bang_tieu_chi.checks.criteria import districts, other_years
from pipeline.kinds.ke_hoach.checks.rule import DISTRICTS_END, CommuneFile, Finding

_SHORT_DATE = re.compile(r"(?<![\w/])([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![\w/])")
_MONTHS = range(1, 13)


def cited_document_is_earlier(file: CommuneFile) -> Iterator[Finding]:
    """A document does not cite one that is later than itself."""
    own, cited = file.commune.ngay_ban_hanh, file.criteria_set.van_ban_can_cu
    other = cited.ngay_ban_hanh
    # While the own day is blank, the end of its month is still possible.
    if (other.nam, other.thang, other.ngay or 0) > (own.nam, own.thang, own.ngay or 31):
        written = f"{own.ngay or ''}/{own.thang}/{own.nam}"
        message = (
            f"ngày văn bản là {written}, trước {cited.ten_loai} số {cited.so_ky_hieu}"
            f" ngày {other.ngay}/{other.thang}/{other.nam} mà nó căn cứ"
        )
        yield Finding(("ngay_ban_hanh",), message, "sửa ngày này, hoặc ngày của `van_ban_can_cu` trong bộ tiêu chí")


def date_is_of_the_plans_year(file: CommuneFile) -> Iterator[Finding]:
    """A plan is issued in its year or at the end of the year before."""
    year, own = file.criteria_set.nam_ke_hoach, file.commune.ngay_ban_hanh.nam
    if own not in {year - 1, year}:
        message = f"văn bản ghi năm {own}, kế hoạch và bộ tiêu chí là của năm {year}"
        yield Finding(("ngay_ban_hanh",), message, "sửa năm, hoặc chuyển tệp sang thư mục của năm ấy")


def number_and_date_go_together(file: CommuneFile) -> Iterator[Finding]:
    """A document gets its number and its day at once, when it is signed (Nghị định 30/2020/NĐ-CP, Điều 15)."""
    commune = file.commune
    if commune.da_ban_hanh:
        return
    if commune.so_van_ban and commune.ngay_ban_hanh.ngay is None:
        message = f"có số văn bản {commune.so_van_ban} nhưng chưa có ngày"
        yield Finding(("ngay_ban_hanh",), message, "ghi đủ ngày, hoặc để trống số đến khi ban hành")
    if not commune.so_van_ban and commune.ngay_ban_hanh.ngay is not None:
        message = f"có ngày {commune.ngay_ban_hanh.ngay} nhưng chưa có số văn bản"
        yield Finding(("so_van_ban",), message, "ghi số, hoặc để trống ngày đến khi ban hành")


def issued_document_has_number_and_date(file: CommuneFile) -> Iterator[Finding]:
    """An issued document has its number and its day (Nghị định 30/2020/NĐ-CP, Điều 8 and 15)."""
    commune = file.commune
    if commune.da_ban_hanh and not commune.so_van_ban:
        yield Finding(("so_van_ban",), "văn bản đã ban hành nhưng không có số", "ghi số, hoặc bỏ `da_ban_hanh: true`")
    if commune.da_ban_hanh and commune.ngay_ban_hanh.ngay is None:
        message = "văn bản đã ban hành nhưng không có ngày"
        yield Finding(("ngay_ban_hanh",), message, "ghi đủ ngày, tháng, năm, hoặc bỏ `da_ban_hanh: true`")


def samples_are_not_issued(file: CommuneFile) -> Iterator[Finding]:
    """A document of sample figures is nothing to issue."""
    if file.commune.so_lieu_mau and file.commune.da_ban_hanh:
        message = "vừa là số liệu mẫu vừa đã ban hành"
        yield Finding(("da_ban_hanh",), message, "bỏ `so_lieu_mau: true` sau khi thay mọi số liệu, hoặc bỏ dòng này")


def dates_in_texts_are_padded(file: CommuneFile) -> Iterator[Finding]:
    """Days under 10 and months 1 and 2 have a leading 0 (Phụ lục I, phần I, mục II, khoản 4): 05/01/2023, 24/8/2023."""
    for key, text in file.texts:
        if key == ("ngay_ban_hanh",):
            continue
        for found in _SHORT_DATE.finditer(text):
            day, month = int(found[1]), int(found[2])
            wanted = f"{day:02d}/{month:02d}/{found[3]}" if month <= 2 else f"{day:02d}/{month}/{found[3]}"  # noqa: PLR2004 - the rule's own number
            if month not in _MONTHS or not 1 <= day <= 31:  # noqa: PLR2004 - days of a month
                yield Finding(key, f"không có ngày {found[0]}", "sửa ngày, tháng", found[0])
            elif found[0] != wanted:
                yield Finding(key, f"ngày viết là {found[0]}", f"ghi {wanted}", found[0])


def texts_name_the_year(file: CommuneFile) -> Iterator[Finding]:
    """A target that names a year, quarter or month names one of the plan."""
    for key, text in file.texts:
        yield from other_years(key, text, file.criteria_set.nam_ke_hoach)


def recipients_exist(file: CommuneFile) -> Iterator[Finding]:
    """A document since 2025-07-01 goes to no district (Luật 72/2025/QH15, Điều 51, khoản 3)."""
    if file.day >= DISTRICTS_END:
        for key, text in file.texts:
            yield from districts(key, text)
