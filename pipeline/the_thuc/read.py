"""Read an opened .docx into the document that the rules look at."""

import itertools
from collections.abc import Iterator

from lxml import etree

from pipeline.the_thuc.document import Cell, Document, Paragraph, Run
from pipeline.the_thuc.drawn import drawn_lines
from pipeline.the_thuc.finding import Where
from pipeline.the_thuc.formats import MM_PER_TWIP, Styles, styles_of
from pipeline.the_thuc.lists import Lists
from pipeline.the_thuc.opened import Package, StrangeFileError, W
from pipeline.the_thuc.pages import page_numbers, sections
from pipeline.the_thuc.properties import twips

MAX_PARAGRAPHS = 60_000
MAX_TEXT = 20_000
"""Characters of a paragraph that are looked at."""

_P, _TBL, _R = f"{W}p", f"{W}tbl", f"{W}r"
_BLOCK_HOLDERS = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"}
_RUN_HOLDERS = {*_BLOCK_HOLDERS, f"{W}hyperlink", f"{W}smartTag", f"{W}fldSimple"}
_CELL_SIDES = 115.0
_PLAIN = frozenset({f"{W}rPr", f"{W}t"})
_TEXTS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def read_document(package: Package) -> Document:
    """Read paragraphs in their order, those of cells included, sections and page numbers.

    Raises StrangeFileError when there are over 60,000 paragraphs.
    """
    styles = styles_of(package.styles, package.theme)
    found = sections(package)
    reader = _Reader(package, styles)
    body = package.main.find(f"{W}body")
    room = found[0].width - found[0].left - found[0].right
    paragraphs = () if body is None else tuple(reader.blocks(body, room))
    return Document(paragraphs, found, page_numbers(package, styles), package.has_macros)


class _Reader:
    """Walks the body once, counting what a person would count: paragraphs, tables."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._styles = styles
        self._lists = Lists(package.numbering)
        everything = enumerate(itertools.islice(package.main.iter(_P), 2 * MAX_PARAGRAPHS))
        self._order = {element: number for number, element in everything}
        self._paragraphs = self._tables = self._all = 0

    def blocks(self, parent: etree._Element, room: float) -> Iterator[Paragraph]:
        """Give the paragraphs of a body."""
        for child in parent:
            if child.tag == _P:
                self._paragraphs += 1
                yield self._paragraph(child, f"đoạn {self._paragraphs}", room, None, "")
            elif child.tag == _TBL:
                yield from self._table(child, room, "")
            elif child.tag in _BLOCK_HOLDERS:
                yield from self.blocks(child, room)

    def _table(self, table: etree._Element, room: float, within: str) -> Iterator[Paragraph]:
        self._tables += 1
        number = self._tables
        properties = table.find(f"{W}tblPr")
        named = None if properties is None else properties.find(f"{W}tblStyle")
        style = self._styles.default_table if named is None else named.get(f"{W}val", "")
        sides = self._sides(properties, style)
        grid = [twips(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        for row, line in enumerate(_children(table, f"{W}tr")):
            column = 0
            for count, cell in enumerate(_children(line, f"{W}tc")):
                about = cell.find(f"{W}tcPr")
                span, wide = _cell_size(about)
                wide = wide or sum(grid[column : column + span]) or room / MM_PER_TWIP
                inner = (wide - sum(_margins(None if about is None else about.find(f"{W}tcMar"), sides))) * MM_PER_TWIP
                label = f"{within}bảng {number}, hàng {row + 1}, ô {count + 1}"
                yield from self._cell(cell, label, inner, Cell(number, row, column), style)
                column += span

    def _cell(self, parent: etree._Element, label: str, room: float, cell: Cell, style: str) -> Iterator[Paragraph]:
        for child in parent:
            if child.tag == _P:
                yield self._paragraph(child, label, room, cell, style)
            elif child.tag == _TBL:
                yield from self._table(child, room, f"{label}, ")
            elif child.tag in _BLOCK_HOLDERS:
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
        own = element.find(f"{W}pPr")
        named = None if own is None else own.find(f"{W}pStyle")
        style = self._styles.default if named is None else named.get(f"{W}val", "")
        shape, usual = self._styles.usual(style, table)
        bullet = ""
        if own is not None and len(own) > (named is not None):
            shape = self._styles.shape(own, style, table)
        if shape.number[0] != "0":
            bullet, level = self._lists.level(*shape.number)
            shape = self._styles.shape(own, style, table, level)
        runs, left = [], MAX_TEXT
        drawn: tuple[float, ...] = ()
        breaks = False
        for run in _runs(element):
            face_of = run.find(f"{W}rPr")
            face = usual if face_of is None else self._styles.face(face_of, style, table)
            text = _text(run)[:left]
            if any(child.tag not in _PLAIN for child in run):
                drawn += drawn_lines(run)
                breaks = breaks or any(each.get(f"{W}type") == "page" for each in run.iterfind(f"{W}br"))
            if text and not face.hidden:
                left -= len(text)
                runs.append(Run(text, face))
        words = bullet + "".join(run.text for run in runs)
        where = Where(self._order.get(element, -1), label, words[:120].strip())
        return Paragraph(where, tuple(runs), shape, room, cell, drawn, bullet, breaks)


def _runs(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == _R:
            yield child
        elif child.tag in _RUN_HOLDERS:
            yield from _runs(child)


def _text(run: etree._Element) -> str:
    found = []
    for child in run:
        if child.tag == f"{W}t":
            found.append(child.text or "")
        elif child.tag in _TEXTS and child.get(f"{W}type", "textWrapping") == "textWrapping":
            found.append(_TEXTS[child.tag])
    return "".join(found)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Give rows of a table or cells of a row, those within content controls too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _BLOCK_HOLDERS:
            yield from _children(child, tag)


def _cell_size(about: etree._Element | None) -> tuple[int, float]:
    """Give how many grid columns a cell spans, and its own width in twips, 0 when it says none."""
    if about is None:
        return 1, 0.0
    spans, wide = about.find(f"{W}gridSpan"), about.find(f"{W}tcW")
    span = 1 if spans is None else max(1, min(63, int(twips(spans.get(f"{W}val"), 1))))
    return span, twips(wide.get(f"{W}w")) if wide is not None and wide.get(f"{W}type", "dxa") == "dxa" else 0.0


def _margins(element: etree._Element | None, sides: tuple[float, float]) -> tuple[float, float]:
    found = list(sides)
    for child in () if element is None else element:
        name = etree.QName(child).localname
        if name in {"left", "start", "right", "end"}:
            found[name in {"right", "end"}] = twips(child.get(f"{W}w"))
    return found[0], found[1]
