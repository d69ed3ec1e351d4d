"""Read and write numbers, dates and names the way Vietnamese official documents do."""

import datetime as dt
import functools
import re
import unicodedata
from decimal import Decimal

_POINTS = re.compile(r"(\d{1,3})(?:,(\d{1,2}))?", re.ASCII)
_DAY = re.compile(r"(?:(\d{1,2}))?/(\d{1,2})/(\d{4})", re.ASCII)

SAMPLE_MARK = "SỐ LIỆU MẪU"
"""What a document of sample figures says on every page."""
NATION, MOTTO, RECIPIENTS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nơi nhận:"
"""Wording of Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 1 and 9."""

BLANK = " " * 6
"""Room left by hand for a number or a day that the văn thư fills in (Nghị định 30/2020/NĐ-CP, Điều 15)."""


def parse_points(text: str) -> Decimal:
    """Read points written with a decimal comma, such as `0,5`.

    Keeps the written precision (`2,0` stays `2,0`).
    Raises ValueError for anything else, a decimal point included.
    """
    if not (match := _POINTS.fullmatch(text)):
        raise ValueError(text)
    return Decimal(f"{match[1]}.{match[2] or ''}")


def parse_signed_points(text: str) -> Decimal:
    """Read points that may be taken away, such as `-0,5`; raises ValueError as parse_points does."""
    return -parse_points(text[1:]) if text.startswith("-") else parse_points(text)


def points_in(text: str) -> Decimal | None:
    """Read points as parse_signed_points does; None for any other text."""
    try:
        return parse_signed_points(text)
    except ValueError:
        return None


def format_points(points: Decimal) -> str:
    """Write points with a decimal comma, with all the decimals that they have."""
    return f"{points:f}".replace(".", ",")


def parse_date(text: str) -> tuple[int | None, int, int]:
    """Read `24/8/2023`, or `/8/2023` for a day still to be filled in, as (day, month, year).

    Raises ValueError for another form and for a day that does not exist.
    """
    if not (match := _DAY.fullmatch(text)):
        raise ValueError(text)
    day = int(match[1]) if match[1] else None
    month, year = int(match[2]), int(match[3])
    dt.date(year, month, 1 if day is None else day)
    return day, month, year


def format_header_date(day: int | None, month: int, year: int) -> str:
    """Write the date of a document's head.

    “Những số thể hiện ngày nhỏ hơn 10 và tháng 1, 2 phải ghi thêm số 0 phía trước”
    (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 4).
    """
    printed_day = BLANK if day is None else f" {_padded_day(day)} "
    return f"ngày{printed_day}tháng {_padded_month(month)} năm {year}"


def format_short_date(day: int, month: int, year: int) -> str:
    """Write a date in running text, padded by the same rule: `05/01/2020`, `24/8/2023`."""
    return f"{_padded_day(day)}/{_padded_month(month)}/{year}"


def _padded_day(day: int) -> str:
    return f"{day:02d}"


def _padded_month(month: int) -> str:
    return f"{month:02d}" if month <= 2 else str(month)  # noqa: PLR2004 - the rule's own number


def format_number(number: str) -> str:
    """Write a document's number, with a leading 0 under 10, or the blank to be filled in.

    “Những số nhỏ hơn 10 phải ghi thêm số 0 phía trước” (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 3).
    """
    return f"{int(number):02d}" if number else BLANK


@functools.lru_cache(maxsize=1024)
def slug(name: str) -> str:
    """Give the ASCII form of a name for file names and links, lower case with hyphens: `Cẩm Lương` is `cam-luong`."""
    base = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "-".join(re.findall("[a-z0-9]+", "".join(c for c in base.lower() if not unicodedata.combining(c))))


def spelling_key(text: str) -> str:
    """Give a key that is equal for all spellings of one name.

    The key is in Unicode normalisation NFD, with tone marks at the word's end, plain apostrophes and lower case:
    `Thủy` and `Thuỷ` agree, and so do `Ea H'leo` and `Ea H’leo`.
    """
    words = []
    for word in unicodedata.normalize("NFD", text.replace("’", "'").lower()).split():
        tones = "".join(c for c in word if c in _TONES[1:])
        words.append("".join(c for c in word if c not in _TONES[1:]) + tones)
    return " ".join(words)


def squashed(text: str) -> str:
    """Remove white space and apply Unicode normalisation NFKC, so that text read off a page equals its source.

    A page breaks lines anywhere, and a font may print ligatures and other compatibility forms.
    """
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return "".join(plain.split())


_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LOWER = "đ" + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES)
LETTERS = "".join(sorted(_LOWER + _LOWER.upper()))
"""Every letter of Vietnamese beyond ASCII consonants, both cases, precomposed as in TCVN 6909:2001."""
