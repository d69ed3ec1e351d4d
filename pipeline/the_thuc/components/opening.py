"""Find what stands above the body: fixed phrases, agency, number, date, tên loại, trích yếu, addressees."""

import itertools
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from pipeline.the_thuc.reading.document import Piece, printed
from pipeline.the_thuc.rules import kinds
from pipeline.vietnamese import slug

QUOC_HIEU, TIEU_NGU = "cong-hoa-xa-hoi-chu-nghia-viet-nam", "doc-lap-tu-do-hanh-phuc"

HEAD = 60
"""The most lines from the top that are searched for the head."""
LONG, SHORT = 200, 70
_ALIKE = 0.85
NUMBER = re.compile(r"s[ốôóoồ]\s*[:.]?\s*[\d\s._…-]*/|s[ốô]\s*:", re.IGNORECASE)
DATE = re.compile(
    r"ngày.{0,20}tháng.{0,20}năm|,\s*(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\.?$", re.IGNORECASE
)
SUBJECT = re.compile(r"v\s*/\s*v\b|về việc\b", re.IGNORECASE)
BASIS = re.compile(r"(căn cứ|xét|theo đề nghị)\b", re.IGNORECASE)
_TYPED_LINE = re.compile(r"[\s_\-–—=*.·]{3,}")
# Words that begin the name of an agency of its own; the line above such a name is its superior agency.
_BODY_OF_ITS_OWN = re.compile(
    r"(PHÒNG(?! CHỐNG|, CHỐNG| CHÁY)|VĂN PHÒNG|BAN\b|SỞ|CHI CỤC|CỤC|VỤ|VIỆN|TRUNG TÂM|TRƯỜNG|CÔNG AN|TRẠM|THANH TRA|"
    r"ỦY BAN|UỶ BAN|HỘI ĐỒNG|BỆNH VIỆN|KHO BẠC|CÔNG TY|ĐÀI|QUỸ|KHOA|HẠT KIỂM|ĐỘI)"
)
_MOST_SUBJECT_LINES = 8


def is_typed_line(text: str) -> bool:
    """Tell whether a text is a line typed with dashes or underscores, and no words."""
    return bool(_TYPED_LINE.fullmatch(text)) and any(mark in text for mark in "_-–—")


def find_phrase(lines: Iterable[Piece], phrase: str) -> Piece | None:
    """Find a fixed phrase by its slug, also with small spelling faults."""
    for piece in lines:
        line_slug = slug(piece.text[:LONG])
        if phrase in line_slug or (
            abs(len(line_slug) - len(phrase)) < len(phrase) / 3
            and SequenceMatcher(None, line_slug, phrase, autojunk=False).ratio() >= _ALIKE
        ):
            return piece
    return None


def find_title(lines: Sequence[Piece], *above: Piece | None) -> tuple[Piece | None, tuple[str, str] | None]:
    """Find tên loại: return the line, with name and abbreviation of the kind, or None twice.

    It is a line that is the name of a kind and nothing else, first looked for below the pieces `above`; failing that,
    a centred line in capitals that begins with such a name.
    """
    start = max((lines.index(piece) for piece in above if piece), default=-1)
    for piece in (*lines[start + 1 :], *lines[: start + 1]):
        line_slug = slug(piece.text[:LONG])
        spelling = (
            line_slug if line_slug in kinds() else line_slug.replace("-", "") if len(piece.text) < LONG / 5 else ""
        )
        for key, kind in kinds().items():
            if spelling in {key, key.replace("-", "")}:
                return piece, kind
    for piece in lines[start + 1 :]:
        line_slug = slug(piece.text[:LONG])
        for key, kind in kinds().items():
            if line_slug.startswith(f"{key}-") and piece.paragraph.shape.align == "center" and printed(piece).isupper():
                return piece, kind
    return None, None


def find_form(
    lines: Sequence[Piece], form: re.Pattern[str], title: Piece | None, max_length: int = LONG // 2
) -> Piece | None:
    """Find the first line that has a form, above tên loại before anywhere else.

    A line longer than `max_length` is a sentence that happens to have the form, and is passed over.
    """
    until = lines.index(title) if title in lines else len(lines)
    for piece in (*lines[:until], *(() if title is None else lines[until + 1 :])):
        if len(piece.text) <= max_length and (form.search if form is DATE else form.match)(piece.text):
            return piece
    return None


