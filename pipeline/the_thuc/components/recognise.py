"""Find the components of an official document by position and wording, in files laid out in any way.

Tolerant on purpose: a component with a fault must still be found, or its fault could not be named.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from pipeline.the_thuc.components.closing import find_closing
from pipeline.the_thuc.components.opening import (
    BASIS,
    DATE,
    HEAD,
    NUMBER,
    QUOC_HIEU,
    SHORT,
    SUBJECT,
    TIEU_NGU,
    find_addressees,
    find_agency,
    find_form,
    find_phrase,
    find_title,
    is_typed_line,
    subject_lines,
    subject_of_letter_lines,
)
from pipeline.the_thuc.reading.document import Document, Paragraph, Piece, pieces


@dataclasses.dataclass(frozen=True, slots=True)
class Components:
    """The components found, by name; one that was not found has no pieces.

    `kind` is name and abbreviation of the document's kind, None for a công văn (`is_letter`) or when there is none.
    `body` are the paragraphs of the text, `head` the pieces before tên loại.
    """

    pieces: Mapping[str, tuple[Piece, ...]]
    kind: tuple[str, str] | None
    is_letter: bool
    head: tuple[Piece, ...]
    body: tuple[Paragraph, ...]

    def first(self, name: str) -> Piece | None:
        """Give a component's first piece."""
        return next(iter(self.pieces[name]), None)


def recognise(document: Document) -> Components:
    """Find the components of a document."""
    lines = [piece for paragraph in document.paragraphs for piece in pieces(paragraph)]
    head = lines[:HEAD]
    quoc_hieu = find_phrase(head, QUOC_HIEU)
    tieu_ngu = find_phrase(head, TIEU_NGU)
    title, kind = find_title(head, quoc_hieu, tieu_ngu)
    closing = find_closing(lines, title.paragraph.where.order if title else 0)
    number = find_form(head, NUMBER, title)
    dated = find_form(head, DATE, title) or find_form(lines[-HEAD:], DATE, None, SHORT)
    subject_of_letter = find_form(head, SUBJECT, title) if title is None else None
    known = [piece for piece in (quoc_hieu, tieu_ngu, number, dated, subject_of_letter) if piece]
    superior, agency = find_agency(head, quoc_hieu, number or dated or tieu_ngu, title, known)
    addressed = find_addressees(head)
    subject = subject_lines(lines, title)
    is_letter = title is None and bool(subject_of_letter or addressed)
    above = (*subject, *_one(title), *addressed) or (*known, *agency)
    last_of_head = max((piece.paragraph.where.order for piece in above if piece in head), default=-1)
    others = {piece.paragraph.where.order for piece in known}
    body = [
        each for each in _body(document.paragraphs, last_of_head, closing.first_order) if each.where.order not in others
    ]
    basis = _basis(body)
    found = {
        "quoc_hieu": _one(quoc_hieu),
        "tieu_ngu": _one(tieu_ngu),
        "chu_quan": superior,
        "co_quan": agency,
        "so": _one(number),
        "dia_danh": _one(dated),
        "ten_loai": _one(title),
        "trich_yeu": subject,
        "ve_viec": subject_of_letter_lines(lines, subject_of_letter) if is_letter else (),
        "can_cu": tuple(piece for paragraph in basis for piece in pieces(paragraph)[:1]),
        "kinh_gui": addressed,
        "chuc_vu": tuple(piece for piece in closing.posts if piece not in known),
        "ho_ten": _one(closing.name),
        "noi_nhan": _one(closing.heading),
        "noi_nhan_dong": closing.recipients,
    }
    return Components(found, kind, is_letter, _before(head, title), tuple(each for each in body if each not in basis))


def _one(piece: Piece | None) -> tuple[Piece, ...]:
    return (piece,) if piece else ()


def _before(head: Sequence[Piece], title: Piece | None) -> tuple[Piece, ...]:
    return tuple(head[: head.index(title)] if title in head else head)


def _body(paragraphs: Sequence[Paragraph], after: int, until: int) -> tuple[Paragraph, ...]:
    return tuple(
        paragraph
        for paragraph in paragraphs
        if paragraph.cell is None
        and after < paragraph.where.order < until
        and paragraph.text.strip()
        and not is_typed_line(paragraph.text)
    )


def _basis(body: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Give the paragraphs at the head of the text that name what it is based on."""
    found: list[Paragraph] = []
    for paragraph in body:
        text = paragraph.text.strip()
        if not BASIS.match(text) or (not found and not text.lower().startswith("căn cứ")):
            break
        found.append(paragraph)
    # "Căn cứ ..., ủy ban ... báo cáo như sau:" is a sentence of the text, not a basis on a line of its own.
    return tuple(found) if len(found) > 1 or (found and found[0].text.strip()[-1] in ";.,") else ()
