"""Turn an opened .docx into the Document that the rules look at."""

import itertools
import unicodedata
from collections.abc import Iterator

from lxml import etree

from pipeline.the_thuc.finding import Where
from pipeline.the_thuc.reading.document import BOXES, Cell, Document, Paragraph, Run, Section
from pipeline.the_thuc.reading.drawn import drawn_lines
from pipeline.the_thuc.reading.lists import Lists
from pipeline.the_thuc.reading.opened import Package, StrangeFileError, W
from pipeline.the_thuc.reading.pages import page_numbers, sections
from pipeline.the_thuc.reading.properties import twips
from pipeline.the_thuc.reading.runs import BLOCK_HOLDERS, boxes_of, runs_of, text_of
from pipeline.the_thuc.reading.styles import MM_PER_TWIP, Styles, styles_of

MAX_PARAGRAPHS = 60_000
MAX_TEXT = 20_000
"""The most characters of a paragraph that are looked at."""

_P, _TBL, _TR, _TC = (f"{W}{name}" for name in ("p", "tbl", "tr", "tc"))
_PPR, _RPR, _TCPR, _STYLE, _SECTION = (f"{W}{name}" for name in ("pPr", "rPr", "tcPr", "pStyle", "sectPr"))
_MARGINS, _SPAN, _WIDE = (f"{W}{name}" for name in ("tcMar", "gridSpan", "tcW"))
_VALUE, _WIDTH, _TYPE = f"{W}val", f"{W}w", f"{W}type"
_CELL_SIDES = 115.0


def read_document(package: Package) -> Document:
    """Read the paragraphs in document order, those of cells included, the sections and the page numbers.

    Raises StrangeFileError for more than MAX_PARAGRAPHS paragraphs.
    """
    styles = styles_of(package.styles, package.theme)
    page_sections = sections(package)
    reader = _Reader(package, styles, page_sections)
    body = package.main.find(f"{W}body")
    paragraphs = () if body is None else tuple(reader.blocks(body))
    numbers = page_numbers(package, styles)
    return Document(paragraphs, page_sections, numbers, package.has_macros, reader.decomposed)


