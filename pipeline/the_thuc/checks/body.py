"""Check the body text: legal bases (căn cứ), size, justification, indents, spacing (mục II, khoản 6)."""

import itertools
import re
from collections.abc import Iterator, Sequence

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Paragraph
from pipeline.the_thuc.rules import rules

_LONG = 90
"""From this many characters on, a paragraph surely fills more than one line, so that justification shows."""
_SINGLE = 1.15
"""Height of a line at single spacing in Times New Roman, as a multiple of the font size."""
_LINE_SLACK = 0.02
_INDENT_SLACK = 0.5
_TAB_STOP = 12.7
_POINT_SLACK = 0.1
_HEADING = re.compile(r"(phần|chương|mục|tiểu mục)\s+(thứ\b|\d|[IVXLC]+\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"điều\s+\d", re.IGNORECASE)
_BRACKETED = re.compile(r"\(.*\)[\s./;]*", re.DOTALL)
_SECOND_BASIS = re.compile(r";[ \u00a0]*căn cứ\s", re.IGNORECASE)


def check_basis(_: Document, components: Components) -> Iterator[Hit]:
    """Check that every căn cứ ends in `;` and the last one in `.`; size and face are checked with the components."""
    pieces = components.pieces["can_cu"]
    for paragraph in components.basis:
        if _SECOND_BASIS.search(paragraph.text):
            yield Hit("can-cu-mot-dong", paragraph.where, "hai căn cứ trong một đoạn")
    for upper, lower in itertools.pairwise(components.basis):
        if lower.where.order == upper.where.order + 1:
            yield from _check_gap(upper, lower)
    for number, piece in enumerate(pieces):
        text = piece.paragraph.text.strip()
        is_last = number == len(pieces) - 1
        if not text.endswith("." if is_last else ";"):
            label = "căn cứ cuối cùng" if is_last else "căn cứ"
            yield Hit("can-cu-dau-cau", piece.paragraph.where, f"{label} kết thúc bằng “{text[-1]}”")


def check_text(document: Document, components: Components) -> Iterator[Hit]:
    """Check each paragraph of the body outside tables, the gaps between them, and how the text ends."""
    for paragraph in components.body:
        yield from _check_paragraph(paragraph)
    for upper, lower in itertools.pairwise(components.body):
        is_title = upper.shape.align == lower.shape.align == "center"
        if lower.where.order == upper.where.order + 1 and not is_title:
            yield from _check_gap(upper, lower)
    if components.body:
        yield from _check_end(components.body, document)


def _check_paragraph(paragraph: Paragraph) -> Iterator[Hit]:
    where = paragraph.where
    words = [run for run in paragraph.runs if any(letter.isalnum() for letter in run.text)]
    if not words:
        return
    lowest, highest = rules()["noi-dung-co-chu"].bounds
    for size in sorted({run.face.size for run in words}):
        if not lowest <= size <= highest:
            yield Hit("noi-dung-co-chu", where, f"cỡ {_number(size)}")
    text = paragraph.text.strip()
    if all(run.face.italic for run in words) and not _BRACKETED.fullmatch(text):
        yield Hit("noi-dung-nghieng", where, "cả đoạn nghiêng")
    yield from _check_line_spacing(paragraph, max(run.face.size for run in words))
    is_article = bool(_ARTICLE.match(text))
    is_heading = all(run.face.bold for run in words) or _HEADING.match(text) or text.isupper()
    if (is_heading and not is_article) or _BRACKETED.fullmatch(text):
        return
    align = paragraph.shape.align
    if align != "both" and len(text) > _LONG and not is_heading:
        yield Hit("noi-dung-canh-deu", where, {"left": "canh trái", "center": "canh giữa"}.get(align, f"canh {align}"))
    if align != "center" or len(text) > _LONG:
        start = _start(paragraph)
        indents = [float(value) for value in rules()["noi-dung-thut-dong"].allowed]
        if all(abs(start - value) > _INDENT_SLACK for value in indents):
            yield Hit("noi-dung-thut-dong", where, f"chữ đầu dòng lùi {_number(round(start / 10, 2))} cm")


def _start(paragraph: Paragraph) -> float:
    """Return where the first line begins, in mm from the margin; a typed tab counts as one default tab stop."""
    start = paragraph.shape.left + paragraph.shape.first
    text = "".join(run.text for run in paragraph.runs)
    tabs = len(text) - len(text.lstrip("\t"))
    return start if not tabs or start >= _TAB_STOP else _TAB_STOP * tabs


def _check_line_spacing(paragraph: Paragraph, size: float) -> Iterator[Hit]:
    lowest, highest = rules()["noi-dung-gian-dong"].bounds
    shape = paragraph.shape
    lines = shape.line if shape.line_rule == "auto" else shape.line / (size * _SINGLE) if size else 1.0
    if shape.line_rule == "atLeast":
        lines = max(1.0, lines)
    if not lowest - _LINE_SLACK <= lines <= highest + _LINE_SLACK:
        yield Hit("noi-dung-gian-dong", paragraph.where, f"giãn {_number(round(lines, 2))} dòng")


def _check_gap(upper: Paragraph, lower: Paragraph) -> Iterator[Hit]:
    """Check the gap between two neighbours: the space after the upper one plus the space before the lower one.

    Word adds the two or takes the larger, by its settings. The sum is the milder reading.
    """
    gap = upper.shape.after + lower.shape.before
    if upper.shape.style == lower.shape.style and upper.shape.contextual and lower.shape.contextual:
        gap = 0.0
    if gap + _POINT_SLACK < rules()["noi-dung-cach-doan"].bounds[0]:
        yield Hit("noi-dung-cach-doan", lower.where, f"cách đoạn trên {_number(gap)} pt")


def _check_end(body: Sequence[Paragraph], document: Document) -> Iterator[Hit]:
    last = body[-1]
    following = [each for each in document.paragraphs if each.where.order > last.where.order]
    in_table = [each for each in following if each.cell and each.text.strip().endswith("./.")]
    if not last.text.strip().endswith("./.") and not in_table:
        yield Hit("ket-thuc", last.where, f"nội dung kết thúc bằng “{last.text.strip()[-20:]}”")


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
