"""Check the lines below Tiêu ngữ, agency and trích yếu: drawn or a border, not typed, of the right length."""

from collections.abc import Iterator, Sequence

from pipeline.the_thuc.checks.widths import width
from pipeline.the_thuc.components.opening import is_typed_line
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Paragraph, Piece, printed
from pipeline.the_thuc.rules import rules

_SLACK = 0.03
"""Share of a width by which fonts and rounding may differ."""
_FULL_LINE = 0.8
"""Share of the available width that the longest line of a wrapped text fills at least."""
_MAX_BELOW = 4
_HEAD_PARAGRAPHS = 60


def check_lines(document: Document, components: Components) -> Iterator[Hit]:
    """Check the line below each of the three components (mục II, khoản 1, 2 và 5)."""
    index_by_order = {paragraph.where.order: index for index, paragraph in enumerate(document.paragraphs)}
    for component in ("tieu_ngu", "co_quan", "trich_yeu"):
        if pieces := components.pieces[component]:
            yield from _check_line(component.replace("_", "-"), pieces, document.paragraphs, index_by_order)


def _check_line(
    prefix: str, pieces: Sequence[Piece], paragraphs: Sequence[Paragraph], index_by_order: dict[int, int]
) -> Iterator[Hit]:
    last = pieces[-1].paragraph
    where = last.where
    below = _below(last, paragraphs, index_by_order[last.where.order])
    typed_lines = [paragraph for paragraph in (last, *below) if _has_typed_line(paragraph)]
    if typed_lines:
        rule = "ke-go-tay" if "_" in typed_lines[0].text else "ke-net-dut"
        yield Hit(rule, typed_lines[0].where, f"dưới “{printed(pieces[-1])[:40]}” là một dòng dấu gõ tay")
        return
    if any(run.face.underline and run.text.strip() for piece in pieces for run in piece.runs):
        yield Hit("ke-gach-chan", where, f"“{printed(pieces[-1])[:40]}” gạch chân")
        return
    lengths = [*_border_lengths(last, below), *_drawn_lengths(pieces, below, paragraphs)]
    if not lengths:
        yield Hit(f"{prefix}-ke", where, f"không thấy đường kẻ dưới “{printed(pieces[-1])[:40]}”")
        return
    known_lengths = [length for length in lengths if length > 0]
    ranges = _allowed_lengths(f"{prefix}-ke-dai", pieces)
    if known_lengths and not any(low <= length <= high for length in known_lengths for low, high in ranges):
        low, high = ranges[0]
        text = f"đường kẻ dài {known_lengths[0]:.0f} mm; dòng chữ này cần {low:.0f} đến {high:.0f} mm"
        yield Hit(f"{prefix}-ke-dai", where, text)


def _below(last: Paragraph, paragraphs: Sequence[Paragraph], index: int) -> list[Paragraph]:
    """Return the paragraphs right below in the same cell: empty ones and typed lines, up to the first with words."""
    followers: list[Paragraph] = []
    for paragraph in paragraphs[index + 1 : index + 1 + _MAX_BELOW]:
        if paragraph.cell != last.cell:
            break
        followers.append(paragraph)
        if paragraph.text.strip() and not is_typed_line(paragraph.text.strip()):
            break
    return followers


def _has_typed_line(paragraph: Paragraph) -> bool:
    lines = paragraph.text.split("\n")
    return any(is_typed_line(line.strip()) for line in lines if line.strip())


def _border_lengths(last: Paragraph, below: Sequence[Paragraph]) -> Iterator[float]:
    if last.shape.bottom:
        yield _free_width(last)
    for paragraph in below:
        empty = not paragraph.text.strip()
        if paragraph.shape.top or (empty and paragraph.shape.bottom):
            yield _free_width(paragraph)


def _free_width(paragraph: Paragraph) -> float:
    return paragraph.room - paragraph.shape.left - paragraph.shape.right


def _drawn_lengths(
    pieces: Sequence[Piece], below: Sequence[Paragraph], paragraphs: Sequence[Paragraph]
) -> Iterator[float]:
    """Yield the lengths in mm of the lines drawn for a component, 0 for an unknown length.

    They are anchored to the component, to what is below it, or in its cell. Word may anchor a line far from where it
    shows, so lines anchored elsewhere in the head count too, when there are two or more; which is whose is unknown.
    """
    own_orders = {piece.paragraph.where.order for piece in pieces} | {paragraph.where.order for paragraph in below}
    cell = pieces[-1].paragraph.cell
    candidates = [each for each in paragraphs[:_HEAD_PARAGRAPHS] if each.drawn]
    own = [each for each in candidates if each.where.order in own_orders or (cell is not None and each.cell == cell)]
    if own:
        for paragraph in own:
            yield from paragraph.drawn
    elif sum(len(each.drawn) for each in candidates) > 1:
        yield 0.0


def _width(piece: Piece) -> float:
    texts = ((run.text.upper() if run.face.caps else run.text, run.face) for run in piece.runs)
    return sum(width(text, face.size, bold=face.bold) for text, face in texts)


def _allowed_lengths(rule: str, pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return the allowed ranges of a line's length in mm: by the longest line of the text, and by its last."""
    low, high = rules()[rule].bounds
    ranges = []
    for piece in (max(pieces, key=_width), pieces[-1]):
        width_of_text = _width(piece)
        room = piece.paragraph.room
        shortest = min(width_of_text, room * _FULL_LINE if width_of_text > room else width_of_text)
        ranges.append((low * shortest * (1 - _SLACK), high * min(width_of_text, room) * (1 + _SLACK)))
    return ranges
