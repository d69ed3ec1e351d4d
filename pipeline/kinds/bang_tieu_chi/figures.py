"""Read a target as a figure, a number with a unit of measure, where it says one and no other; else it is a text.

A wrong number in a sum or a median is worse than none: so years, dates, ranges, several numbers and unknown units give
no figure.
"""

import dataclasses
import re
from decimal import Decimal

# A number by itself: no part of a date, a document's number or a word.
NUMBER = re.compile(r"(?<![\w/.,-])[0-9]+(?:[.,][0-9]+)*(?![\w/])(?![.,][0-9])")
WELL_FORMED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?")
ENGLISH_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
LONGEST_FIGURE = 60
"""A longer target is a text, not a figure."""

# Times, which are no amounts: năm 2026, quý 2, tháng 11, ngày 20/11, giai đoạn 2026-2030.
_TIME = re.compile(
    r"(?:giai đoạn|năm|quý|tháng|ngày)\s+[0-9IVX]+(?:\s*(?:/|-|–|đến)\s*[0-9]+)*|[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"[0-9]\s*(?:-|–|÷|đến|tới)\s*[0-9]|\btừ\b.*\bđến\b", re.IGNORECASE)
_AFTER = re.compile(r"\s*(?:trở lên|trở xuống|trở đi|/năm|một năm|mỗi năm|năm)?\s*[.;:,]?\s*$", re.IGNORECASE)
_UNIT_WORDS = (
    *("%", "‰", "ha", "m", "m2", "m²", "m3", "m³", "km", "km2", "km²", "kg", "tạ", "tấn", "lít", "kw", "kwh", "mw"),
    *("đồng", "nghìn đồng", "triệu đồng", "tỷ đồng", "triệu", "tỷ", "người", "hộ", "nhân khẩu", "lao động", "lượt"),
    *("lượt người", "lần", "ngày", "giờ", "tuần", "cháu", "học sinh", "em", "con", "cây", "xã", "thôn", "bản", "tổ"),
    *("khu phố", "cơ sở", "cửa hàng", "chợ", "doanh nghiệp", "hợp tác xã", "tổ hợp tác", "hộ kinh doanh", "đơn vị"),
    *(
        "trường",
        "lớp",
        "phòng",
        "giường",
        "giường bệnh",
        "trạm",
        "bác sĩ",
        "sản phẩm",
        "mô hình",
        "dự án",
        "công trình",
    ),
    *(
        "tiêu chí",
        "chỉ tiêu",
        "điểm",
        "vụ",
        "vụ việc",
        "hồ sơ",
        "văn bản",
        "cuộc",
        "buổi",
        "lớp học",
        "hội nghị",
        "đợt",
    ),
    *(
        "thủ tục",
        "dịch vụ",
        "câu lạc bộ",
        "di tích",
        "lễ hội",
        "khu",
        "cụm",
        "tuyến",
        "cái",
        "chiếc",
        "bộ",
        "căn",
        "nhà",
    ),
)
_UNITS = frozenset(_UNIT_WORDS)


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A target that is a number with a unit, such as 1.100 tấn."""

    so: Decimal
    don_vi_tinh: str


def figure(target: str) -> Figure | None:
    """Read a target as a figure; None for a text, a range, several numbers, an unknown unit, a doubtful number."""
    if len(target) > LONGEST_FIGURE or _RANGE.search(target):
        return None
    text = _TIME.sub(" ", target)
    numbers = list(NUMBER.finditer(text))
    if len(numbers) != 1:
        return None
    number = numbers[0]
    if not WELL_FORMED.fullmatch(number[0]) or ENGLISH_THOUSANDS.fullmatch(number[0]):
        return None
    unit = _AFTER.sub("", text[number.end() :]).strip().lower()
    first, slash, second = unit.partition("/")
    if unit and not (first.strip() in _UNITS and (not slash or second.strip() in _UNITS)):
        return None
    return Figure(Decimal(number[0].replace(".", "").replace(",", ".")), unit)
