"""Find the components of an official document by position and wording, in files laid out in any way.

Tolerant on purpose: a component with a fault must still be found, or its fault could not be named.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from pipeline.the_thuc.closing import find_closing
from pipeline.the_thuc.document import Document, Paragraph, Piece, pieces, printed
from pipeline.the_thuc.rules import kinds
from pipeline.vietnamese import slug

QUOC_HIEU, TIEU_NGU = "cong-hoa-xa-hoi-chu-nghia-viet-nam", "doc-lap-tu-do-hanh-phuc"

_HEAD = 60
"""So many lines from the top a head may reach."""
_LONG, _SHORT = 200, 70
_ALIKE = 0.85
_NUMBER = re.compile(r"s[ốôóoồ]\s*[:.]?\s*[\d\s._…-]*/|s[ốô]\s*:", re.IGNORECASE)
_DATE = re.compile(
    r"ngày.{0,20}tháng.{0,20}năm|,\s*(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\.?$", re.IGNORECASE
)
_SUBJECT = re.compile(r"v\s*/\s*v\b|về việc\b", re.IGNORECASE)
_BASIS = re.compile(r"(căn cứ|xét|theo đề nghị)\b", re.IGNORECASE)
_TYPED_LINE = re.compile(r"[\s_\-–—=*.·]{3,}")
# Words that begin the name of a body of its own: what stands above it is its superior.
_BODY_OF_ITS_OWN = re.compile(
    r"(PHÒNG(?! CHỐNG|, CHỐNG| CHÁY)|VĂN PHÒNG|BAN\b|SỞ|CHI CỤC|CỤC|VỤ|VIỆN|TRUNG TÂM|TRƯỜNG|CÔNG AN|TRẠM|THANH TRA|"
    r"ỦY BAN|UỶ BAN|HỘI ĐỒNG|BỆNH VIỆN|KHO BẠC|CÔNG TY|ĐÀI|QUỸ|KHOA|HẠT KIỂM|ĐỘI)"
)
_MOST_SUBJECT_LINES = 8


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


def is_typed_line(text: str) -> bool:
    """Tell a line typed with dashes or underscores from words."""
    return bool(_TYPED_LINE.fullmatch(text)) and any(mark in text for mark in "_-–—")


def recognise(document: Document) -> Components:
    """Find the components of a document."""
    lines = [piece for paragraph in document.paragraphs for piece in pieces(paragraph)]
    head = lines[:_HEAD]
    quoc_hieu = _alike(head, QUOC_HIEU)
    tieu_ngu = _alike(head, TIEU_NGU)
    title, kind = _title(head, quoc_hieu, tieu_ngu)
    closing = find_closing(document.paragraphs, title.paragraph.where.order if title else 0)
    number = _matching(head, _NUMBER, title)
    dated = _matching(head, _DATE, title) or _matching(lines[-_HEAD:], _DATE, None, _SHORT)
    subject_of_letter = _matching(head, _SUBJECT, title) if title is None else None
    known = [piece for piece in (quoc_hieu, tieu_ngu, number, dated, subject_of_letter) if piece]
    superior, agency = _agency(head, quoc_hieu, number or dated or tieu_ngu, title, known)
    addressed = next((piece for piece in head if slug(piece.text[:20]).startswith("kinh-gui")), None)
    subject = _subject(lines, title)
    is_letter = title is None and bool(subject_of_letter or addressed)
    above = (*subject, *_one(title), *_one(addressed), *known, *agency)
    last_of_head = max((piece.paragraph.where.order for piece in above if piece in head), default=-1)
    body = _body(document.paragraphs, last_of_head, closing.first_order)
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
        "ve_viec": _subject_of_letter(lines, subject_of_letter) if is_letter else (),
        "can_cu": tuple(piece for paragraph in basis for piece in pieces(paragraph)[:1]),
        "kinh_gui": _one(addressed),
        "chuc_vu": closing.posts,
        "ho_ten": _one(closing.name),
        "noi_nhan": _one(closing.heading),
        "noi_nhan_dong": closing.recipients,
    }
    return Components(found, kind, is_letter, _before(head, title), tuple(each for each in body if each not in basis))


def _one(piece: Piece | None) -> tuple[Piece, ...]:
    return (piece,) if piece else ()


def _alike(lines: Iterable[Piece], wanted: str) -> Piece | None:
    """Find a fixed phrase, spelled nearly as it should be."""
    for piece in lines:
        folded = slug(piece.text[:_LONG])
        if wanted in folded or (
            abs(len(folded) - len(wanted)) < len(wanted) / 3
            and SequenceMatcher(None, folded, wanted, autojunk=False).ratio() >= _ALIKE
        ):
            return piece
    return None


def _title(lines: Sequence[Piece], *above: Piece | None) -> tuple[Piece | None, tuple[str, str] | None]:
    """Find tên loại: a line that is the name of a kind of document and nothing else."""
    start = max((lines.index(piece) for piece in above if piece), default=-1)
    for piece in (*lines[start + 1 :], *lines[: start + 1]):
        folded = slug(piece.text[:_LONG])
        name = folded if folded in kinds() else folded.replace("-", "") if len(piece.text) < _LONG / 5 else ""
        for key, kind in kinds().items():
            if name in {key, key.replace("-", "")}:
                return piece, kind
    for piece in lines[start + 1 :]:
        folded = slug(piece.text[:_LONG])
        for key, kind in kinds().items():
            if folded.startswith(f"{key}-") and piece.paragraph.shape.align == "center" and printed(piece).isupper():
                return piece, kind
    return None, None


def _matching(
    lines: Sequence[Piece], form: re.Pattern[str], title: Piece | None, most: int = _LONG // 2
) -> Piece | None:
    """Find the first line of a form, above tên loại if there is one there; a sentence that holds it is none."""
    until = lines.index(title) if title in lines else len(lines)
    for piece in (*lines[:until], *(() if title is None else lines[until + 1 :])):
        if len(piece.text) <= most and (form.search if form is _DATE else form.match)(piece.text):
            return piece
    return None


def _agency(
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
        if piece not in known and piece is not title and len(piece.text) < _LONG / 2 and not _BASIS.match(piece.text)
    ]
    texts = [printed(piece).upper() for piece in lines]
    splits = [n for n, text in enumerate(texts) if n and _BODY_OF_ITS_OWN.match(text)]
    if not splits:
        bold = [_is_bold(piece) for piece in lines]
        splits = [bold.index(True)] if True in bold and not bold[0] else [0]
    return tuple(lines[: splits[-1]]), tuple(lines[splits[-1] :])


def _is_bold(piece: Piece) -> bool:
    return all(run.face.bold for run in piece.runs if run.text.strip())


def _subject(lines: Sequence[Piece], title: Piece | None) -> tuple[Piece, ...]:
    """Give the lines of trích yếu: below tên loại, centred or bold, up to a line drawn or the text."""
    if title is None:
        return ()
    found: list[Piece] = []
    for piece in lines[lines.index(title) + 1 :][:_MOST_SUBJECT_LINES]:
        paragraph = piece.paragraph
        if is_typed_line(piece.text) or _BASIS.match(piece.text) or slug(piece.text[:20]).startswith("kinh-gui"):
            break
        if _matching([piece], _NUMBER, None) or _matching([piece], _DATE, None, _SHORT):
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
    return len(text) < _LONG and text[-1] not in ".;:,"


def _subject_of_letter(lines: Sequence[Piece], first: Piece | None) -> tuple[Piece, ...]:
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
        if not _BASIS.match(text) or (not found and not text.lower().startswith("căn cứ")):
            break
        found.append(paragraph)
    # "Căn cứ ..., ủy ban ... báo cáo như sau:" is a sentence of the text, not a basis on a line of its own.
    return tuple(found) if len(found) > 1 or (found and found[0].text.strip()[-1] in ";.,") else ()
