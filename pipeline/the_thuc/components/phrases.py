"""Tell by their wording what single lines are: fixed phrases, number, date, V/v, căn cứ, typed lines."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.the_thuc.reading.document import Piece, part
from pipeline.vietnamese import slug

QUOC_HIEU, TIEU_NGU = "cong-hoa-xa-hoi-chu-nghia-viet-nam", "doc-lap-tu-do-hanh-phuc"
HEAD = 60
"""The most lines from the top that are searched for the head."""
LONG, SHORT = 200, 70
_ALIKE = 0.85
_MOST_BESIDE = 40
"""The most letters that may stand on a line with a fixed phrase; a longer line is a sentence that quotes it."""
_MOST_WORDS_OF_PLACE = 7
_MOST_LINES_ABOVE = 16
NUMBER = re.compile(r"s[ốôóoồ]\s*[:.]?\s*[\d\s._…-]*/|s[ốô]\s*:", re.IGNORECASE)
SYMBOL = re.compile(r"/\s*([A-ZĐa-zđ]{2,4})\s*-")
SUBJECT = re.compile(r"v\s*/\s*v\b|về việc\b", re.IGNORECASE)
SUBJECT_SHORT = re.compile(r"v\s*/\s*v\b", re.IGNORECASE)
BASIS = re.compile(
    r"(?:[-–+] ?)?(căn cứ|xét|theo đề nghị|theo (tờ trình|báo cáo|biên bản|kết luận|ý kiến))\b", re.IGNORECASE
)
_FIRST_BASIS = re.compile(r"(?:[-–+] ?)?căn cứ\b", re.IGNORECASE)
_ANY_BASIS = re.compile(r"(thực hiện|trên cơ sở|sau khi|tiếp theo|được sự|thể theo|theo)\b", re.IGNORECASE)
_DAY = (
    r"(?:ngày[^a-zà-ỹđ]{0,20}tháng[^a-zà-ỹđ]{0,20}năm[\s\d.…_]*|"
    r"(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\.?)"
)
_DATE = re.compile(rf"(?P<place>[^,;:()“”\"]{{0,60}}?)\s*(?P<comma>,)?\s*(?P<day>{_DAY})", re.IGNORECASE)
# Words of a sentence that ends in a date; no place has them.
_NO_PLACE = re.compile(
    r"\b(căn cứ|luật|pháp lệnh|số|họp|hồi|lúc|vào|từ|đến|giờ|hôm nay|kèm theo|ban hành|của|sinh|hiệu lực|kết thúc|hạn|"
    r"trước|sau|trong|tại|và|thông qua|nghị định|quyết định|kế hoạch|công văn|tờ trình)\b",
    re.IGNORECASE,
)
_TYPED_LINE = re.compile(r"[\s_\-–—―─━=*.·]{3,}")
_STROKES = "_-–—―─━"
SOLID_STROKES = "_―─━"
"""Strokes that print as one line when typed next to each other; hyphens leave gaps."""
# What stands right of a row of blanks in a head that is laid out with the space bar.
_RIGHT_SIDE = re.compile(
    r"(?<=\S)[ \u00a0]{3,}(?=C[ỘO]NG H[OÒ][AÀ] X|Độc lập\b|(?:(?![ \u00a0]{3})[^,\n]){1,60},?\s*ngày\b)", re.IGNORECASE
)
ATTACHED = re.compile(r"\(\s*(ban hành\s+)?kèm theo\b(?!.*(Thông tư|Nghị định))", re.IGNORECASE)


def is_typed_line(text: str) -> bool:
    """Tell whether a text is a line typed with dashes or underscores, and no words."""
    return bool(_TYPED_LINE.fullmatch(text)) and any(mark in text for mark in _STROKES)


def is_number(text: str) -> bool:
    """Tell whether a line is number and symbol, also with faults; a long one is a sentence that begins so."""
    return len(text) <= LONG // 2 and bool(NUMBER.match(text))


def is_date(text: str) -> bool:
    """Tell whether a line is place and date and nothing else, also with faults, such as a missing comma."""
    if len(text) > SHORT or not (match := _DATE.fullmatch(text)):
        return False
    place = match["place"]
    if not match["comma"] and "ngày" not in match["day"].lower():
        return False
    return len(place.split()) <= _MOST_WORDS_OF_PLACE and not _NO_PLACE.search(place)


def is_first_basis(text: str) -> bool:
    """Tell whether a paragraph names a basis of the document (căn cứ), so that others may follow."""
    return bool(_FIRST_BASIS.match(text))


def continues_basis(text: str) -> bool:
    """Tell whether a paragraph below a căn cứ is another one, by its first words or by its semicolon."""
    return bool(BASIS.match(text)) or (text.endswith(";") and bool(_ANY_BASIS.match(text)))


def sides(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces, those that put two components side by side with blanks as two."""
    for piece in pieces:
        if piece.paragraph.cell is not None or " " not in piece.text:
            yield piece
            continue
        text = "".join([run.text for run in piece.runs])
        if len(text) > len(piece.text) + 1 and (match := _RIGHT_SIDE.search(text)):
            yield part(piece, 0, match.start())
            yield part(piece, match.end(), len(text))
        else:
            yield piece


