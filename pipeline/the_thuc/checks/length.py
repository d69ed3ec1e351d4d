"""Estimate whether a document fills more than one page: only then is a page number asked for."""

import itertools
import math
from collections.abc import Iterable

from pipeline.the_thuc.checks.widths import width
from pipeline.the_thuc.reading.document import Document, Paragraph

_SINGLE = 1.15
"""Height of a line at single spacing in Times New Roman, as a multiple of the font size."""
_MM_PER_PT = 25.4 / 72
_USUAL_SIZE = 14.0
_SURELY = 1.06
"""How many pages the estimate must reach: line breaks are not computed as Word does."""
_MOST = 400


def is_longer_than_a_page(document: Document) -> bool:
    """Tell whether the text surely goes on to a second page: by a page break, a section, or its height."""
    paragraphs = document.paragraphs
    last = max((n for n, each in enumerate(paragraphs) if each.text.strip()), default=-1)
    if len(paragraphs) > _MOST or any(each.breaks_page for each in paragraphs[: last + 1]):
        return True
    if last >= 0 and paragraphs[last].section > 0:
        return True
    first = document.sections[0]
    return _height(paragraphs[: last + 1]) > (first.height - first.top - first.bottom) * _SURELY


def _height(paragraphs: Iterable[Paragraph]) -> float:
    """Return the height in mm: of each paragraph, of a table's rows that of their highest cell."""
    total = 0.0
    for table, block in itertools.groupby(paragraphs, key=lambda each: each.cell.table if each.cell else None):
        if table is None:
            total += sum(_paragraph_height(each) for each in block)
            continue
        columns: dict[tuple[int, int], float] = {}
        for each in block:
            if each.cell:
                key = each.cell.row, each.cell.column
                columns[key] = columns.get(key, 0.0) + _paragraph_height(each)
        rows = {row for row, _ in columns}
        total += sum(max(height for (own, _), height in columns.items() if own == row) for row in rows)
    return total


def _paragraph_height(paragraph: Paragraph) -> float:
    runs = [run for run in paragraph.runs if run.text]
    size = max((run.face.size for run in runs), default=_USUAL_SIZE)
    shape = paragraph.shape
    room = max(paragraph.room - shape.left - shape.right, 10.0)
    wide = sum(width(run.text, run.face.size, bold=run.face.bold) for run in runs) + max(shape.first, 0.0)
    breaks = sum(run.text.count("\n") for run in runs)
    lines = max(1, math.ceil(wide / room)) + breaks
    line = shape.line * size * _SINGLE if shape.line_rule == "auto" else max(shape.line, 1.0)
    return (lines * line + shape.before + shape.after) * _MM_PER_PT
