"""Formatting as OOXML states it, element by element, before anything is added up."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from pipeline.the_thuc.reading.opened import W

Properties = dict[str, Any]
"""What an rPr or pPr says, by short names; lengths in twips."""

TOGGLES = {f"{W}b": "b", f"{W}i": "i", f"{W}caps": "caps", f"{W}vanish": "vanish"}
OFF = frozenset({"0", "false", "off"})
_NUMBER = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)(pt|cm|mm|in|pc)?")
_TWIPS = {"pt": 20.0, "cm": 1440 / 2.54, "mm": 144 / 2.54, "in": 1440.0, "pc": 240.0}


def twips(text: str | None, default: float = 0.0) -> float:
    """Read a measure of OOXML: a number of twips, or one with its unit."""
    match = _NUMBER.fullmatch((text or "").strip())
    return float(match[1]) * _TWIPS.get(match[2] or "", 1.0) if match else default


def on(element: etree._Element) -> bool:
    """Read an on/off property."""
    return element.get(f"{W}val", "1").lower() not in OFF


def run_properties(element: etree._Element | None, themes: Mapping[str, str]) -> Properties:
    """Read the rPr that matters here."""
    found: Properties = {}
    for child in () if element is None else element:
        if child.tag in TOGGLES:
            found[TOGGLES[child.tag]] = on(child)
        elif child.tag == f"{W}rFonts":
            for slot in ("ascii", "hAnsi"):
                theme = themes.get(child.get(f"{W}{slot}Theme", "")[:5])
                if font := theme or child.get(f"{W}{slot}"):
                    found[slot] = font
        elif child.tag == f"{W}sz":
            found["sz"] = twips(child.get(f"{W}val"), 20.0)
        elif child.tag == f"{W}u":
            found["u"] = child.get(f"{W}val", "single") != "none"
        elif child.tag == f"{W}color":
            found["color"] = child.get(f"{W}val", "auto")
        elif child.tag == f"{W}rStyle":
            found["style"] = child.get(f"{W}val", "")
    return found


def paragraph_properties(element: etree._Element | None) -> Properties:
    """Read the pPr that matters here."""
    found: Properties = {}
    for child in () if element is None else element:
        if read := _READERS.get(str(child.tag)):
            read(child, found)
    return found


def _read_alignment(element: etree._Element, found: Properties) -> None:
    value = element.get(f"{W}val", "left")
    found["jc"] = {"start": "left", "end": "right", "distribute": "both"}.get(value, value)


def _read_spacing(element: etree._Element, found: Properties) -> None:
    for key in ("before", "after", "line"):
        if (text := element.get(f"{W}{key}")) is not None:
            found[key] = twips(text)
    for key in ("before", "after"):
        if (text := element.get(f"{W}{key}Autospacing")) is not None:
            found[f"{key}Auto"] = text.lower() not in OFF
    if f"{W}line" in element.attrib or f"{W}lineRule" in element.attrib:
        found["lineRule"] = element.get(f"{W}lineRule", "auto")


def _read_borders(element: etree._Element, found: Properties) -> None:
    for side in ("top", "bottom"):
        if (border := element.find(f"{W}{side}")) is not None:
            found[side] = border.get(f"{W}val") not in {"none", "nil"}


def _read_list(element: etree._Element, found: Properties) -> None:
    for key in ("numId", "ilvl"):
        if (named := element.find(f"{W}{key}")) is not None:
            found[key] = named.get(f"{W}val", "0")


def _read_contextual(element: etree._Element, found: Properties) -> None:
    found["contextual"] = on(element)


def _read_indents(element: etree._Element, found: Properties) -> None:
    for key, names in (("left", ("left", "start")), ("right", ("right", "end"))):
        for name in names:
            if (text := element.get(f"{W}{name}")) is not None:
                found[key] = twips(text)
    if (text := element.get(f"{W}hanging")) is not None:
        found["first"] = -twips(text)
    elif (text := element.get(f"{W}firstLine")) is not None:
        found["first"] = twips(text)


_READERS: Mapping[str, Callable[[etree._Element, Properties], None]] = {
    f"{W}jc": _read_alignment,
    f"{W}ind": _read_indents,
    f"{W}spacing": _read_spacing,
    f"{W}pBdr": _read_borders,
    f"{W}contextualSpacing": _read_contextual,
    f"{W}numPr": _read_list,
}


def theme_fonts(theme: etree._Element | None) -> Mapping[str, str]:
    """Give the theme's latin fonts by the first letters of their slots' names: minor…, major…."""
    found: dict[str, str] = {}
    for element in () if theme is None else theme.iter("{*}majorFont", "{*}minorFont"):
        latin = element.find("{*}latin")
        if latin is not None and latin.get("typeface"):
            found[etree.QName(element).localname[:5]] = latin.get("typeface", "")
    return found
