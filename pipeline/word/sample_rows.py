"""Read the sample rows of a template's table: which cells they have, and which field each of these prints."""

import dataclasses
import functools
import re
from collections.abc import Iterator

from pipeline.word.admit import main_part
from pipeline.word.clean import clean

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{\{(r?)\s+(\w+)\.(cot_\d+)\s*\}\}")
_CONTROL = re.compile(r"\{%tr")


@dataclasses.dataclass(frozen=True, slots=True)
class SampleRow:
    """A row that prints cells by their column's place: the name of its item, what each cell prints, in its order.

    A cell's text is given with its blanks left out; `words` are those of the tag before the row, which say its level.
    """

    item: str
    cells: tuple[str, ...]
    words: str


@functools.lru_cache(maxsize=16)
def sample_rows(template: bytes) -> tuple[SampleRow, ...]:
    """Give the rows of all tables that print cells by place, in their order; none for a file that does not open."""
    try:
        root = main_part(template)
    except ValueError:
        return ()
    clean(root)
    return tuple(_rows(root))


def _rows(root: object) -> Iterator[SampleRow]:
    words = ""
    for row in root.iter(f"{_W}tr"):  # type: ignore[attr-defined]
        cells = ["".join(text.text or "" for text in cell.iter(f"{_W}t")) for cell in row.iterchildren(f"{_W}tc")]
        whole = " ".join(cells)
        if _CONTROL.search(whole):
            words = whole.strip()
        elif items := {match[2] for match in _TAG.finditer(whole)}:
            yield SampleRow(min(items), tuple("".join(cell.split()) for cell in cells), words)
