"""Turn an opened .docx into the Document that the rules look at."""

import itertools
from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.the_thuc.finding import Where
from pipeline.the_thuc.reading.document import Cell, Document, Paragraph, Run
from pipeline.the_thuc.reading.drawn import drawn_lines
from pipeline.the_thuc.reading.lists import Lists
from pipeline.the_thuc.reading.opened import Package, StrangeFileError, W
from pipeline.the_thuc.reading.pages import page_numbers, sections
from pipeline.the_thuc.reading.properties import twips
from pipeline.the_thuc.reading.styles import MM_PER_TWIP, Styles, styles_of

MAX_PARAGRAPHS = 60_000
MAX_TEXT = 20_000
"""The most characters of a paragraph that are looked at."""

_P, _TBL, _R, _TR, _TC, _T = (f"{W}{name}" for name in ("p", "tbl", "r", "tr", "tc", "t"))
_PPR, _RPR, _TCPR, _STYLE = (f"{W}{name}" for name in ("pPr", "rPr", "tcPr", "pStyle"))
_MARGINS, _SPAN, _WIDE = (f"{W}{name}" for name in ("tcMar", "gridSpan", "tcW"))
_VALUE, _WIDTH, _TYPE = f"{W}val", f"{W}w", f"{W}type"
_BLOCK_HOLDERS = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"}
_RUN_HOLDERS = {*_BLOCK_HOLDERS, f"{W}hyperlink", f"{W}smartTag", f"{W}fldSimple"}
_CELL_SIDES = 115.0
_PLAIN = frozenset({_RPR, _T})
_TEXTS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def read_document(package: Package) -> Document:
    """Read the paragraphs in document order, those of cells included, the sections and the page numbers.

    Raises StrangeFileError for more than MAX_PARAGRAPHS paragraphs.
    """
    styles = styles_of(package.styles, package.theme)
    page_sections = sections(package)
    reader = _Reader(package, styles)
    body = package.main.find(f"{W}body")
    room = page_sections[0].width - page_sections[0].left - page_sections[0].right
    paragraphs = () if body is None else tuple(reader.blocks(body, room))
    return Document(paragraphs, page_sections, page_numbers(package, styles), package.has_macros)


class _Reader:
    """Reads the body in one pass, and numbers paragraphs and tables as a person would count them."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._styles = styles
        self._lists = Lists(package.numbering)
        everything = enumerate(itertools.islice(package.main.iter(_P), 2 * MAX_PARAGRAPHS))
        self._order = {element: number for number, element in everything}
        self._paragraphs = self._tables = self._all = 0

    def blocks(self, parent: etree._Element, room: float) -> Iterator[Paragraph]:
        """Yield the paragraphs of the body; `room` is the width between the margins, in mm."""
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
        style_reference = None if properties is None else properties.find(f"{W}tblStyle")
        style = self._styles.default_table if style_reference is None else style_reference.get(f"{W}val", "")
        sides = self._sides(properties, style)
        grid = [twips(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        for row, line in enumerate(_children(table, _TR)):
            column = 0
            for count, cell in enumerate(_children(line, _TC)):
                cell_properties = {} if (element := _first(cell, _TCPR)) is None else _by_tag(element)
                span, width = _cell_size(cell_properties)
                width = width or sum(grid[column : column + span]) or room / MM_PER_TWIP
                inner = (width - sum(_margins(cell_properties.get(_MARGINS), sides))) * MM_PER_TWIP
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
        for run in _runs(element):
            face_of = _first(run, _RPR)
            face = usual if face_of is None else self._styles.face(face_of, style, table)
            text, plain = _text(run)
            text = text[:letters_left]
            if not plain:
                line_lengths += drawn_lines(run)
                breaks = breaks or any(each.get(f"{W}type") == "page" for each in run.iterfind(f"{W}br"))
            if text and not face.hidden:
                letters_left -= len(text)
                runs.append(Run(text, face))
        words = bullet + "".join(run.text for run in runs)
        where = Where(self._order.get(element, -1), label, words[:120].strip())
        return Paragraph(where, tuple(runs), shape, room, cell, line_lengths, bullet, breaks)


def _runs(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == _R:
            yield child
        elif child.tag in _RUN_HOLDERS:
            yield from _runs(child)


def _text(run: etree._Element) -> tuple[str, bool]:
    """Return a run's text, and whether the run holds nothing else."""
    texts, plain = [], True
    for child in run:
        tag = str(child.tag)
        if tag == _T:
            texts.append(child.text or "")
        elif tag not in _PLAIN:
            plain = False
            if tag in _TEXTS and child.get(_TYPE, "textWrapping") == "textWrapping":
                texts.append(_TEXTS[tag])
    return "".join(texts), plain


def _first(parent: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child with a tag; this is much faster than `find`."""
    return next(parent.iterchildren(tag), None)


def _by_tag(parent: etree._Element) -> dict[str, etree._Element]:
    """Return the first child of each tag, by tag."""
    return {str(child.tag): child for child in reversed(parent)}


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, also those inside content controls (w:sdt)."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _BLOCK_HOLDERS:
            yield from _children(child, tag)


def _cell_size(cell_properties: Mapping[str, etree._Element]) -> tuple[int, float]:
    """Return how many grid columns a cell spans, and its own width in twips, 0 when it has none."""
    spans, width = cell_properties.get(_SPAN), cell_properties.get(_WIDE)
    span = 1 if spans is None else max(1, min(63, int(twips(spans.get(_VALUE), 1))))
    return span, twips(width.get(_WIDTH)) if width is not None and width.get(_TYPE, "dxa") == "dxa" else 0.0


def _margins(element: etree._Element | None, sides: tuple[float, float]) -> tuple[float, float]:
    if element is None:
        return sides
    margins = list(sides)
    for child in element:
        side = etree.QName(child).localname
        if side in {"left", "start", "right", "end"}:
            margins[side in {"right", "end"}] = twips(child.get(_WIDTH))
    return margins[0], margins[1]
