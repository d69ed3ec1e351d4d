"""Find what stands above the text: fixed phrases, agency, number, date, tên loại, trích yếu, addressees."""

import itertools
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from pipeline.the_thuc.reading.document import Piece, printed
from pipeline.the_thuc.rules import kinds
from pipeline.vietnamese import slug

QUOC_HIEU, TIEU_NGU = "cong-hoa-xa-hoi-chu-nghia-viet-nam", "doc-lap-tu-do-hanh-phuc"

HEAD = 60
"""So many lines from the top a head may reach."""
LONG, SHORT = 200, 70
_ALIKE = 0.85
NUMBER = re.compile(r"s[ốôóoồ]\s*[:.]?\s*[\d\s._…-]*/|s[ốô]\s*:", re.IGNORECASE)
DATE = re.compile(
    r"ngày.{0,20}tháng.{0,20}năm|,\s*(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\.?$", re.IGNORECASE
)
SUBJECT = re.compile(r"v\s*/\s*v\b|về việc\b", re.IGNORECASE)
BASIS = re.compile(r"(căn cứ|xét|theo đề nghị)\b", re.IGNORECASE)
_TYPED_LINE = re.compile(r"[\s_\-–—=*.·]{3,}")
# Words that begin the name of a body of its own: what stands above it is its superior.
_BODY_OF_ITS_OWN = re.compile(
    r"(PHÒNG(?! CHỐNG|, CHỐNG| CHÁY)|VĂN PHÒNG|BAN\b|SỞ|CHI CỤC|CỤC|VỤ|VIỆN|TRUNG TÂM|TRƯỜNG|CÔNG AN|TRẠM|THANH TRA|"
    r"ỦY BAN|UỶ BAN|HỘI ĐỒNG|BỆNH VIỆN|KHO BẠC|CÔNG TY|ĐÀI|QUỸ|KHOA|HẠT KIỂM|ĐỘI)"
)
_MOST_SUBJECT_LINES = 8


def is_typed_line(text: str) -> bool:
    """Tell a line typed with dashes or underscores from words."""
    return bool(_TYPED_LINE.fullmatch(text)) and any(mark in text for mark in "_-–—")


def find_phrase(lines: Iterable[Piece], wanted: str) -> Piece | None:
    """Find a fixed phrase, spelled nearly as it should be."""
    for piece in lines:
        folded = slug(piece.text[:LONG])
        if wanted in folded or (
            abs(len(folded) - len(wanted)) < len(wanted) / 3
            and SequenceMatcher(None, folded, wanted, autojunk=False).ratio() >= _ALIKE
        ):
            return piece
    return None


def find_title(lines: Sequence[Piece], *above: Piece | None) -> tuple[Piece | None, tuple[str, str] | None]:
    """Find tên loại: a line that is the name of a kind of document and nothing else."""
    start = max((lines.index(piece) for piece in above if piece), default=-1)
    for piece in (*lines[start + 1 :], *lines[: start + 1]):
        folded = slug(piece.text[:LONG])
        name = folded if folded in kinds() else folded.replace("-", "") if len(piece.text) < LONG / 5 else ""
        for key, kind in kinds().items():
            if name in {key, key.replace("-", "")}:
                return piece, kind
    for piece in lines[start + 1 :]:
        folded = slug(piece.text[:LONG])
        for key, kind in kinds().items():
            if folded.startswith(f"{key}-") and piece.paragraph.shape.align == "center" and printed(piece).isupper():
                return piece, kind
    return None, None


def find_form(
    lines: Sequence[Piece], form: re.Pattern[str], title: Piece | None, most: int = LONG // 2
) -> Piece | None:
    """Find the first line of a form, above tên loại if there is one there; a sentence that holds it is none."""
    until = lines.index(title) if title in lines else len(lines)
    for piece in (*lines[:until], *(() if title is None else lines[until + 1 :])):
        if len(piece.text) <= most and (form.search if form is DATE else form.match)(piece.text):
            return piece
    return None


def find_agency(
    head: Sequence[Piece], quoc_hieu: Piece | None, below: Piece | None, title: Piece | None, known: Sequence[Piece]
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Find superior and issuing agency: the lines left of Quốc hiệu in its table, or all others above the number."""
    ends = [head.index(piece) for piece in (title, below) if piece in head]
    lines = [piece for piece in head[: min(ends, default=12)] if not is_typed_line(piece.text)]
    if quoc_hieu and (cell := quoc_hieu.paragraph.cell):
        inside = [piece for piece in head if piece.paragraph.cell and piece.paragraph.cell.table == cell.table]
        beside = [piece for piece in inside if piece.paragraph.cell and piece.paragraph.cell.column != cell.column]
        stop = next((n for n, piece in enumerate(beside) if piece in known), len(beside))
        lines = [piece for piece in beside[:stop] if not is_typed_line(piece.text)] or lines
    lines = [
        piece
        for piece in lines
        if piece not in known and piece is not title and len(piece.text) < LONG / 2 and not BASIS.match(piece.text)
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
    """Give the lines of trích yếu: below tên loại, centred or bold, up to a line drawn or the text."""
    if title is None:
        return ()
    found: list[Piece] = []
    for piece in lines[lines.index(title) + 1 :][:_MOST_SUBJECT_LINES]:
        paragraph = piece.paragraph
        if is_typed_line(piece.text) or BASIS.match(piece.text) or slug(piece.text[:20]).startswith("kinh-gui"):
            break
        if find_form([piece], NUMBER, None) or find_form([piece], DATE, None, SHORT):
            break
        marked = paragraph.shape.align == "center" or _is_bold(piece) or (not found and _is_no_sentence(piece.text))
        if paragraph.cell != title.paragraph.cell or not marked:
            break
        same = bool(found) and paragraph is found[-1].paragraph
        if found and not same and (printed(piece).isupper() or found[-1].paragraph.shape.bottom or paragraph.shape.top):
            break
        if found and not same and paragraph.shape.align != found[0].paragraph.shape.align:
            break
        gap = paragraph.where.order - (found[-1] if found else title).paragraph.where.order
        if gap > 1 and found:
            break
        found.append(piece)
    return tuple(found)


def _is_no_sentence(text: str) -> bool:
    return len(text) < LONG and text[-1] not in ".;:,"


def find_addressees(head: Sequence[Piece]) -> tuple[Piece, ...]:
    """Give Kính gửi and the lines with a hyphen that go on with it."""
    start = next((n for n, piece in enumerate(head) if slug(piece.text[:20]).startswith("kinh-gui")), None)
    if start is None:
        return ()
    listed = itertools.takewhile(lambda piece: piece.text.startswith("-"), head[start + 1 :])
    return head[start], *(listed if head[start].text.endswith(":") else ())


def subject_of_letter_lines(lines: Sequence[Piece], first: Piece | None) -> tuple[Piece, ...]:
    """Give V/v and the lines that go on with it in the same cell or paragraph."""
    if first is None:
        return ()
    cell = first.paragraph.cell
    following = lines[lines.index(first) :][:_MOST_SUBJECT_LINES]
    return tuple(
        piece
        for n, piece in enumerate(following)
        if n == 0 or piece.paragraph is first.paragraph or (cell and piece.paragraph.cell == cell)
    )
