"""Read a finished .docx: its text, with the face and the table cell of each part."""

import dataclasses
import hashlib
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.properties import OFF
from pipeline.verify.parts import CHANGES, PLAIN, VALUE, WORDS, Parts, open_parts

BOLD, ITALIC, BOLD_ITALIC = "1", "2", "3"
_MOST_DIGITS = 6

_TABLE, _COLUMN, _ROW, _CELL, _HEAD = (f"{W}{name}" for name in ("tbl", "gridCol", "tr", "tc", "tblHeader"))
_PARAGRAPH, _STYLE, _RUN = (f"{W}{name}" for name in ("p", "pStyle", "r"))
_SECTION, _NUMBERS, _TITLE_PAGE = (f"{W}{name}" for name in ("sectPr", "pgNumType", "titlePg"))
_ELEMENTS = (_SECTION, _TABLE, _COLUMN, _ROW, _CELL, _HEAD, _PARAGRAPH, _STYLE, _RUN, *CHANGES, *WORDS)

Place = tuple[int, int, int]
"""Table, row, cell, each from 0; OUTSIDE for a paragraph in no table."""
OUTSIDE: Place = (-1, -1, -1)


class Paragraph(NamedTuple):
    """A paragraph: the cell it stands in, its text, and that text again as stretches of one face each."""

    place: Place
    text: str
    stretches: tuple[tuple[str, str], ...]


class Section(NamedTuple):
    """A part of a paper with pages of its own kind: it ends after so many paragraphs.

    `first_number` is the number of its first page, None where numbers go on; `hides_first` tells that this page is like
    a title page, without a number.
    """

    end: int
    first_number: int | None
    hides_first: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """What a finished .docx says: title, page headers, paragraphs in order, sections.

    `columns` counts the columns of each table, `height` the rows of all tables together. `repeated` has table and row
    of the header rows that print again on every page.
    """

    title: str
    headers: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    columns: tuple[int, ...]
    height: int
    repeated: frozenset[tuple[int, int]]
    sections: tuple[Section, ...] = ()

    def text_digest(self) -> str:
        """Return the SHA-256 of the text of all paragraphs, without page headers, in hexadecimal."""
        return hashlib.sha256("\n".join(paragraph.text for paragraph in self.paragraphs).encode()).hexdigest()

    def tables(self, columns: int) -> list[int]:
        """Return the numbers of the tables with this many columns."""
        return [number for number, count in enumerate(self.columns) if count == columns]

    def widest(self) -> list[int]:
        """Return the numbers of the tables with the most columns: they hold what the document is about."""
        return self.tables(max(self.columns, default=0))

    def rows(self, table: int) -> list[list[list[Paragraph]]]:
        """Return a table as rows of cells of paragraphs."""
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
    """Reads the body in one pass over its elements, in document order."""

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.repeated: set[tuple[int, int]] = set()
        self.height = 0
        self.sections: list[Section] = []

    def read(self, parts: Parts) -> Paper:
        faces = parts.faces
        usual = faces[None]
        paragraphs: list[Paragraph] = []
        stretches: list[tuple[str, str]] = []
        at = place = OUTSIDE  # where the reader is, and where the paragraph is
        cell: etree._Element | None = None
        style, face, in_run = usual, PLAIN, False
        # The most frequent tags come first: this loop takes a fifth of the time of reading a document back.
        for element in parts.body.iter(*_ELEMENTS):
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
            elif tag == _SECTION:
                self.sections.append(_section(element, len(paragraphs)))
            elif tag in CHANGES:
                face = parts.changed(face, style, tag, element.get(VALUE)) if in_run else face
            else:
                at = self._enter(tag, element, at)
        paragraphs.append(_paragraph(place, stretches))
        columns, repeated = tuple(self.columns), frozenset(self.repeated)
        sections = tuple(self.sections)
        return Paper(parts.title, parts.headers, tuple(paragraphs[1:]), columns, self.height, repeated, sections)

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


def _section(element: etree._Element, end: int) -> Section:
    """Read how a section numbers its pages (ECMA-376-1, 17.6.10 and 17.6.12)."""
    numbers, title = element.find(_NUMBERS), element.find(_TITLE_PAGE)
    start = numbers.get(f"{W}start", "") if numbers is not None else ""
    first_number = int(start) if start.isascii() and start.isdecimal() and len(start) < _MOST_DIGITS else None
    return Section(end, first_number, title is not None and title.get(VALUE) not in OFF)


def _paragraph(place: Place, stretches: list[tuple[str, str]]) -> Paragraph:
    """Make a paragraph of its stretches, and join neighbours of one face."""
    if len(stretches) == 1:
        return Paragraph(place, stretches[0][0], tuple(stretches))
    if not stretches:
        return Paragraph(place, "", ())
    groups = groupby(stretches, key=lambda stretch: stretch[1])
    spans = tuple(("".join([text for text, _ in group]), face) for face, group in groups)
    return Paragraph(place, "".join([words for words, _ in stretches]), spans)
