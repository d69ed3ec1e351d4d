"""The three lines of the head: below Tiêu ngữ, agency and trích yếu; solid, drawn or bordered, of the right length."""

from collections.abc import Iterator, Sequence

from pipeline.the_thuc.checks.widths import width
from pipeline.the_thuc.components.opening import is_typed_line
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Paragraph, Piece, printed
from pipeline.the_thuc.rules import rules

_SLACK = 0.03
"""Part of a width by which fonts and rounding may differ."""
_WRAPPED = 0.8
"""The longest line of a wrapped text fills at least so much of its room."""
_MOST_BELOW = 4
_HEAD = 60


def check_lines(document: Document, components: Components) -> Iterator[Hit]:
    """Mục II, khoản 1, 2 và 5."""
    by_order = {paragraph.where.order: n for n, paragraph in enumerate(document.paragraphs)}
    for name in ("tieu_ngu", "co_quan", "trich_yeu"):
        if found := components.pieces[name]:
            yield from _check_line(name.replace("_", "-"), found, document.paragraphs, by_order)


def _check_line(
    name: str, found: Sequence[Piece], paragraphs: Sequence[Paragraph], by_order: dict[int, int]
) -> Iterator[Hit]:
    last = found[-1].paragraph
    where = last.where
    below = _below(last, paragraphs, by_order[last.where.order])
    typed = [paragraph for paragraph in (last, *below) if _typed(paragraph)]
    if typed:
        rule = "ke-go-tay" if "_" in typed[0].text else "ke-net-dut"
        yield Hit(rule, typed[0].where, f"dưới “{printed(found[-1])[:40]}” là một dòng dấu gõ tay")
        return
    if any(run.face.underline and run.text.strip() for piece in found for run in piece.runs):
        yield Hit("ke-gach-chan", where, f"“{printed(found[-1])[:40]}” gạch chân")
        return
    lengths = [*_bordered(last, below), *_drawn(found, below, paragraphs)]
    if not lengths:
        yield Hit(f"{name}-ke", where, f"không thấy đường kẻ dưới “{printed(found[-1])[:40]}”")
        return
    known = [length for length in lengths if length > 0]
    allowed = _allowed(f"{name}-ke-dai", found)
    if known and not any(low <= length <= high for length in known for low, high in allowed):
        low, high = allowed[0]
        text = f"đường kẻ dài {known[0]:.0f} mm; dòng chữ này cần {low:.0f} đến {high:.0f} mm"
        yield Hit(f"{name}-ke-dai", where, text)


def _below(last: Paragraph, paragraphs: Sequence[Paragraph], at: int) -> list[Paragraph]:
    """Give what stands right below in the same cell: empty or typed paragraphs, and the first one with words."""
    found: list[Paragraph] = []
    for paragraph in paragraphs[at + 1 : at + 1 + _MOST_BELOW]:
        if paragraph.cell != last.cell:
            break
        found.append(paragraph)
        if paragraph.text.strip() and not is_typed_line(paragraph.text.strip()):
            break
    return found


def _typed(paragraph: Paragraph) -> bool:
    lines = paragraph.text.split("\n")
    return any(is_typed_line(line.strip()) for line in lines if line.strip())


def _bordered(last: Paragraph, below: Sequence[Paragraph]) -> Iterator[float]:
    if last.shape.bottom:
        yield _free(last)
    for paragraph in below:
        empty = not paragraph.text.strip()
        if paragraph.shape.top or (empty and paragraph.shape.bottom):
            yield _free(paragraph)


def _free(paragraph: Paragraph) -> float:
    return paragraph.room - paragraph.shape.left - paragraph.shape.right


def _drawn(found: Sequence[Piece], below: Sequence[Paragraph], paragraphs: Sequence[Paragraph]) -> Iterator[float]:
    """Give the drawn lines that hang on the component, on what is below it, or anywhere in its cell.

    Where a line is drawn does not show where it hangs: one that hangs elsewhere in the head counts, its length unknown.
    """
    own = {piece.paragraph.where.order for piece in found} | {paragraph.where.order for paragraph in below}
    cell = found[-1].paragraph.cell
    near = [each for each in paragraphs[:_HEAD] if each.drawn]
    mine = [each for each in near if each.where.order in own or (cell is not None and each.cell == cell)]
    if mine:
        for paragraph in mine:
            yield from paragraph.drawn
    elif sum(len(each.drawn) for each in near) > 1:
        yield 0.0


def _width(piece: Piece) -> float:
    texts = ((run.text.upper() if run.face.caps else run.text, run.face) for run in piece.runs)
    return sum(width(text, face.size, bold=face.bold) for text, face in texts)


def _allowed(rule: str, found: Sequence[Piece]) -> list[tuple[float, float]]:
    """Give the allowed lengths in mm: by the longest line of the text, or by its last."""
    low, high = rules()[rule].bounds
    made = []
    for piece in (max(found, key=_width), found[-1]):
        wide = _width(piece)
        room = piece.paragraph.room
        shortest = min(wide, room * _WRAPPED if wide > room else wide)
        made.append((low * shortest * (1 - _SLACK), high * min(wide, room) * (1 + _SLACK)))
    return made
