"""Turn a cell into the text of a data file: exactly what was typed or what Excel shows, or a doubt that says why not.

Excel changes what is typed into cells that are not texts: 1,10 becomes 1.1, 5/10 a day, a long number loses digits.
"""

import datetime as dt
import decimal
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from pipeline.forms.book import Cell
from pipeline.forms.layout import Sort
from pipeline.problem import Severity, short
from pipeline.vietnamese import format_points, format_short_date, parse_signed_points

LOST = frozenset({"excel-doi-ngay", "so-mu", "o-la", "o-loi"})
"""The codes of doubts about what Excel has changed for good: what is left is not what was typed."""
_EXACT_DIGITS = 15
"""How many digits of a number Excel keeps."""
_MOST_DIGITS = 400
_EXCEL = decimal.Context(prec=_EXACT_DIGITS)
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})
# A number format without colours, locales, conditions and padding; then thousands, digits, decimals, percent, words.
_ASIDE = re.compile(r"\[[^\]]*\]|_.|\*.")
_PLAIN = re.compile(r"(#,##)?(#*)(0*)(?:\.(0*)#*)?(%?)((?:\"[^\"]*\"|\\.| )*)")
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.|\*.")
_NO_DAY = 60
"""The day 29/02/1900 of Excel's calendar, which never was."""
_RETYPE = "gõ lại, bắt đầu bằng dấu nháy đơn ' để Excel giữ nguyên chữ"
_RETYPE_NUMBER = "gõ lại số vào ô này"


class Doubt(NamedTuple):
    """What is doubtful about a cell: a code, what, how to mend it, how bad."""

    code: str
    message: str
    hint: str
    severity: Severity = Severity.ERROR


class Taken(NamedTuple):
    """What a cell gives: a text, and doubts; with an error among them the text is only what to show again."""

    text: str
    doubts: tuple[Doubt, ...] = ()


def taken(cell: Cell, sort: Sort, before: str, *, from_1904: bool) -> Taken:
    """Give the text of a cell that takes a sort of value; `before` is what the cell held when the form was written."""
    found = _of_type(cell, sort, from_1904=from_1904)
    text, doubts = found
    if cell.is_formula and not doubts:
        message = f"ô là công thức; lấy giá trị `{short(text)}`"
        doubts = (Doubt("o-cong-thuc", message, "nếu sai thì gõ số hoặc chữ vào ô", Severity.WARNING),)
    if sort == "points" and cell.type == "n" and _same_points(text, before):
        text = before
    return Taken(text, doubts)


def _of_type(cell: Cell, sort: Sort, *, from_1904: bool) -> Taken:
    match cell.type:
        case "s":
            return _text(cell.text, sort)
        case "n":
            return _number(cell, sort, from_1904=from_1904)
        case "d":
            try:
                return _day(dt.datetime.fromisoformat(cell.text).date(), sort)
            except ValueError:
                return Taken(cell.text, (Doubt("o-la", f"không hiểu ngày `{short(cell.text)}`", _RETYPE),))
        case "f":
            mend = "mở bằng Excel, lưu lại; hoặc gõ giá trị vào ô"
            return Taken(cell.text, (Doubt("o-cong-thuc", "ô là công thức chưa có giá trị", mend),))
        case "b":
            text = "TRUE" if cell.text == "1" else "FALSE"
            return Taken(text, (Doubt("o-la", f"Excel đã đổi ô này thành {text}", _RETYPE),))
        case _:
            return Taken(
                cell.text, (Doubt("o-loi", f"ô có lỗi của Excel: {short(cell.text)}", "gõ lại giá trị vào ô"),)
            )


def _text(raw: str, sort: Sort) -> Taken:
    text = unicodedata.normalize("NFC", raw.translate(_BLANKS)).strip()
    if "\n" in text or "\r" in text:
        lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
        text = "; ".join(line.rstrip("; ") for line in lines) if sort == "evidence" else " ".join(lines)
        message = f"ô có xuống dòng; nối thành một dòng: `{short(text)}`"
        return Taken(text, (Doubt("o-xuong-dong", message, "xem lại chỗ nối", Severity.WARNING),))
    if sort != "choice" and _SCIENTIFIC.fullmatch(text):
        return Taken(text, (Doubt("so-mu", f"`{short(text)}` là dạng số mũ của Excel, có thể đã mất chữ số", _RETYPE),))
    return Taken(text)


