"""Find what stands above the body: agency, V/v, addressees, marks of urgency."""

import itertools
import re
from collections.abc import Sequence

from pipeline.the_thuc.components.phrases import (
    BASIS,
    LONG,
    SUBJECT,
    SUBJECT_SHORT,
    is_typed_line,
)
from pipeline.the_thuc.reading.document import Piece, printed
from pipeline.vietnamese import slug

# Words that begin the name of an agency of its own; the line above such a name is its superior agency.
BODY_OF_ITS_OWN = re.compile(
    r"(PHÒNG(?! CHỐNG|, CHỐNG| CHÁY)|VĂN PHÒNG|BAN\b|SỞ|CHI CỤC|CỤC|VỤ|VIỆN|TRUNG TÂM|TRƯỜNG|CÔNG AN|TRẠM|THANH TRA|"
    r"ỦY BAN|UỶ BAN|HỘI ĐỒNG|BỆNH VIỆN|KHO BẠC|CÔNG TY|ĐÀI|QUỸ|KHOA|HẠT KIỂM|ĐỘI|HỘI\b|TỔ\b)"
)
_MOST_SUBJECT_LINES = 8
_MARKS = {"hoa-toc", "thuong-khan", "khan", "xem-xong-tra-lai", "luu-hanh-noi-bo", "tai-lieu-thu-hoi"}
_MARK_LETTERS = frozenset("HhTtKkXxLl")
_MOST_LETTERS_OF_SUBJECT = 400


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
    lines = list(itertools.takewhile(lambda piece: not is_addressed(piece), lines))
    lines = [
        piece
        for piece in lines
        if piece not in landmarks and piece is not title and len(piece.text) < LONG / 2 and not BASIS.match(piece.text)
    ]
    texts = [printed(piece).upper() for piece in lines]
    splits = [n for n, text in enumerate(texts) if n and BODY_OF_ITS_OWN.match(text)]
    if not splits:
        bold = [is_bold(piece) for piece in lines]
        splits = [bold.index(True)] if True in bold and not bold[0] else [0]
    return tuple(lines[: splits[-1]]), tuple(lines[splits[-1] :])


def is_bold(piece: Piece) -> bool:
    """Tell whether all words of a piece are bold."""
    return all(run.face.bold for run in piece.runs if run.text.strip())


def find_marks(head: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the marks of urgency and of how far a document may go, such as HỎA TỐC, LƯU HÀNH NỘI BỘ."""
    return tuple(piece for piece in head if _is_mark(piece))


def _is_mark(piece: Piece) -> bool:
    return piece.text[0] in _MARK_LETTERS and len(piece.text) < LONG / 5 and slug(piece.text) in _MARKS


def find_addressees(head: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the line Kính gửi and, after its colon, the lines below it that name an addressee each."""
    start = next((n for n, piece in enumerate(head) if is_addressed(piece)), None)
    if start is None:
        return ()
    first = head[start]
    items = itertools.takewhile(
        lambda piece: piece.text.startswith(("-", "–")) or _is_beside(piece, first), head[start + 1 :]
    )
    return first, *(items if first.text.endswith(":") else ())


def is_addressed(piece: Piece) -> bool:
    """Tell whether a line begins with Kính gửi."""
    return piece.text[0] in "Kk" and slug(piece.text[:20]).startswith("kinh-gui")


def _is_beside(piece: Piece, first: Piece) -> bool:
    """Tell whether a line stands in the same table as Kính gửi, or in the same paragraph."""
    cell, own = piece.paragraph.cell, first.paragraph.cell
    return piece.paragraph is first.paragraph or (cell is not None and own is not None and cell.table == own.table)


def find_subject_of_letter(head: Sequence[Piece], number: Piece | None, quoc_hieu: Piece | None) -> Piece | None:
    """Find the line V/v of a công văn: `V/v …` anywhere in the head, `Về việc …` in the table of the head alone.

    A bold line `Về việc …` across the page is the trích yếu of a document whose tên loại is missing.
    """
    tables = {piece.paragraph.cell.table for piece in (number, quoc_hieu) if piece and piece.paragraph.cell}
    for piece in head:
        if len(piece.text) > _MOST_LETTERS_OF_SUBJECT or not SUBJECT.match(piece.text):
            continue
        cell = piece.paragraph.cell
        if (cell and cell.table in tables) or SUBJECT_SHORT.match(piece.text) or not (tables or is_bold(piece)):
            return piece
    return None


def lines_of_letter(lines: Sequence[Piece], first: Piece | None) -> tuple[Piece, ...]:
    """Return the line V/v of a công văn and the lines that continue it in the same cell or paragraph."""
    if first is None:
        return ()
    cell = first.paragraph.cell
    following = lines[lines.index(first) :][:_MOST_SUBJECT_LINES]
    return tuple(
        piece
        for n, piece in enumerate(following)
        if (n == 0 or piece.paragraph is first.paragraph or (cell and piece.paragraph.cell == cell))
        and not _is_mark(piece)
    )
