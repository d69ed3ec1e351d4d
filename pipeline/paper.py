"""Read a finished .docx, with python-docx: what it says, in which faces, and where."""

import dataclasses
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import docx
from docx.oxml.ns import qn
from lxml import etree

PLAIN, BOLD, ITALIC = "0", "1", "2"
FACES = ("0", "1", "2", "3")
"""A face is one digit: 1 for bold, 2 for italic, 3 for both."""

_OFF = frozenset({"0", "false", "off"})
_WORDS = {qn("w:t"): "", qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
"""What prints, and as what; empty for what has a text of its own."""
_TABLE, _COLUMN, _ROW, _CELL = qn("w:tbl"), qn("w:gridCol"), qn("w:tr"), qn("w:tc")
_PARAGRAPH, _STYLE, _RUN = qn("w:p"), qn("w:pStyle"), qn("w:r")
_BOLD, _ITALIC, _HEAD, _VALUE = qn("w:b"), qn("w:i"), qn("w:tblHeader"), qn("w:val")
_SWITCHES = frozenset({_BOLD, _ITALIC})
_STYLES, _STYLE_ID, _TYPE, _DEFAULT = qn("w:style"), qn("w:styleId"), qn("w:type"), qn("w:default")
_BASE, _STYLE_FACES = qn("w:basedOn"), f"{qn('w:rPr')}/*"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_WANTED = (
    *(_TABLE, _COLUMN, _ROW, _CELL, _PARAGRAPH, _STYLE, _RUN, _BOLD, _ITALIC, _HEAD),
    *_WORDS,
)

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

    def rows(self, table: int) -> list[list[list[Paragraph]]]:
        """Give a table's rows, their cells, and the paragraphs of these."""
        own = [paragraph for paragraph in self.paragraphs if paragraph.place[0] == table]
        return [
            [list(cell) for _, cell in groupby(row, key=lambda paragraph: paragraph.place)]
            for _, row in groupby(own, key=lambda paragraph: paragraph.place[1])
        ]


def read_paper(data: bytes) -> Paper:
    """Read a .docx. Raises ValueError for a file that does not open or has tables inside tables."""
    try:
        document = docx.Document(io.BytesIO(data))
        headers = [part for section in document.sections for part in (section.first_page_header, section.header)]
        texts = tuple(_text(header._element) for header in headers)  # noqa: SLF001 - its only way to XML
        styles = _style_faces(document.styles.element)
        title = _title(document)
    except Exception as error:  # python-docx lets through whatever its XML and zip readers raise
        raise ValueError(type(error).__name__) from error
    return _Reader(styles).read(document.element.body, title, texts)


class _Reader:
    """Goes once through a document's elements, in their order, and gathers paragraphs."""

    def __init__(self, styles: Mapping[str | None, str]) -> None:
        self.styles = styles
        self.paragraphs: list[Paragraph] = []
        self.columns: list[int] = []
        self.repeated: set[tuple[int, int]] = set()
        self.height = 0
        self.cell: etree._Element | None = None
        self.place = OUTSIDE

    def read(self, body: etree._Element, title: str, headers: tuple[str, ...]) -> Paper:
        usual = self.styles.get(None, PLAIN)
        stretches: list[tuple[str, str]] = []
        place, style, face, in_run = OUTSIDE, usual, PLAIN, False
        for element in body.iter(*_WANTED):
            tag = str(element.tag)
            words = _WORDS.get(tag)
            if words is not None:
                words = words or element.text
                if words and in_run:
                    stretches.append((words, face))
            elif tag == _RUN:
                face, in_run = style, True
            elif tag == _STYLE:
                style = self.styles.get(element.get(_VALUE), PLAIN)
            elif tag == _PARAGRAPH:
                self._leave(place, stretches)
                place = self.place if element.getparent() is self.cell else OUTSIDE
                stretches, style, in_run = [], usual, False
            elif tag in _SWITCHES:
                face = _switched(face, element) if in_run else face
            else:
                self._enter(tag, element)
        self._leave(place, stretches)
        paragraphs, columns = tuple(self.paragraphs[1:]), tuple(self.columns)
        return Paper(title, headers, paragraphs, columns, self.height, frozenset(self.repeated))

    def _leave(self, place: Place, stretches: list[tuple[str, str]]) -> None:
        if len(stretches) == 1:
            self.paragraphs.append(Paragraph(place, stretches[0][0], tuple(stretches)))
        else:
            self.paragraphs.append(Paragraph(place, "".join([words for words, _ in stretches]), _merged(stretches)))

    def _enter(self, tag: str, element: etree._Element) -> None:
        table, row, cell = self.place
        if tag == _CELL:
            self.cell, self.place = element, (table, row, cell + 1)
        elif tag == _ROW:
            self.height, self.place = self.height + 1, (table, row + 1, -1)
        elif tag == _COLUMN:
            self.columns[-1] += 1
        elif tag == _TABLE:
            if next(element.iterancestors(_CELL), None) is not None:
                raise ValueError("a table inside a table")
            self.columns.append(0)
            self.place = (table + 1, -1, -1)
        elif element.get(_VALUE) not in _OFF:
            self.repeated.add((table, row))


def squashed(text: str) -> str:
    """Fold what a page breaks apart: white space goes, ligatures and other compatibility forms come apart, NFC."""
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return "".join(plain.split())


def _merged(stretches: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Join neighbours of one face."""
    if len(stretches) < 2:  # noqa: PLR2004 - one has no neighbour
        return tuple(stretches)
    groups = groupby(stretches, key=lambda stretch: stretch[1])
    return tuple(("".join(text for text, _ in group), face) for face, group in groups)


def _switched(face: str, element: etree._Element) -> str:
    """Switch bold or italic on or off in a face."""
    digit = int(face)
    bit = 1 if element.tag == _BOLD else 2
    return FACES[digit & ~bit if element.get(_VALUE) in _OFF else digit | bit]


def _title(document: Any) -> str:
    """Give the title; LibreOffice relates its part by a misspelt name, under which python-docx does not look."""
    blobs = [part.blob for part in document.part.package.iter_parts() if part.partname == "/docProps/core.xml"]
    titles = (etree.fromstring(blob, _PARSER).findtext(_TITLE) for blob in blobs)
    return next((title for title in titles if title), "")


def _style_faces(styles: Any) -> dict[str | None, str]:
    """Give the face of every paragraph style, by its id; None stands for the default style."""
    found: dict[str | None, etree._Element] = {
        style.get(_STYLE_ID): style for style in styles.iter(_STYLES) if style.get(_TYPE) == "paragraph"
    }
    faces: dict[str | None, str] = {name: _style_face(style, found) for name, style in found.items()}
    default = next((name for name, style in found.items() if style.get(_DEFAULT) == "1"), None)
    return faces | {None: faces.get(default, PLAIN)}


def _style_face(style: etree._Element, styles: Mapping[str | None, etree._Element]) -> str:
    chain: list[etree._Element] = []
    current: etree._Element | None = style
    while current is not None and current not in chain:
        chain.append(current)
        base = current.find(_BASE)
        current = None if base is None else styles.get(base.get(_VALUE))
    face = PLAIN
    for each in reversed(chain):
        for switch in each.iterfind(_STYLE_FACES):
            if switch.tag in _SWITCHES:
                face = _switched(face, switch)
    return face


def _text(element: Any) -> str:
    return "\n".join(_joined(paragraph) for paragraph in element.iter(_PARAGRAPH))


def _joined(paragraph: Any) -> str:
    return "".join(_parts(paragraph))


def _parts(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter(*_WORDS):
        yield _WORDS[element.tag] or element.text or ""
