"""Drawn lines: those of DrawingML (wps), and of VML where there is nothing else."""

import re
from collections.abc import Iterator

from lxml import etree

_EMU_PER_MM = 36000
_THIN = 0.8
"""Up to so many mm high, a shape is a line."""
_MOST = 50
_VML = "{urn:schemas-microsoft-com:vml}"
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(-?[\d.]{1,12})(pt|in|cm|mm|px)?")
_MM = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 25.4 / 96, "": 25.4 / 72}
_WHOLE = re.compile(r"[0-9]{1,11}")
_POINT = re.compile(r"(-?[\d.]{1,12})(pt|in|cm|mm|px)?,")


def drawn_lines(run: etree._Element) -> tuple[float, ...]:
    """Give the lengths in mm of the horizontal lines that hang on a run."""
    found: list[float] = []
    for each in _outer(run, "drawing"):
        for frame in each.iter("{*}anchor", "{*}inline"):
            size = frame.find("{*}extent")
            wide, high = (0.0, 1.0) if size is None else (_emu(size.get("cx")), _emu(size.get("cy")))
            # A line of no height may be given a frame around its stroke.
            thin = _THIN if _is_connector(frame) is None else 3 * _THIN
            if high <= thin < wide:
                found.append(wide)
    if not found:
        found = [length for each in _outer(run, "pict") for length in _vml(each)]
    return tuple(found[:_MOST])


def _outer(run: etree._Element, name: str) -> Iterator[etree._Element]:
    """Give the drawings of a run, also those that a newer Word wraps in a choice."""
    yield from run.iterfind(f"{{*}}{name}")
    for content in run.iterfind("{*}AlternateContent"):
        choice = content.find("{*}Choice")
        yield from () if choice is None else choice.iterfind(f"{{*}}{name}")
        if choice is None or name == "pict":
            yield from content.iterfind(f"{{*}}Fallback/{{*}}{name}")


def _is_connector(frame: etree._Element) -> etree._Element | None:
    for shape in frame.iter("{*}prstGeom"):
        if shape.get("prst") in {"line", "straightConnector1"}:
            return shape
    return None


def _vml(picture: etree._Element) -> Iterator[float]:
    for shape in picture.iter(f"{_VML}line", f"{_VML}shape", f"{_VML}rect"):
        if shape.tag == f"{_VML}line":
            start, end = (_POINT.match(f"{shape.get(name, '')},") for name in ("from", "to"))
            if start and end:
                yield abs(_mm(end[1], end[2]) - _mm(start[1], start[2]))
            continue
        size = {key: _mm(number, unit) for key, number, unit in _STYLE_SIZE.findall(shape.get("style", ""))}
        if size.get("height", 1.0) <= _THIN < size.get("width", 0.0):
            yield size["width"]


def _mm(number: str, unit: str | None) -> float:
    try:
        return float(number) * _MM[unit or ""]
    except ValueError:
        return 0.0


def _emu(text: str | None) -> float:
    return int(text) / _EMU_PER_MM if text and _WHOLE.fullmatch(text) else 0.0
