"""Check who gets the document: Kính gửi and Nơi nhận (mục II, khoản 9)."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit, Where
from pipeline.the_thuc.reading.document import Document, Piece, printed
from pipeline.the_thuc.rules import rules

_FILING_LINE = re.compile(r"- Lưu: ?VT\b.*", re.DOTALL)
BULLETS = ("-", "–", "—", "+", "•", "*")
"""What a line of the list of recipients begins with."""
_TO = re.compile(r"Kính gửi ?:(?P<rest>.*)", re.DOTALL)


class _Item(NamedTuple):
    """A recipient, on one line or on several."""

    where: Where
    text: str


def check_addressees(_: Document, components: Components) -> Iterator[Hit]:
    """Check Kính gửi: a colon; one addressee on the same line, several on lines of their own as a list."""
    pieces = components.pieces["kinh_gui"]
    if not pieces:
        return
    match = _TO.fullmatch(printed(pieces[0]))
    if not match:
        yield Hit("kinh-gui-dang", pieces[0].paragraph.where, f"“{printed(pieces[0])[:60]}”")
        return
    items = _items(pieces[1:])
    if match["rest"].strip() or len(items) < 2:  # noqa: PLR2004 - "hai cơ quan trở lên"
        return
    for number, item in enumerate(items):
        end = "." if number == len(items) - 1 else ";"
        if not item.text.startswith("- "):
            yield Hit("kinh-gui-dong", item.where, f"đầu dòng là “{item.text[:12]}”")
        if not item.text.endswith(end):
            yield Hit("kinh-gui-dong", item.where, f"cuối dòng là “{item.text[-1]}”, không phải “{end}”")


def _items(lines: Sequence[Piece]) -> list[_Item]:
    """Join the lines of one recipient."""
    items: list[_Item] = []
    for piece in lines:
        text = printed(piece)
        if items and not text.startswith(BULLETS) and _goes_on(items[-1].text, text):
            items[-1] = items[-1]._replace(text=f"{items[-1].text} {text}")
        else:
            items.append(_Item(piece.paragraph.where, text))
    return items


def _goes_on(above: str, text: str) -> bool:
    """Tell whether a line without a hyphen goes on with the recipient above it.

    It begins small, with a digit or in brackets, or the one above has a hyphen and has not ended.
    """
    return (
        text[0].islower()
        or text[0] in "(…/"
        or text[0].isdecimal()
        or (above.startswith("-") and not above.endswith((";", ".")))
    )


def check_recipients(_: Document, components: Components) -> Iterator[Hit]:
    """Check Nơi nhận (khoản 9): each line is `- …;`, the last is `- Lưu: VT, …` and ends in `.`."""
    heading = components.first("noi_nhan")
    if heading is None:
        return
    if printed(heading) not in rules()["noi-nhan-loi-van"].allowed:
        yield Hit("noi-nhan-loi-van", heading.paragraph.where, f"“{printed(heading)[:60]}”")
    if heading.whole and heading.paragraph.shape.align not in {"left", "both"}:
        yield Hit("noi-nhan-trai", heading.paragraph.where, "không sát lề trái")
    lines = _items(components.pieces["noi_nhan_dong"])
    if not lines:
        yield Hit("noi-nhan-thieu", heading.paragraph.where, "dưới “Nơi nhận” không có danh sách")
        return
    for number, (where, text) in enumerate(lines):
        is_last = number == len(lines) - 1
        if not text.startswith("- "):
            yield Hit("noi-nhan-gach", where, f"đầu dòng là “{text[:12]}”")
        if not text.endswith("." if is_last else ";"):
            yield Hit("noi-nhan-dau-cau", where, f"{'dòng cuối' if is_last else 'dòng'} kết thúc bằng “{text[-1]}”")
        if is_last and not _FILING_LINE.fullmatch("- " + text.lstrip("-–—+•*· ")):
            yield Hit("noi-nhan-luu", where, f"dòng cuối là “{text[:60]}”")
