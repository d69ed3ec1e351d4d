"""Read direct formatting from single rPr and pPr elements; styles.py adds it up to the effective one."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from pipeline.the_thuc.reading.opened import W

Properties = dict[str, Any]
"""What one rPr or pPr element says, by short names; lengths in twips."""

TOGGLES = {f"{W}b": "b", f"{W}i": "i", f"{W}caps": "caps", f"{W}vanish": "vanish"}
_WHITE = frozenset({"auto", "FFFFFF", "ffffff"})
OFF = frozenset({"0", "false", "off"})
_NUMBER = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)(pt|cm|mm|in|pc)?")
_TWIPS = {"pt": 20.0, "cm": 1440 / 2.54, "mm": 144 / 2.54, "in": 1440.0, "pc": 240.0}


def twips(text: str | None, default: float = 0.0) -> float:
    """Read a measure of OOXML as twips: a plain number is twips already, others carry their unit.

    Returns `default` for what is no measure.
    """
    match = _NUMBER.fullmatch((text or "").strip())
    return float(match[1]) * _TWIPS.get(match[2] or "", 1.0) if match else default


def on(element: etree._Element) -> bool:
    """Read an on/off property (ST_OnOff); an element without a value means on."""
    return element.get(f"{W}val", "1").lower() not in OFF


def run_properties(element: etree._Element | None, themes: Mapping[str, str]) -> Properties:
    """Read from an rPr element the run properties that the rules look at; `themes` are its theme's fonts."""
    properties: Properties = {}
    for child in () if element is None else element:
        tag = str(child.tag)
        if tag in TOGGLES:
            properties[TOGGLES[tag]] = on(child)
        elif tag == _FONTS:
            for slot in ("ascii", "hAnsi"):
                theme = themes.get(child.get(f"{W}{slot}Theme", "")[:5])
                if font := theme or child.get(f"{W}{slot}"):
                    properties[slot] = font
        elif tag in _RUN_READERS:
            key, reader = _RUN_READERS[tag]
            properties[key] = reader(child)
    return properties


def paragraph_properties(element: etree._Element | None) -> Properties:
    """Read from a pPr element the paragraph properties that the rules look at."""
    properties: Properties = {}
    for child in () if element is None else element:
        if reader := _READERS.get(str(child.tag)):
            reader(child, properties)
    return properties


def _read_alignment(element: etree._Element, properties: Properties) -> None:
    value = element.get(f"{W}val", "left")
    properties["jc"] = {"start": "left", "end": "right", "distribute": "both"}.get(value, value)


def _read_spacing(element: etree._Element, properties: Properties) -> None:
    for key in ("before", "after", "line"):
        if (text := element.get(f"{W}{key}")) is not None:
            properties[key] = twips(text)
    for key in ("before", "after"):
        if (text := element.get(f"{W}{key}Autospacing")) is not None:
            properties[f"{key}Auto"] = text.lower() not in OFF
    if f"{W}line" in element.attrib or f"{W}lineRule" in element.attrib:
        properties["lineRule"] = element.get(f"{W}lineRule", "auto")


def _read_borders(element: etree._Element, properties: Properties) -> None:
    for side in ("top", "bottom"):
        if (border := element.find(f"{W}{side}")) is not None:
            properties[side] = border.get(f"{W}val") not in {"none", "nil"}


def _read_list(element: etree._Element, properties: Properties) -> None:
    for key in ("numId", "ilvl"):
        if (entry := element.find(f"{W}{key}")) is not None:
            properties[key] = entry.get(f"{W}val", "0")


def _read_contextual(element: etree._Element, properties: Properties) -> None:
    properties["contextual"] = on(element)


def _read_indents(element: etree._Element, properties: Properties) -> None:
    for key, attributes in (("left", ("left", "start")), ("right", ("right", "end"))):
        for attribute in attributes:
            if (text := element.get(f"{W}{attribute}")) is not None:
                properties[key] = twips(text)
    if (text := element.get(f"{W}hanging")) is not None:
        properties["first"] = -twips(text)
    elif (text := element.get(f"{W}firstLine")) is not None:
        properties["first"] = twips(text)


_READERS: Mapping[str, Callable[[etree._Element, Properties], None]] = {
    f"{W}jc": _read_alignment,
    f"{W}ind": _read_indents,
    f"{W}spacing": _read_spacing,
    f"{W}pBdr": _read_borders,
    f"{W}contextualSpacing": _read_contextual,
    f"{W}numPr": _read_list,
}


_FONTS, _VALUE, _FILL = (f"{W}{name}" for name in ("rFonts", "val", "fill"))
_RUN_READERS: Mapping[str, tuple[str, Callable[[etree._Element], object]]] = {
    f"{W}sz": ("sz", lambda element: twips(element.get(_VALUE), 20.0)),
    f"{W}u": ("u", lambda element: element.get(_VALUE, "single") != "none"),
    f"{W}color": ("color", lambda element: element.get(_VALUE, "auto")),
    f"{W}rStyle": ("style", lambda element: element.get(_VALUE, "")),
    f"{W}highlight": ("highlight", lambda element: element.get(_VALUE, "none") not in {"none", "white"}),
    f"{W}shd": ("shaded", lambda element: element.get(_FILL, "auto") not in _WHITE),
    f"{W}strike": ("strike", on),
    f"{W}dstrike": ("strike", on),
}


def theme_fonts(theme: etree._Element | None) -> Mapping[str, str]:
    """Return the theme's Latin fonts, by the first five letters of their slot: `major` and `minor`."""
    fonts: dict[str, str] = {}
    for element in () if theme is None else theme.iter("{*}majorFont", "{*}minorFont"):
        latin = element.find("{*}latin")
        if latin is not None and latin.get("typeface"):
            fonts[etree.QName(element).localname[:5]] = latin.get("typeface", "")
    return fonts
