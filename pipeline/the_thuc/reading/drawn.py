"""Measure drawn lines: those of DrawingML, and those of the older VML where there are no others."""

import re
from collections.abc import Iterator

from lxml import etree

_EMU_PER_MM = 36000
_THIN = 0.8
"""A shape up to this many mm high is a line."""
_MAX_LINES = 50
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_ON = frozenset({"t", "true", "1"})
_FULL = 1000
"""What o:hrpct says of a rule as wide as its room: tenths of a per cent."""
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(-?[\d.]{1,12})(pt|in|cm|mm|px)?")
_MM = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 25.4 / 96, "": 25.4 / 72}
_WHOLE = re.compile(r"[0-9]{1,11}")
_POINT = re.compile(r"(-?[\d.]{1,12})(pt|in|cm|mm|px)?,")


def drawn_lines(run: etree._Element, room: float) -> tuple[float, ...]:
    """Return the lengths in mm of the horizontal lines anchored to a run.

    A horizontal rule (o:hr), as Google Docs and Word make them, takes a share of `room`, the width between the indents.
    """
    lengths: list[float] = []
    for each in drawings(run, "drawing"):
        for frame in each.iter("{*}anchor", "{*}inline"):
            extent = frame.find("{*}extent")
            width, height = (0.0, 1.0) if extent is None else (_emu(extent.get("cx")), _emu(extent.get("cy")))
            # A connector has no height of its own, but its frame may include its stroke.
            max_height = _THIN if _connector(frame) is None else 3 * _THIN
            if height <= max_height < width:
                lengths.append(width)
    if not lengths:
        lengths = [length for each in drawings(run, "pict") for length in _vml_lengths(each, room)]
    return tuple(lengths[:_MAX_LINES])


def drawings(run: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the drawings of a run, `drawing` or the older `pict`, also those inside mc:AlternateContent.

    Newer versions of Word write a drawing there twice: as a Choice, and as a Fallback for older versions.
    """
    yield from run.iterfind(f"{{*}}{tag}")
    for content in run.iterfind("{*}AlternateContent"):
        choice = content.find("{*}Choice")
        yield from () if choice is None else choice.iterfind(f"{{*}}{tag}")
        if choice is None or tag == "pict":
            yield from content.iterfind(f"{{*}}Fallback/{{*}}{tag}")


def _connector(frame: etree._Element) -> etree._Element | None:
    for shape in frame.iter("{*}prstGeom"):
        if shape.get("prst") in {"line", "straightConnector1"}:
            return shape
    return None


def _vml_lengths(picture: etree._Element, room: float) -> Iterator[float]:
    for shape in picture.iter(f"{_VML}line", f"{_VML}shape", f"{_VML}rect"):
        if shape.tag == f"{_VML}line":
            start, end = (_POINT.match(f"{shape.get(name, '')},") for name in ("from", "to"))
            if start and end:
                yield abs(length_of(end[1], end[2]) - length_of(start[1], start[2]))
            continue
        size = {key: length_of(number, unit) for key, number, unit in _STYLE_SIZE.findall(shape.get("style", ""))}
        if shape.get(f"{_OFFICE}hr", "f") in _ON:
            share = shape.get(f"{_OFFICE}hrpct", "")
            tenths = int(share) if _WHOLE.fullmatch(share) and int(share) else _FULL
            yield size.get("width", 0.0) or room * min(tenths, _FULL) / _FULL
            continue
        if size.get("height", 1.0) <= _THIN < size.get("width", 0.0):
            yield size["width"]


def length_of(number: str, unit: str | None) -> float:
    """Return a length of VML in mm; 0 for what is no number."""
    try:
        return float(number) * _MM[unit or ""]
    except ValueError:
        return 0.0


def _emu(text: str | None) -> float:
    return int(text) / _EMU_PER_MM if text and _WHOLE.fullmatch(text) else 0.0
