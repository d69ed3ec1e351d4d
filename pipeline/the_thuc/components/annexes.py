"""Find the annexes (Phụ lục) that follow the signature: label, title, the bracketed reference to the document."""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.the_thuc.components.closing import Closing
from pipeline.the_thuc.reading.document import Paragraph, Piece, pieces

_LABEL = re.compile(
    r"phụ lục(?:\s+(?:số\s*)?(?P<number>[\dIVXLC]{1,6}))?(?:\s*|\s*[.:–-]\s*(?P<title>\S.*)?)",
    re.IGNORECASE | re.DOTALL,
)
_REFERENCE = re.compile(r"\(\s*(ban hành\s+)?kèm theo\b", re.IGNORECASE)
_MOST_TITLE_LINES = 5


class Annex(NamedTuple):
    """An annex: its label such as `Phụ lục I`, the label's number, the lines of its title, its reference."""

    label: Piece
    number: str
    title: tuple[Piece, ...]
    reference: Piece | None


def find_annexes(paragraphs: Sequence[Paragraph], closing: Closing, *, alone: bool) -> tuple[Annex, ...]:
    """Return the annexes after the signing block and the recipients, in order.

    With `alone`, the file may be an annex without its document, and all of it is looked at.
    """
    known = (*closing.posts, *closing.names, *closing.recipients, closing.heading)
    last = max((piece.paragraph.where.order for piece in known if piece), default=-1)
    if alone:
        last = -1
    elif last < 0:
        return ()
    after = [each for each in paragraphs if each.where.order > last and each.cell is None]
    annexes = []
    for n, paragraph in enumerate(after):
        if "hụ" not in paragraph.text[:6].lower() or not (own := pieces(paragraph)):
            continue
        if match := _LABEL.fullmatch(own[0].text):
            title, reference = _title(own[1:], after[n : n + 1 + 2 * _MOST_TITLE_LINES])
            annexes.append(Annex(own[0], match["number"] or "", title, reference))
    return tuple(annexes)


def _title(beside: Sequence[Piece], paragraphs: Sequence[Paragraph]) -> tuple[tuple[Piece, ...], Piece | None]:
    """Return the lines of the title and the reference, up to a table or the annex's own text.

    `beside` are the pieces in the label's own paragraph, the first of `paragraphs`.
    """
    title = list(beside)
    for upper, paragraph in itertools.pairwise(paragraphs):
        if paragraph.where.order > upper.where.order + 1:
            break
        for piece in pieces(paragraph):
            if _REFERENCE.match(piece.text):
                return tuple(title), piece
            stands_out = paragraph.shape.align == "center" or piece.text.isupper()
            if not (stands_out or not title) or _LABEL.fullmatch(piece.text) or len(title) == _MOST_TITLE_LINES:
                return tuple(title), None
            title.append(piece)
    return tuple(title), None