def find_agency(
    head: Sequence[Piece], quoc_hieu: Piece | None, below: Piece | None, title: Piece | None, landmarks: Sequence[Piece]
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Find the superior and the issuing agency: the lines beside Quốc hiệu in its table, or those above the number.

    `landmarks` are lines known to be other components.
    """
    ends = [head.index(piece) for piece in (title, below) if piece in head]
    lines = [piece for piece in head[: min(ends, default=12)] if not is_typed_line(piece.text)]
    if quoc_hieu and (cell := quoc_hieu.paragraph.cell):
        inside = [piece for piece in head if piece.paragraph.cell and piece.paragraph.cell.table == cell.table]
        beside = [piece for piece in inside if piece.paragraph.cell and piece.paragraph.cell.column != cell.column]
        stop = next((n for n, piece in enumerate(beside) if piece in landmarks), len(beside))
        lines = [piece for piece in beside[:stop] if not is_typed_line(piece.text)] or lines
    lines = [
        piece
        for piece in lines
        if piece not in landmarks and piece is not title and len(piece.text) < LONG / 2 and not BASIS.match(piece.text)
    ]
    texts = [printed(piece).upper() for piece in lines]
    splits = [n for n, text in enumerate(texts) if n and _BODY_OF_ITS_OWN.match(text)]
    if not splits:
        bold = [_is_bold(piece) for piece in lines]
        splits = [bold.index(True)] if True in bold and not bold[0] else [0]
    return tuple(lines[: splits[-1]]), tuple(lines[splits[-1] :])


def _is_bold(piece: Piece) -> bool:
    return all(run.face.bold for run in piece.runs if run.text.strip())


def subject_lines(lines: Sequence[Piece], title: Piece | None) -> tuple[Piece, ...]:
    """Return the lines of trích yếu: those below tên loại, centred or bold, up to a drawn line or the body."""
    if title is None:
        return ()
    subject: list[Piece] = []
    for piece in lines[lines.index(title) + 1 :][:_MOST_SUBJECT_LINES]:
        paragraph = piece.paragraph
        if is_typed_line(piece.text) or BASIS.match(piece.text) or slug(piece.text[:20]).startswith("kinh-gui"):
            break
        if find_form([piece], NUMBER, None) or find_form([piece], DATE, None, SHORT):
            break
        belongs = paragraph.shape.align == "center" or _is_bold(piece) or (not subject and _is_no_sentence(piece.text))
        if paragraph.cell != title.paragraph.cell or not belongs:
            break
        is_same = bool(subject) and paragraph is subject[-1].paragraph
        if (
            subject
            and not is_same
            and (printed(piece).isupper() or subject[-1].paragraph.shape.bottom or paragraph.shape.top)
        ):
            break
        if subject and not is_same and paragraph.shape.align != subject[0].paragraph.shape.align:
            break
        gap = paragraph.where.order - (subject[-1] if subject else title).paragraph.where.order
        if gap > 1 and subject:
            break
        subject.append(piece)
    return tuple(subject)


def _is_no_sentence(text: str) -> bool:
    return len(text) < LONG and text[-1] not in ".;:,"


def find_addressees(head: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the line Kính gửi and, after its colon, the lines below it that begin with a hyphen."""
    start = next((n for n, piece in enumerate(head) if slug(piece.text[:20]).startswith("kinh-gui")), None)
    if start is None:
        return ()
    items = itertools.takewhile(lambda piece: piece.text.startswith("-"), head[start + 1 :])
    return head[start], *(items if head[start].text.endswith(":") else ())


def subject_of_letter_lines(lines: Sequence[Piece], first: Piece | None) -> tuple[Piece, ...]:
    """Return the line V/v of a công văn and the lines that continue it in the same cell or paragraph."""
    if first is None:
        return ()
    cell = first.paragraph.cell
    following = lines[lines.index(first) :][:_MOST_SUBJECT_LINES]
    return tuple(
        piece
        for n, piece in enumerate(following)
        if n == 0 or piece.paragraph is first.paragraph or (cell and piece.paragraph.cell == cell)
    )