def _number(cell: Cell, sort: Sort, *, from_1904: bool) -> Taken:
    try:
        exact = Decimal(cell.text)
    except decimal.InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_DIGITS:
        return Taken(cell.text, (Doubt("o-la", f"không hiểu số `{short(cell.text)}`", "gõ lại giá trị vào ô"),))
    if _is_day(cell.format):
        return _serial(exact, sort, from_1904=from_1904)
    value = _EXCEL.plus(exact)
    if abs(value) >= Decimal(10) ** _EXACT_DIGITS or re.search("[eE][-+]", cell.format):
        text = _vietnamese(value, 0, thousands=False)
        message = f"số {short(text)} dài quá {_EXACT_DIGITS} chữ số hoặc ở dạng số mũ: Excel có thể đã bỏ chữ số"
        return Taken(text, (Doubt("so-mu", message, _RETYPE),))
    if sort == "points":
        if "%" in cell.format:
            text = shown(value, cell.format) or ""
            return Taken(text, (Doubt("o-la", f"ô là phần trăm ({text}), không phải điểm", _RETYPE_NUMBER),))
        return Taken(_vietnamese(value, 0, thousands=False))
    if sort == "day":
        text = _vietnamese(value, 0, thousands=False)
        return Taken(
            text, (Doubt("ngay-khong-hop-le", f"ô là số {short(text)}, không phải ngày", "ghi ngày dạng 24/12/2026"),)
        )
    text = shown(value, cell.format) or _vietnamese(value, 0, thousands=False)
    message = f"ô là số, không phải chữ; lấy `{short(text)}`"
    hint = "nếu đã gõ khác (như 1,10, 1.100 hay 02) thì gõ lại, bắt đầu bằng dấu nháy đơn '"
    return Taken(text, (Doubt("o-la-so", message, hint, Severity.WARNING),))


def shown(value: Decimal, code: str) -> str | None:
    """Give a number as its format shows it, the Vietnamese way, with all the decimals that it has.

    None for a format that is not understood.
    """
    plain = _ASIDE.sub("", code.partition(";")[0]).strip()
    if plain in {"", "@"} or plain.lower() == "general":
        return _vietnamese(value, 0, thousands=False)
    match = _PLAIN.fullmatch(plain)
    if not match:
        return None
    thousands, _, zeros, decimals, percent, words = match.groups()
    if percent:
        value = _EXCEL.multiply(value, 100)
    text = _vietnamese(value, len(decimals or ""), thousands=bool(thousands), digits=len(zeros))
    return text + percent + re.sub(r"\\(.)", r"\1", words.replace('"', ""))


def _vietnamese(value: Decimal, least: int, *, thousands: bool, digits: int = 1) -> str:
    """Write a number with all its decimals, at least so many, and at least so many digits before them."""
    whole, _, decimals = f"{abs(value).normalize():f}".partition(".")
    whole = whole.zfill(digits)
    if thousands:
        whole = f"{int(whole):,}".replace(",", ".")
    decimals = decimals.ljust(least, "0")
    return f"{'-' if value < 0 else ''}{whole}{',' if decimals else ''}{decimals}"


def _is_day(code: str) -> bool:
    """Tell whether a number format shows a day or a time."""
    plain = _QUOTED.sub("", code.partition(";")[0])
    return plain.lower() != "general" and bool(re.search("[dmyhs]", plain, re.IGNORECASE))


def _serial(value: Decimal, sort: Sort, *, from_1904: bool) -> Taken:
    """Read a number that Excel shows as a day."""
    number = int(value)
    start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 31 if number < _NO_DAY else 30)
    try:
        day = start + dt.timedelta(days=number)
    except OverflowError:
        day = dt.date.min
    if not 1900 <= day.year <= 9999 or (number == _NO_DAY and not from_1904) or value != number:  # noqa: PLR2004
        message = f"ô là ngày hoặc giờ mà Excel tự đổi (số {short(format_points(value))})"
        return Taken("", (Doubt("excel-doi-ngay", message, _RETYPE),))
    return _day(day, sort)


def _day(day: dt.date, sort: Sort) -> Taken:
    text = format_short_date(day.day, day.month, day.year)
    if sort == "day":
        return Taken(text)
    mend = _RETYPE_NUMBER if sort == "points" else _RETYPE
    return Taken(text, (Doubt("excel-doi-ngay", f"Excel đã đổi ô này thành ngày {day:%d/%m/%Y}", mend),))


def _same_points(text: str, before: str) -> bool:
    """Tell whether two texts are the same points: 2 and 2,0 are."""
    try:
        return parse_signed_points(text) == parse_signed_points(before)
    except ValueError:
        return False
