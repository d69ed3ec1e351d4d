"""Read a finished .docx: what it says, in which faces, and where."""

import dataclasses
import hashlib
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.properties import OFF
from pipeline.verify.parts import PLAIN, SWITCHES, VALUE, WORDS, Parts, open_parts, switched

BOLD, ITALIC, BOLD_ITALIC = "1", "2", "3"

_TABLE, _COLUMN, _ROW, _CELL, _HEAD = (f"{W}{name}" for name in ("tbl", "gridCol", "tr", "tc", "tblHeader"))
_PARAGRAPH, _STYLE, _RUN = (f"{W}{name}" for name in ("p", "pStyle", "r"))
_WANTED = (_TABLE, _COLUMN, _ROW, _CELL, _HEAD, _PARAGRAPH, _STYLE, _RUN, *SWITCHES, *WORDS)

Place = tuple[int, int, int]
"""Table, row, cell, each from 0; OUTSIDE for a paragraph in no table."""
OUTSIDE: Place = (-1, -1, -1)


class Paragraph(NamedTuple):
    """A paragraph: the cell it stands in, its text, and the stretches of that with their faces."""

    place: Place
    text: str
    stretches: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """A finished .docx, read: title, page headers, paragraphs in order.

    Of each table the number of its columns; the rows of all tables together; which rows are repeated on every page.
    """

    title: str
    headers: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    columns: tuple[int, ...]
    height: int
    repeated: frozenset[tuple[int, int]]

    def text_digest(self) -> str:
        """Give the SHA-256 of all that is printed between the headers, in hexadecimal."""
        return hashlib.sha256("\n".join(paragraph.text for paragraph in self.paragraphs).encode()).hexdigest()

    def tables(self, columns: int) -> list[int]:
        """Give the numbers of the tables with so many columns."""
        return [number for number, count in enumerate(self.columns) if count == columns]

    def widest(self) -> list[int]:
        """Give the numbers of the tables that have the most columns: what a document is about stands there."""
        return self.tables(max(self.columns, default=0))

    def rows(self, table: int) -> list[list[list[Paragraph]]]:
        """Give a table's rows, their cells, and the paragraphs of these."""
        rows: list[list[list[Paragraph]]] = []
        last = OUTSIDE
        for paragraph in self.paragraphs:
            place = paragraph.place
            if place[0] == table:
                if place[1] != last[1]:
                    rows.append([])
                if place != last:
                    rows[-1].append([])
                rows[-1][-1].append(paragraph)
                last = place
        return rows


def read_paper(data: bytes) -> Paper:
    """Read a .docx. Raises ValueError for a file that does not open or has tables inside tables."""
    return _Reader().read(open_parts(data))


class _Reader:
    """Goes once through a document's elements, in their order, and gathers paragraphs."""

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.repeated: set[tuple[int, int]] = set()
        self.height = 0

    def read(self, parts: Parts) -> Paper:
        faces = parts.faces
        usual = faces[None]
        paragraphs: list[Paragraph] = []
        stretches: list[tuple[str, str]] = []
        at = place = OUTSIDE  # where the reader is, and where the paragraph is
        cell: etree._Element | None = None
        style, face, in_run = usual, PLAIN, False
        # The commonest first: this loop is a fifth of what it takes to read a document back.
        for element in parts.body.iter(*_WANTED):
            tag = str(element.tag)
            if tag == _PARAGRAPH:
                paragraphs.append(_paragraph(place, stretches))
                place = at if element.getparent() is cell else OUTSIDE
                stretches, style, in_run = [], usual, False
            elif tag == _STYLE:
                style = faces.get(element.get(VALUE), PLAIN)
            elif tag == _CELL:
                cell, at = element, (at[0], at[1], at[2] + 1)
            elif tag == _RUN:
                face, in_run = style, True
            elif tag in WORDS:
                words = WORDS[tag] or element.text
                if words and in_run:
                    stretches.append((words, face))
            elif tag in SWITCHES:
                face = switched(face, tag, element.get(VALUE)) if in_run else face
            else:
                at = self._enter(tag, element, at)
        paragraphs.append(_paragraph(place, stretches))
        columns, repeated = tuple(self.columns), frozenset(self.repeated)
        return Paper(parts.title, parts.headers, tuple(paragraphs[1:]), columns, self.height, repeated)

    def _enter(self, tag: str, element: etree._Element, at: Place) -> Place:
        table, row, _ = at
        if tag == _ROW:
            self.height += 1
            return table, row + 1, -1
        if tag == _TABLE:
            if next(element.iterancestors(_CELL), None) is not None:
                raise ValueError("a table inside a table")
            self.columns.append(0)
            return table + 1, -1, -1
        if tag == _COLUMN:
            self.columns[-1] += 1
        elif element.get(VALUE) not in OFF:
            self.repeated.add((table, row))
        return at


def _paragraph(place: Place, stretches: list[tuple[str, str]]) -> Paragraph:
    """Make a paragraph; neighbours of one face are joined."""
    if len(stretches) == 1:
        return Paragraph(place, stretches[0][0], tuple(stretches))
    if not stretches:
        return Paragraph(place, "", ())
    groups = groupby(stretches, key=lambda stretch: stretch[1])
    merged = tuple(("".join([text for text, _ in group]), face) for face, group in groups)
    return Paragraph(place, "".join([words for words, _ in stretches]), merged)
