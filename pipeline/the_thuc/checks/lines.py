"""Check the lines below Tiêu ngữ, agency and trích yếu: drawn or a border, not typed, of the right length."""

import dataclasses
from collections.abc import Iterator, Sequence

from pipeline.the_thuc.checks.widths import width_of
from pipeline.the_thuc.components.phrases import SOLID_STROKES, is_typed_line
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
_OWN, _COLUMN, _ELSEWHERE = 1, 2, 3
"""How near a drawn line hangs: at the component or right below it, in its column, elsewhere in the head."""


@dataclasses.dataclass(slots=True)
class _Component:
    """A component that has a line below it: the paragraphs right below, the allowed lengths, the lines found."""

    prefix: str
    pieces: Sequence[Piece]
    below: Sequence[Paragraph]
    ranges: Sequence[tuple[float, float]]
    found: list[float]

    @property
    def last(self) -> Paragraph:
        return self.pieces[-1].paragraph

    def fits(self, length: float) -> bool:
        return any(low <= length <= high for low, high in self.ranges)

    def misfit(self, length: float) -> float:
        """Return by how many mm a length is out of the allowed range."""
        return min(max(low - length, length - high, 0.0) for low, high in self.ranges)


def check_lines(document: Document, components: Components) -> Iterator[Hit]:
    """Check the line below each of the three components (mục II, khoản 1, 2 và 5)."""
    index_by_order = {paragraph.where.order: index for index, paragraph in enumerate(document.paragraphs)}
    with_lines: list[_Component] = []
    for name in ("tieu_ngu", "co_quan", "trich_yeu"):
        pieces = components.pieces[name]
        # In an attached text the line stands below the bracketed reference (form 1.3), and no clause asks for it.
        if not pieces or (name == "trich_yeu" and components.is_attached):
            continue
        prefix, last = name.replace("_", "-"), pieces[-1].paragraph
        below = _below(last, document.paragraphs, index_by_order[last.where.order], past_table=name == "trich_yeu")
        with_lines.append(_Component(prefix, pieces, below, _allowed_lengths(f"{prefix}-ke-dai", pieces), []))
    settled = set()
    for each in with_lines:
        if (hit := _typed(each)) is not None:
            yield hit
            settled.add(each.prefix)
        each.found = [length for length in _border_lengths(each.last, each.below) if length > 0]
    _share_out([each for each in with_lines if each.prefix not in settled], document.paragraphs)
    for each in with_lines:
        if each.prefix not in settled:
            yield from _check_length(each)


def _typed(component: _Component) -> Hit | None:
    """Report a line that is typed with dashes or underscores, or made by underlining the words."""
    words = printed(component.pieces[-1])[:40]
    for paragraph in (component.last, *component.below):
        if _has_typed_line(paragraph):
            rule = "ke-go-tay" if any(stroke in paragraph.text for stroke in SOLID_STROKES) else "ke-net-dut"
            return Hit(rule, paragraph.where, f"dưới “{words}” là một dòng dấu gõ tay")
    if any(run.face.underline and run.text.strip() for piece in component.pieces for run in piece.runs):
        return Hit("ke-gach-chan", component.last.where, f"“{words}” gạch chân")
    return None


def _check_length(component: _Component) -> Iterator[Hit]:
    where = component.last.where
    if not component.found:
        words = printed(component.pieces[-1])[:40]
        yield Hit(f"{component.prefix}-ke", where, f"không thấy đường kẻ dưới “{words}”")
    elif not any(component.fits(length) for length in component.found):
        low, high = component.ranges[0]
        text = f"đường kẻ dài {component.found[0]:.0f} mm; dòng chữ này cần {low:.0f} đến {high:.0f} mm"
        yield Hit(f"{component.prefix}-ke-dai", where, text)


def _share_out(components: Sequence[_Component], paragraphs: Sequence[Paragraph]) -> None:
    """Give each drawn line of the head to one component.

    Word may anchor a line far from where it shows. So a line goes first to a component near it whose length it has,
    then to the one that it hangs on, then to any other in need; and no line stands for two.
    """
    end = max((paragraph.where.order for each in components for paragraph in (each.last, *each.below)), default=-1)
    lines = [
        (paragraph, length)
        for paragraph in paragraphs[:_HEAD_PARAGRAPHS]
        if paragraph.where.order <= end
        for length in paragraph.drawn
    ]
    for is_fit, nearness in ((True, _COLUMN), (False, _OWN), (True, _ELSEWHERE), (False, _COLUMN), (False, _ELSEWHERE)):
        for component in components:
            own = [line for line in lines if _distance(component, line[0]) <= nearness]
            if is_fit:
                own = [line for line in own if component.fits(line[1])]
            if own and not component.found:
                best = min(own, key=lambda line: component.misfit(line[1]))
                component.found.append(best[1])
                lines.remove(best)


def _distance(component: _Component, paragraph: Paragraph) -> int:
    own_orders = {piece.paragraph.where.order for piece in component.pieces}
    if paragraph.where.order in own_orders or paragraph in component.below:
        return _OWN
    cell, own = paragraph.cell, component.last.cell
    if cell and own and cell.table == own.table and cell.column == own.column:
        return _COLUMN
    # What hangs in the table of the head cannot show below trích yếu, which stands under the table.
    return _ELSEWHERE + 1 if component.prefix == "trich-yeu" and cell and own is None else _ELSEWHERE


def _below(last: Paragraph, paragraphs: Sequence[Paragraph], index: int, *, past_table: bool) -> list[Paragraph]:
    """Return the paragraphs right below, in a table also those of the next rows of the column.

    These are empty ones and typed lines, up to the first with words. With `past_table`, those below the table count.
    """
    followers: list[Paragraph] = []
    for paragraph in paragraphs[index + 1 :]:
        cell, own = paragraph.cell, last.cell
        if cell is not None and (own is None or cell.table != own.table):
            break
        if own is not None and cell is None and not past_table:
            break
        if own is not None and cell is not None and cell.column != own.column:
            continue
        followers.append(paragraph)
        if (paragraph.text.strip() and not is_typed_line(paragraph.text.strip())) or len(followers) == _MAX_BELOW:
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


def _allowed_lengths(rule: str, pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return the allowed ranges of a line's length in mm: by the longest line of the text, and by its last."""
    low, high = rules()[rule].bounds
    ranges = []
    for piece in (max(pieces, key=width_of), pieces[-1]):
        width_of_text = width_of(piece)
        room = piece.paragraph.room
        shortest = min(width_of_text, room * _FULL_LINE if width_of_text > room else width_of_text)
        ranges.append((low * shortest * (1 - _SLACK), high * min(width_of_text, room) * (1 + _SLACK)))
    return ranges