def find_phrase(lines: Sequence[Piece], phrase: str) -> tuple[Piece, ...]:
    """Find a fixed phrase by its slug, also with small spelling faults, or broken over two lines of its cell."""
    for piece in lines:
        if _is_like(slug(piece.text[:LONG]), phrase):
            return (piece,)
    return _broken(lines, lambda text: slug(text[:LONG]) == phrase)


def _is_like(line_slug: str, phrase: str) -> bool:
    return (phrase in line_slug and len(line_slug) <= len(phrase) + _MOST_BESIDE) or (
        abs(len(line_slug) - len(phrase)) < len(phrase) / 3
        and SequenceMatcher(None, line_slug, phrase, autojunk=False).ratio() >= _ALIKE
    )


def find_line(lines: Sequence[Piece], title: Piece | None, form: Callable[[str], bool]) -> tuple[Piece, ...]:
    """Find the first line that has a form, above tên loại before anywhere else; or two lines that have it together."""
    until = lines.index(title) if title in lines else len(lines)
    for piece in (*lines[:until], *(() if title is None else lines[until + 1 :])):
        if form(piece.text):
            return (piece,)
    return ()


def find_attachment(head: Sequence[Piece]) -> Piece | None:
    """Find the reference below the title of a text that is issued with a decision: `(Kèm theo Quyết định số …)`.

    Such a text has no number (form 1.3); an annex has its reference far below the number of its document. What a
    decree or a circular brings along are forms to fill in, no documents.
    """
    for piece in head[:_MOST_LINES_ABOVE]:
        if ATTACHED.match(piece.text):
            return piece
        if is_number(piece.text) or slug(piece.text[:20]).startswith(("noi-nhan", "phu-luc")):
            break
    return None


def find_date(lines: Sequence[Piece], title: Piece | None) -> tuple[Piece, ...]:
    """Find place and date, also broken over two lines of one cell.

    A bold line below tên loại is a trích yếu that ends in a date.
    """
    found = find_line(lines, title, is_date)
    if found and title in lines and lines.index(found[0]) > lines.index(title):
        found = found if not all(run.face.bold for run in found[0].runs) else ()
    return found or _broken(lines, is_date)


def _broken(lines: Sequence[Piece], form: Callable[[str], bool]) -> tuple[Piece, ...]:
    for one, other in itertools.pairwise(lines):
        beside = one.paragraph is other.paragraph or (one.paragraph.cell and one.paragraph.cell == other.paragraph.cell)
        if beside and form(f"{one.text} {other.text}"):
            return one, other
    return ()
