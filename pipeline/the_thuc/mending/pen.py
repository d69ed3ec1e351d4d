"""Write changes into the XML of a document: plainly, or as tracked changes that Word can accept or reject."""

import copy
import itertools
from collections.abc import Mapping, Sequence

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.runs import runs_of, text_of

AUTHOR = "Kiểm tra thể thức"
_FIRST_ID = 900_001
"""Where the ids of changes begin: above those that Word has given."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# The order of children that the schema asks for (ECMA-376 part 1, 17.3.1.26, 17.3.2.28, 17.6.17); Word refuses others.
_RUN = (
    " rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
    "eastAsianLayout specVanish oMath rPrChange "
)
_PARAGRAPH = (
    " pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange "
)
_SECTION = (
    " headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols "
    "formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange "
)
_NOT_REMEMBERED = {"rPr", "sectPr", "pPrChange", "rPrChange", "sectPrChange", "headerReference", "footerReference"}


class Pen:
    """Writes changes; with `tracked` each is recorded beside what was there before."""

    def __init__(self, *, tracked: bool) -> None:
        self.tracked = tracked
        self._ids = itertools.count(_FIRST_ID)

    def run(self, run: etree._Element, name: str, attributes: Mapping[str, str]) -> None:
        """Set a property of a run."""
        self._set(_child(run, "rPr"), name, attributes, _RUN, "rPrChange")

    def paragraph(self, paragraph: etree._Element, name: str, attributes: Mapping[str, str]) -> None:
        """Set a property of a paragraph; attributes that are not named stay as they were."""
        self._set(_child(paragraph, "pPr"), name, attributes, _PARAGRAPH, "pPrChange")

    def section(self, section: etree._Element, name: str, attributes: Mapping[str, str]) -> None:
        """Set a property of a section."""
        self._set(section, name, attributes, _SECTION, "sectPrChange")

    def _set(self, holder: etree._Element, name: str, attributes: Mapping[str, str], order: str, change: str) -> None:
        self._remember(holder, change, order)
        element = holder.find(f"{W}{name}")
        if element is None:
            element = etree.Element(f"{W}{name}")
            _insert(holder, element, order)
        for key, value in attributes.items():
            element.set(f"{W}{key}", value)

    def drop(self, parent: etree._Element, name: str, attributes: Sequence[str]) -> None:
        """Take attributes of a property of a run or paragraph away, such as those that name a theme's font."""
        for element in parent.iterfind(f"{{*}}rPr/{W}{name}" if parent.tag == f"{W}r" else f"{{*}}pPr/{W}{name}"):
            for key in attributes:
                element.attrib.pop(f"{W}{key}", None)

    def _remember(self, holder: etree._Element, change: str, order: str) -> None:
        if not self.tracked or holder.find(f"{W}{change}") is not None:
            return
        record = self._mark(change)
        old = etree.SubElement(record, holder.tag)
        old.extend(copy.deepcopy(child) for child in holder if etree.QName(child).localname not in _NOT_REMEMBERED)
        _insert(holder, record, order)

    def _mark(self, name: str) -> etree._Element:
        element = etree.Element(f"{W}{name}")
        element.set(f"{W}id", str(next(self._ids)))
        element.set(f"{W}author", AUTHOR)
        return element

    def add(self, paragraph: etree._Element, run: etree._Element) -> None:
        """Add a run at the end of a paragraph."""
        if self.tracked:
            mark = self._mark("ins")
            mark.append(run)
            run = mark
        paragraph.append(run)

    def delete(self, run: etree._Element) -> None:
        """Mark a run as deleted; only for tracked changes."""
        mark = self._mark("del")
        run.addprevious(mark)
        mark.append(run)

    def replace(self, paragraph: etree._Element, start: int, end: int, new: str) -> bool:
        """Put new letters in place of some of a paragraph's; tell whether they stood in one plain run."""
        at = 0
        for run in runs_of(paragraph):
            text, _ = text_of(run)
            if at <= start and end <= at + len(text):
                return self.rewrite(run, text[: start - at] + new + text[end - at :])
            at += len(text)
        return False

    def rewrite(self, run: etree._Element, text: str) -> bool:
        """Give a run another text; tell whether it holds nothing but text."""
        holders, parent = run.findall(f"{W}t"), run.getparent()
        old, is_plain = text_of(run)
        if not is_plain or len(holders) != 1 or parent is None:
            return False
        fresh = copy.deepcopy(run)
        for holder in fresh.iterfind(f"{W}t"):
            holder.text = text
            holder.set(_SPACE, "preserve")
        if not self.tracked or parent.tag == f"{W}ins":
            parent.replace(run, fresh)
            return True
        inserted = self._mark("ins")
        inserted.append(fresh)
        run.addnext(inserted)
        self.delete(run)
        holders[0].tag = f"{W}delText"
        holders[0].text = old
        holders[0].set(_SPACE, "preserve")
        return True


def _child(parent: etree._Element, name: str) -> etree._Element:
    found = parent.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        parent.insert(0, found)
    return found


def _insert(holder: etree._Element, element: etree._Element, order: str) -> None:
    """Insert a child where the schema has it."""
    place = _place(element, order)
    for child in holder:
        if _place(child, order) > place:
            child.addprevious(element)
            return
    holder.append(element)


def _place(element: etree._Element, order: str) -> int:
    return order.find(f" {etree.QName(element).localname} ")
