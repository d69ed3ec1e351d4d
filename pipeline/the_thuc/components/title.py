"""Find tên loại and trích yếu, and the titles of papers that are none of the decree's kinds."""

import functools
import itertools
import re
from collections.abc import Mapping, Sequence

from pipeline.the_thuc.components.closing import is_post
from pipeline.the_thuc.components.opening import BODY_OF_ITS_OWN, is_addressed, is_bold
from pipeline.the_thuc.components.phrases import (
    BASIS,
    LONG,
    NUMBER,
    SUBJECT,
    SYMBOL,
    is_date,
    is_number,
    is_typed_line,
)
from pipeline.the_thuc.reading.document import Piece, printed
from pipeline.the_thuc.rules import kinds
from pipeline.vietnamese import slug

_MOST_SUBJECT_LINES = 8
_LABEL = re.compile(r"(?i:phần|chương|mục|tiểu mục|phụ lục)\s+(?i:thứ\b|\d|[ivxlc]+\b)|(?i:điều)\s+\d")
_NO_TITLE = re.compile(
    r"(V/V|VỀ VIỆC|KÍNH GỬI|QUYẾT (ĐỊNH|NGHỊ):|DỰ THẢO|(HỎA|HOẢ) TỐC|(THƯỢNG )?KHẨN|(TỐI |TUYỆT )?MẬT)"
)
_AUTHORITY = re.compile(r"(ỦY BAN|UỶ BAN|HỘI ĐỒNG|THƯỜNG TRỰC|SỞ |BỘ |TÒA ÁN|VIỆN KIỂM SÁT)")
_MOST_LINES_OF_HEAD = 8


def find_title(lines: Sequence[Piece], *above: Piece | None) -> tuple[Piece | None, tuple[str, str] | None]:
    """Find tên loại: return the line, with name and abbreviation of the kind, or None twice.

    It is a line that is the name of a kind and nothing else, first looked for between the pieces `above` and the text;
    failing that, a centred line in capitals that begins with such a name.
    """
    start = max((lines.index(piece) for piece in above if piece), default=-1) + 1
    end = next((n for n, piece in enumerate(lines) if n >= start and _is_text(piece)), len(lines))
    for piece in (*lines[start:end], *lines[:start]):
        if kind := _kind_of(piece):
            return piece, kind
    for before, piece in zip((None, *lines[start:end]), lines[start:end], strict=False):
        line_slug = slug(piece.text[:LONG])
        for key, kind in kinds().items():
            if line_slug.startswith(f"{key}-") and _is_headline(piece) and not (before and _LABEL.match(before.text)):
                return piece, kind
    return None, None


def _kind_of(piece: Piece) -> tuple[str, str] | None:
    """Return the kind that a line names and nothing else; `QUYẾT ĐỊNH:` is no tên loại, a table's heading neither."""
    if len(piece.text) > LONG / 5 or piece.text.endswith((":", ";", ".")):
        return None
    line_slug = slug(piece.text)
    kind = kinds().get(line_slug) or _run_together().get(line_slug.replace("-", ""))
    stands_out = piece.paragraph.shape.align == "center" or printed(piece).isupper()
    return kind if stands_out else None


@functools.lru_cache(maxsize=1)
def _run_together() -> Mapping[str, tuple[str, str]]:
    return {key.replace("-", ""): kind for key, kind in kinds().items()}


def _is_text(piece: Piece) -> bool:
    """Tell whether a line belongs to the text, so that tên loại cannot stand below it."""
    return len(piece.text) > LONG or bool(BASIS.match(piece.text) or _LABEL.match(piece.text))


def _is_headline(piece: Piece) -> bool:
    return piece.paragraph.shape.align == "center" and printed(piece).isupper()


def kind_of_symbol(number: Piece | None) -> tuple[str, str] | None:
    """Return the kind whose abbreviation begins the document's symbol, whatever its letter case."""
    match = SYMBOL.search(number.text) if number else None
    short = match[1].casefold() if match else ""
    return next((kind for kind in kinds().values() if kind[1].casefold() == short), None)


