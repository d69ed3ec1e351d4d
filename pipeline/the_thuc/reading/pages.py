"""Read page size and margins of the sections, and the page numbers in headers and footers."""

import dataclasses
import itertools
import re
from collections.abc import Iterator

from lxml import etree

from pipeline.the_thuc.reading.document import PageNumber, Section
from pipeline.the_thuc.reading.opened import Package, R, W
from pipeline.the_thuc.reading.properties import on, twips
from pipeline.the_thuc.reading.styles import MM_PER_TWIP, Styles

_MOST_SECTIONS = 200
_OTHER_DIGITS = re.compile(r"\\\*\s*(roman|alphabetic|\w*text)", re.IGNORECASE)
# Word's defaults, in twips, where a document says nothing: US Letter with margins of an inch.
_WIDTH, _HEIGHT, _MARGIN = 12240.0, 15840.0, 1440.0


def sections(package: Package) -> tuple[Section, ...]:
    """Return page size and margins of every section, in mm; a document without sections has Word's defaults."""
    page_sections = [_section(each) for each in _section_properties(package)]
    return tuple(page_sections) or (_section(None),)


def page_numbers(package: Package, styles: Styles) -> tuple[PageNumber, ...]:
    """Return the PAGE fields in the headers and footers of the first section that has any."""
    for section in _section_properties(package):
        title = section.find(f"{W}titlePg")
        has_title = title is not None and on(title)
        numbers: list[PageNumber] = []
        for reference in section.iterfind(f"{W}headerReference"), section.iterfind(f"{W}footerReference"):
            for each in reference:
                kind = each.get(f"{W}type", "default")
                part = package.related.get(each.get(f"{R}id", ""))
                if part is None or kind == "even" or (kind == "first" and not has_title):
                    continue
                on_first = kind == "first" or not has_title
                in_header = each.tag == f"{W}headerReference"
                for paragraph, run, instruction in _page_fields(part):
                    number = _page_number(paragraph, run, styles, in_header=in_header, on_first=on_first)
                    numbers.append(dataclasses.replace(number, is_arabic=not _OTHER_DIGITS.search(instruction)))
        if numbers:
            return tuple(numbers)
    return ()


def _section_properties(package: Package) -> list[etree._Element]:
    return list(itertools.islice(section_properties(package.main), _MOST_SECTIONS))


def section_properties(main: etree._Element) -> Iterator[etree._Element]:
    """Yield the properties of each section, without those from before a tracked change."""
    for each in main.iter(f"{W}sectPr"):
        parent = each.getparent()
        if parent is None or parent.tag != f"{W}sectPrChange":
            yield each


def _section(element: etree._Element | None) -> Section:
    size = None if element is None else element.find(f"{W}pgSz")
    margins = None if element is None else element.find(f"{W}pgMar")
    width, height = (_measure(size, attribute, default) for attribute, default in (("w", _WIDTH), ("h", _HEIGHT)))
    top, right, bottom, left = (
        _measure(margins, attribute, _MARGIN) for attribute in ("top", "right", "bottom", "left")
    )
    gutter = _measure(margins, "gutter", 0.0)
    numbering = None if element is None else element.find(f"{W}pgNumType")
    restarts, number_form = False, "decimal"
    if numbering is not None:
        restarts, number_form = numbering.get(f"{W}start") is not None, numbering.get(f"{W}fmt", "decimal")
    return Section(width, height, abs(top), right, abs(bottom), left + gutter, restarts, number_form)


def _measure(element: etree._Element | None, attribute: str, default: float) -> float:
    return twips(None if element is None else element.get(f"{W}{attribute}"), default) * MM_PER_TWIP


def _page_fields(part: etree._Element) -> Iterator[tuple[etree._Element, etree._Element | None, str]]:
    """Yield each paragraph that holds a PAGE field, with a run of the field and its instruction."""
    for field in part.iter(f"{W}fldSimple", f"{W}instrText"):
        instruction = field.get(f"{W}instr") if field.tag == f"{W}fldSimple" else field.text
        if not (instruction or "").strip().upper().split(" ")[0].startswith("PAGE"):
            continue
        if (instruction or "").strip().upper().startswith("PAGEREF"):
            continue
        paragraph = next(field.iterancestors(f"{W}p"), None)
        if paragraph is not None:
            run = field.find(f"{W}r") if field.tag == f"{W}fldSimple" else field.getparent()
            yield paragraph, run, instruction or ""


def _page_number(
    paragraph: etree._Element, run: etree._Element | None, styles: Styles, *, in_header: bool, on_first: bool
) -> PageNumber:
    own = paragraph.find(f"{W}pPr")
    style_reference = None if own is None else own.find(f"{W}pStyle")
    style = styles.default if style_reference is None else style_reference.get(f"{W}val", "")
    align = styles.shape(own, style, "").align
    frame = None if own is None else own.find(f"{W}framePr")
    if frame is not None:
        align = {"center": "center", "right": "right"}.get(frame.get(f"{W}xAlign", ""), align)
    for tab in paragraph.iter(f"{W}ptab"):
        align = tab.get(f"{W}alignment", align)
    stops = [own, *(each.find(f"{W}pPr") for each in styles.chain(style))]
    tab_kinds = {stop.get(f"{W}val") for each in stops if each is not None for stop in each.iterfind(f"{W}tabs/{W}tab")}
    if "center" in tab_kinds and len(list(paragraph.iterfind(f"{W}r/{W}tab"))) == 1:
        align = "center"
    face = styles.face(None if run is None else run.find(f"{W}rPr"), style, "")
    return PageNumber(in_header, on_first, align, face)