class _Reader:
    """Reads the body in one pass, and numbers paragraphs and tables as a person would count them."""

    def __init__(self, package: Package, styles: Styles, page_sections: tuple[Section, ...]) -> None:
        self.decomposed: Where | None = None
        self._styles = styles
        self._rooms = [each.width - each.left - each.right for each in page_sections]
        self._lists = Lists(package.numbering)
        everything = enumerate(itertools.islice(package.main.iter(_P), 2 * MAX_PARAGRAPHS))
        self._order = {element: number for number, element in everything}
        self._paragraphs = self._tables = self._all = self._section = self._box = 0
        self._boxes: list[tuple[etree._Element, float]] = []

    def blocks(self, parent: etree._Element) -> Iterator[Paragraph]:
        """Yield the paragraphs of the body, each followed by those of the text boxes that hang on it."""
        for child in parent:
            room = self._rooms[min(self._section, len(self._rooms) - 1)]
            if child.tag == _P:
                self._paragraphs += 1
                yield self._paragraph(child, f"đoạn {self._paragraphs}", room, None, "")
                own = _first(child, _PPR)
                if own is not None and _first(own, _SECTION) is not None:
                    self._section += 1
            elif child.tag == _TBL:
                yield from self._table(child, room, "")
            elif child.tag in BLOCK_HOLDERS:
                yield from self.blocks(child)
            if self._boxes:
                yield from self._in_boxes(room)

    def _in_boxes(self, room: float) -> Iterator[Paragraph]:
        boxes, self._boxes = self._boxes, []
        for content, distance in boxes:
            self._box += 1
            cell = Cell(BOXES, 0, round(distance))
            yield from self._cell(content, f"hộp chữ {self._box}", room, cell, "")
        self._boxes = []

    def _table(self, table: etree._Element, room: float, within: str) -> Iterator[Paragraph]:
        self._tables += 1
        number = self._tables
        properties = table.find(f"{W}tblPr")
        style_reference = None if properties is None else properties.find(f"{W}tblStyle")
        style = self._styles.default_table if style_reference is None else style_reference.get(f"{W}val", "")
        sides = self._sides(properties, style)
        grid = [twips(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        for row, line in enumerate(_children(table, _TR)):
            column = 0
            for count, cell in enumerate(_children(line, _TC)):
                span, width, margins = _cell_form(cell)
                sized = width > 0
                width = width or sum(grid[column : column + span]) or room / MM_PER_TWIP
                inner = (width - sum(_margins(margins, sides))) * MM_PER_TWIP
                label = f"{within}bảng {number}, hàng {row + 1}, ô {count + 1}"
                yield from self._cell(cell, label, inner, Cell(number, row, column, sized), style)
                column += span

    def _cell(self, parent: etree._Element, label: str, room: float, cell: Cell, style: str) -> Iterator[Paragraph]:
        for child in parent:
            if child.tag == _P:
                yield self._paragraph(child, label, room, cell, style)
            elif child.tag == _TBL:
                yield from self._table(child, room, f"{label}, ")
            elif child.tag in BLOCK_HOLDERS:
                yield from self._cell(child, label, room, cell, style)

    def _sides(self, properties: etree._Element | None, style: str) -> tuple[float, float]:
        sides = (_CELL_SIDES, _CELL_SIDES)
        for each in self._styles.chain(style):
            sides = _margins(each.find(f"{W}tblPr/{W}tblCellMar"), sides)
        return _margins(None if properties is None else properties.find(f"{W}tblCellMar"), sides)

    def _paragraph(self, element: etree._Element, label: str, room: float, cell: Cell | None, table: str) -> Paragraph:
        self._all += 1
        if self._all > MAX_PARAGRAPHS:
            raise StrangeFileError("tep-qua-lon", f"trên {MAX_PARAGRAPHS} đoạn")
        own = _first(element, _PPR)
        style_reference = None if own is None else _first(own, _STYLE)
        style = self._styles.default if style_reference is None else style_reference.get(_VALUE, "")
        shape, usual = self._styles.usual(style, table)
        bullet = ""
        if own is not None and len(own) > (style_reference is not None):
            shape = self._styles.shape(own, style, table)
        if shape.number[0] != "0":
            bullet, level = self._lists.level(*shape.number)
            shape = self._styles.shape(own, style, table, level)
        runs, letters_left = [], MAX_TEXT
        line_lengths: tuple[float, ...] = ()
        breaks = False
        for run in runs_of(element):
            face_of = _first(run, _RPR)
            face = usual if face_of is None else self._styles.face(face_of, style, table)
            text, plain = text_of(run)
            text = text[:letters_left]
            if not plain:
                line_lengths += drawn_lines(run, room - shape.left - shape.right)
                self._boxes += boxes_of(run)
                breaks = breaks or any(each.get(f"{W}type") == "page" for each in run.iterfind(f"{W}br"))
            if text and not face.hidden:
                letters_left -= len(text)
                runs.append(Run(text, face))
        words = bullet + "".join(run.text for run in runs)
        where = Where(self._order.get(element, -1), label, words[:120].strip())
        if not words.isascii() and not unicodedata.is_normalized("NFC", words):
            runs = [Run(unicodedata.normalize("NFC", text), face) for text, face in runs]
            where = where._replace(words=unicodedata.normalize("NFC", where.words))
            self.decomposed = self.decomposed or where
        return Paragraph(where, tuple(runs), shape, room, cell, line_lengths, bullet, breaks, self._section)


def _first(parent: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child with a tag; this is much faster than `find`."""
    return next(parent.iterchildren(tag), None)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, also those inside content controls (w:sdt)."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in BLOCK_HOLDERS:
            yield from _children(child, tag)


def _cell_form(cell: etree._Element) -> tuple[int, float, etree._Element | None]:
    """Return how many grid columns a cell spans, its own width in twips (0 when it has none), and its margins."""
    span, width, margins = 1, 0.0, None
    properties = _first(cell, _TCPR)
    for child in () if properties is None else properties:
        tag = child.tag
        if tag == _WIDE:
            width = twips(child.get(_WIDTH)) if child.get(_TYPE, "dxa") == "dxa" else 0.0
        elif tag == _SPAN:
            span = max(1, min(63, int(twips(child.get(_VALUE), 1))))
        elif tag == _MARGINS:
            margins = child
    return span, width, margins


def _margins(element: etree._Element | None, sides: tuple[float, float]) -> tuple[float, float]:
    if element is None:
        return sides
    margins = list(sides)
    for child in element:
        side = etree.QName(child).localname
        if side in {"left", "start", "right", "end"}:
            margins[side in {"right", "end"}] = twips(child.get(_WIDTH))
    return margins[0], margins[1]
