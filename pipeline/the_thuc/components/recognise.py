"""Find the components of an official document by position and wording, in files laid out in any way.

The search is tolerant on purpose: a component with a fault must be found before its fault can be named.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from pipeline.the_thuc.components.annexes import Annex, find_annexes
from pipeline.the_thuc.components.closing import Closing, find_closing
from pipeline.the_thuc.components.opening import (
    find_addressees,
    find_agency,
    find_marks,
    find_subject_of_letter,
    lines_of_letter,
)
from pipeline.the_thuc.components.phrases import (
    HEAD,
    LONG,
    QUOC_HIEU,
    TIEU_NGU,
    continues_basis,
    find_attachment,
    find_date,
    find_line,
    find_phrase,
    is_first_basis,
    is_number,
    is_typed_line,
    sides,
)
from pipeline.the_thuc.components.title import (
    find_other_title,
    find_title,
    kind_of_symbol,
    subject_lines,
    subject_without_title,
)
from pipeline.the_thuc.reading.document import Document, Paragraph, Piece, pieces
from pipeline.the_thuc.rules import kinds
from pipeline.vietnamese import slug

Kind = tuple[str, str]
# Phụ lục III, mục II: forms 1.8 and 1.10 have no trích yếu, form 1.9 no place and date in the head. Two sign form 1.9,
# and a contract, a memorandum or an agreement, for which the decree has no form.
_WITHOUT_SUBJECT = frozenset({"GGT", "GNP"})
_SIGNED_BY_TWO = frozenset({"BB", "HĐ", "BGN", "BTT", "GNP"})
_MOST_LINES_OF_AUTHORITY = 5
_ROWS_ABOVE = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Components:
    """The components of a document, by name; a missing one has no pieces.

    `kind` is name and abbreviation of the document's kind; None for a công văn (`is_letter`), and when none is named.
    `other` is the title of a paper that is none of the decree's kinds; `is_attached` tells of a text issued with a
    decision (form 1.3). `basis` are the paragraphs of the căn cứ, `body` those of the text after them.
    """

    pieces: Mapping[str, tuple[Piece, ...]]
    kind: Kind | None
    is_letter: bool
    is_attached: bool
    other: Piece | None
    basis: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    annexes: tuple[Annex, ...]

    def first(self, name: str) -> Piece | None:
        """Return a component's first piece, None when the component is missing."""
        return next(iter(self.pieces[name]), None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Opening:
    """What stands above the text, and what kind of paper it says this is."""

    by_name: dict[str, tuple[Piece, ...]]
    landmarks: tuple[Piece, ...]
    kind: Kind | None
    is_letter: bool
    attached: Piece | None
    other: Piece | None


def recognise(document: Document) -> Components:
    """Find the components of a document."""
    lines = [piece for paragraph in document.paragraphs for piece in pieces(paragraph)]
    lines = [*sides(lines[:HEAD]), *lines[HEAD:]]
    head = lines[:HEAD]
    opening = _opening(lines, head)
    named = opening.by_name
    above = [*named["trich_yeu"], *named["ten_loai"], *named["kinh_gui"], *_one(opening.attached), *_one(opening.other)]
    if not above:
        above = [*opening.landmarks, *named["co_quan"], *named["ve_viec"]]
    last_of_head = max((piece.paragraph.where.order for piece in above if piece in head), default=-1)
    authority, basis = _authority(document.paragraphs, last_of_head)
    last_of_head = max((each.where.order for each in (*authority, *basis)), default=last_of_head)
    title = next(iter(named["ten_loai"]), None)
    kind_short = opening.kind[1] if opening.kind else ""
    after = max(last_of_head if basis else 0, title.paragraph.where.order if title else 0)
    closing = find_closing(lines, after, by_two=kind_short in _SIGNED_BY_TWO)
    if not named["dia_danh"] and not (opening.attached or opening.other or kind_short == "BB"):
        named["dia_danh"] = find_date(_near_signature(lines, closing), None)
    skipped = frozenset({piece.paragraph.where.order for piece in (*opening.landmarks, *named["dia_danh"])})
    body = tuple(_body(document.paragraphs, last_of_head, closing.first_order, skipped))
    by_name = {**named, **_end(closing, named["dia_danh"]), "can_cu": _first_pieces(basis)}
    return Components(
        by_name,
        opening.kind,
        opening.is_letter,
        opening.attached is not None,
        opening.other,
        basis,
        body,
        find_annexes(document.paragraphs, closing, alone=bool(lines) and opening.other is lines[0]),
    )


def _opening(lines: Sequence[Piece], head: Sequence[Piece]) -> _Opening:
    quoc_hieu, tieu_ngu = find_phrase(head, QUOC_HIEU), find_phrase(head, TIEU_NGU)
    attached = find_attachment(head)
    above = head[: head.index(attached)] if attached else head
    first, second = next(iter(quoc_hieu), None), next(iter(tieu_ngu), None)
    title, kind = find_title(above, first, second)
    if attached is None:
        number, date = find_line(head, title, is_number), find_date(head, title)
    else:
        number = date = ()
    marks = find_marks(head)
    landmarks = (*quoc_hieu, *tieu_ngu, *number, *date, *marks)
    symbol_kind = kind_of_symbol(next(iter(number), None))
    other = None if title or symbol_kind else find_other_title(above, (*quoc_hieu, *tieu_ngu), number)
    until = head.index(other) if other in head else len(head)
    letter = None if title or attached else find_subject_of_letter(head[:until], next(iter(number), None), first)
    other = None if letter else other
    if attached and other:
        title, other = other, None
    is_headless = not (quoc_hieu or tieu_ngu or number or letter or attached)
    if is_headless and lines and (title is None or slug(title.text) not in kinds()):
        title, other = None, lines[0]
    addressees = find_addressees(head)
    is_letter = not (title or other or attached) and bool(letter or (addressees and not symbol_kind))
    if title:
        subject = subject_lines(lines, title, strict=bool(kind and kind[1] in _WITHOUT_SUBJECT))
    else:
        subject = () if is_letter or other else subject_without_title(head, next(iter(number), None))
    about = lines_of_letter(lines, letter) if is_letter else ()
    known = (*landmarks, *about)
    superior, agency = find_agency(head, first, next(iter((*number, *date, *tieu_ngu)), None), title or other, known)
    by_name = {
        "quoc_hieu": quoc_hieu,
        "tieu_ngu": tieu_ngu,
        "chu_quan": superior,
        "co_quan": agency,
        "so": number,
        "dia_danh": date,
        "do_khan": marks,
        "ten_loai": _one(title),
        "trich_yeu": subject,
        "ve_viec": about,
        "kinh_gui": addressees,
    }
    return _Opening(by_name, known, kind or (None if is_letter else symbol_kind), is_letter, attached, other)


def _one(piece: Piece | None) -> tuple[Piece, ...]:
    return (piece,) if piece else ()


def _near_signature(lines: Sequence[Piece], closing: Closing) -> list[Piece]:
    """Return the lines among which an older custom puts place and date: right above the posts, or beside them."""
    orders = [piece.paragraph.where.order for piece in (*closing.posts, *closing.names)]
    first, last = min(orders, default=0) - _ROWS_ABOVE, max(orders, default=-1)
    return [piece for piece in lines[-2 * HEAD :] if first <= piece.paragraph.where.order <= last]


def _end(closing: Closing, date: Sequence[Piece]) -> dict[str, tuple[Piece, ...]]:
    return {
        "chuc_vu": tuple(piece for piece in closing.posts if piece not in date),
        "ho_ten": closing.names,
        "khong_ho_ten": closing.unnamed,
        "noi_nhan": _one(closing.heading),
        "noi_nhan_dong": closing.recipients,
    }


def _first_pieces(paragraphs: Sequence[Paragraph]) -> tuple[Piece, ...]:
    return tuple(piece for paragraph in paragraphs for piece in pieces(paragraph)[:1])


def _body(
    paragraphs: Sequence[Paragraph], after: int, until: int, skipped: frozenset[int] = frozenset()
) -> Iterator[Paragraph]:
    """Yield the paragraphs with words outside tables, between two places."""
    for paragraph in paragraphs:
        order = paragraph.where.order
        if paragraph.cell is None and after < order < until and order not in skipped:
            text = paragraph.text.strip()
            if text and not is_typed_line(text):
                yield paragraph


def _authority(paragraphs: Sequence[Paragraph], after: int) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """Return the lines of who issues the document (forms 1.1 to 1.3), and the căn cứ below them or below trích yếu.

    "Căn cứ …, ủy ban … báo cáo như sau:" is a sentence of the text, not a căn cứ on a line of its own.
    """
    centred: list[Paragraph] = []
    basis: list[Paragraph] = []
    for paragraph in _body(paragraphs, after, 10**9):
        text = paragraph.text.strip()
        is_centred = paragraph.shape.align == "center" and len(text) < LONG
        if not basis and is_centred and len(centred) < _MOST_LINES_OF_AUTHORITY and not is_first_basis(text):
            centred.append(paragraph)
        elif continues_basis(text) if basis else is_first_basis(text):
            basis.append(paragraph)
        else:
            break
    if len(basis) > 1 or (basis and basis[0].text.strip()[-1] in ";.,"):
        return tuple(centred), tuple(basis)
    return (), ()
