"""Read the runs of a paragraph: their text, and the text boxes that hang on them."""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.the_thuc.reading.drawn import drawings, length_of
from pipeline.the_thuc.reading.opened import W

_R, _T, _RPR = f"{W}r", f"{W}t", f"{W}rPr"
_TYPE = f"{W}type"
BLOCK_HOLDERS = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"}
_RUN_HOLDERS = {*BLOCK_HOLDERS, f"{W}hyperlink", f"{W}smartTag", f"{W}fldSimple"}
_PLAIN = frozenset({_RPR, _T})
_TEXTS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_BOX = f"{W}txbxContent"
_EMU_PER_MM = 36000
_FAR = 1000.0
_OFFSET = re.compile(r"-?\d{1,9}")
_LEFT = re.compile(r"(?:^|;)\s*margin-left\s*:\s*(-?[\d.]{1,12})(pt|in|cm|mm|px)?")
_DISTANCES = {"left": 0.0, "inside": 0.0, "center": _FAR / 2, "right": _FAR, "outside": _FAR}


def runs_of(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the runs of a paragraph, also those in links, fields, content controls and tracked insertions."""
    for child in parent:
        if child.tag == _R:
            yield child
        elif child.tag in _RUN_HOLDERS:
            yield from runs_of(child)


def text_of(run: etree._Element) -> tuple[str, bool]:
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


def boxes_of(run: etree._Element) -> Iterator[tuple[etree._Element, float]]:
    """Yield the content of each text box anchored to a run, with its distance from the left in mm."""
    found = list(drawings(run, "drawing")) or list(drawings(run, "pict"))
    for drawing in found:
        for content in drawing.iter(_BOX):
            yield content, _distance(drawing, content)


def _distance(drawing: etree._Element, content: etree._Element) -> float:
    for place in drawing.iter("{*}positionH"):
        offset, align = place.find("{*}posOffset"), place.find("{*}align")
        if offset is not None and _OFFSET.fullmatch(offset.text or ""):
            return int(offset.text or "0") / _EMU_PER_MM
        if align is not None:
            return _DISTANCES.get(align.text or "", 0.0)
    for shape in content.iterancestors():
        if shape is drawing:
            break
        if match := _LEFT.search(shape.get("style", "")):
            return length_of(match[1], match[2])
    return 0.0
