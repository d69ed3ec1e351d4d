"""Find the components of an official document by position and wording, in files laid out in any way.

The search is tolerant on purpose: a component with a fault must be found before its fault can be named.
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
    """The components of a document, by name; a missing one has no pieces.

    `kind` is name and abbreviation of the document's kind; None for a công văn (`is_letter`), and when none is named.
    `head` are the pieces before tên loại, `body` the paragraphs of the text without căn cứ.
    """

    pieces: Mapping[str, tuple[Piece, ...]]
    kind: tuple[str, str] | None
    is_letter: bool
    head: tuple[Piece, ...]
    body: tuple[Paragraph, ...]

    def first(self, name: str) -> Piece | None:
        """Return a component's first piece, None when the component is missing."""
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
    date = find_form(head, DATE, title) or find_form(lines[-HEAD:], DATE, None, SHORT)
    subject_of_letter = find_form(head, SUBJECT, title) if title is None else None
    landmarks = [piece for piece in (quoc_hieu, tieu_ngu, number, date, subject_of_letter) if piece]
    superior, agency = find_agency(head, quoc_hieu, number or date or tieu_ngu, title, landmarks)
    addressees = find_addressees(head)
    subject = subject_lines(lines, title)
    is_letter = title is None and bool(subject_of_letter or addressees)
    above = (*subject, *_one(title), *addressees) or (*landmarks, *agency)
    last_of_head = max((piece.paragraph.where.order for piece in above if piece in head), default=-1)
    landmark_orders = {piece.paragraph.where.order for piece in landmarks}
    body = [
        each
        for each in _body(document.paragraphs, last_of_head, closing.first_order)
        if each.where.order not in landmark_orders
    ]
    basis = _basis(body)
    by_name = {
        "quoc_hieu": _one(quoc_hieu),
        "tieu_ngu": _one(tieu_ngu),
        "chu_quan": superior,
        "co_quan": agency,
        "so": _one(number),
        "dia_danh": _one(date),
        "ten_loai": _one(title),
        "trich_yeu": subject,
        "ve_viec": subject_of_letter_lines(lines, subject_of_letter) if is_letter else (),
        "can_cu": tuple(piece for paragraph in basis for piece in pieces(paragraph)[:1]),
        "kinh_gui": addressees,
        "chuc_vu": tuple(piece for piece in closing.posts if piece not in landmarks),
        "ho_ten": _one(closing.name),
        "noi_nhan": _one(closing.heading),
        "noi_nhan_dong": closing.recipients,
    }
    return Components(by_name, kind, is_letter, _before(head, title), tuple(each for each in body if each not in basis))


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
    """Return the paragraphs at the start of the body that name its legal bases (căn cứ)."""
    basis: list[Paragraph] = []
    for paragraph in body:
        text = paragraph.text.strip()
        if not BASIS.match(text) or (not basis and not text.lower().startswith("căn cứ")):
            break
        basis.append(paragraph)
    # "Căn cứ ..., ủy ban ... báo cáo như sau:" is a sentence of the text, not a basis on a line of its own.
    return tuple(basis) if len(basis) > 1 or (basis and basis[0].text.strip()[-1] in ";.,") else ()