def find_other_title(lines: Sequence[Piece], motto: Sequence[Piece], number: Sequence[Piece]) -> Piece | None:
    """Find the title of a paper of another kind: the first centred line in capitals below the head, above the text.

    `motto` are Quốc hiệu and Tiêu ngữ. A date is no sign of where the head ends: some papers have it at the end.
    """
    start = max((lines.index(piece) for piece in motto if piece in lines), default=-1) + 1
    start = max(
        (lines.index(piece) + 1 for piece in number if piece in lines[: start + _MOST_LINES_OF_HEAD]), default=start
    )
    tables = {piece.paragraph.cell.table for piece in (*motto, *number) if piece.paragraph.cell}
    for piece in lines[start : start + _MOST_LINES_OF_HEAD]:
        cell, text = piece.paragraph.cell, printed(piece)
        if _is_text(piece) or is_addressed(piece):
            return None
        if not _is_headline(piece) or (cell and cell.table in tables) or NUMBER.match(text) or is_typed_line(text):
            continue
        if not (is_post(text) or BODY_OF_ITS_OWN.match(text) or _NO_TITLE.match(text)) and " " in text:
            return piece
    return None


def subject_lines(lines: Sequence[Piece], title: Piece | None, *, strict: bool) -> tuple[Piece, ...]:
    """Return the lines of trích yếu: those below tên loại, centred or bold, up to a drawn line or the body.

    With `strict` a line must be both: some forms have no trích yếu, and the text begins right below tên loại.
    """
    return _from(lines[lines.index(title) + 1 :], title, strict=strict) if title in lines else ()


def subject_without_title(lines: Sequence[Piece], number: Piece | None) -> tuple[Piece, ...]:
    """Return a trích yếu that stands below the head though its tên loại is missing: bold, centred, `Về việc …`."""
    start = lines.index(number) if number in lines else -1
    for n, piece in enumerate(lines[start + 1 :], start + 1):
        if _is_text(piece):
            return ()
        if SUBJECT.match(piece.text) and piece.paragraph.shape.align == "center" and is_bold(piece):
            return _from(lines[n:], None, strict=False)
    return ()


def _from(lines: Sequence[Piece], title: Piece | None, *, strict: bool) -> tuple[Piece, ...]:
    subject: list[Piece] = []
    for piece in itertools.islice(lines, _MOST_SUBJECT_LINES):
        text = piece.text
        if is_typed_line(text) or BASIS.match(text) or text.startswith("(") or is_number(text):
            break
        if (is_date(text) and not is_bold(piece)) or (not subject and _is_authority(piece)):
            break
        if is_addressed(piece) or _LABEL.match(text):
            break
        is_centred, bold = piece.paragraph.shape.align == "center", is_bold(piece)
        belongs = (is_centred and bold) if strict else (is_centred or bold or (not subject and _is_no_sentence(text)))
        if not belongs or (subject and not _goes_on(subject[-1], piece, subject[0])):
            break
        if not subject and title is not None and not _is_below(title, piece):
            break
        subject.append(piece)
    return tuple(subject)


def _is_authority(piece: Piece) -> bool:
    """Tell whether a line says who issues a decision or a resolution (forms 1.1 to 1.3), and is no trích yếu."""
    text = printed(piece)
    return text.isupper() and bool(_AUTHORITY.match(text) or is_post(text))


def _goes_on(last: Piece, piece: Piece, first: Piece) -> bool:
    """Tell whether a line continues the lines of trích yếu above it."""
    one, other = last.paragraph, piece.paragraph
    if one is other:
        return True
    if printed(piece).isupper() or one.shape.bottom or other.shape.top or one.cell != other.cell:
        return False
    return other.shape.align == first.paragraph.shape.align and other.where.order - one.where.order <= 1


def _is_below(title: Piece, piece: Piece) -> bool:
    """Tell whether trích yếu may stand here: with tên loại, in the row below it, or in a table of its own."""
    cell, own = piece.paragraph.cell, title.paragraph.cell
    if cell == own or cell is None:
        return True
    if own is None:
        return piece.paragraph.shape.align == "center" and cell.row == 0 and cell.column == 0
    return cell.table == own.table and cell.column == own.column


def _is_no_sentence(text: str) -> bool:
    return len(text) < LONG and text[-1] not in ".;:,"
