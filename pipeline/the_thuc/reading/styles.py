"""Resolve effective formatting: docDefaults, then table, paragraph and character styles, then direct formatting.

By ECMA-376 part 1, 17.7.2 (style hierarchy) and 17.7.3 (toggle properties: bold in two styles is not bold).
"""

import dataclasses
import functools

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.properties import (
    OFF,
    TOGGLES,
    Properties,
    paragraph_properties,
    run_properties,
    theme_fonts,
)

_MOST_PARENTS = 32
_AUTO_SPACING = 280.0
MM_PER_TWIP = 25.4 / 1440


@dataclasses.dataclass(frozen=True, slots=True)
class Face:
    """How letters look: fonts (for ASCII, then for other letters, if it differs), size in points.

    `marked` tells of a coloured ground (highlight, shading), `struck` of a line through the letters.
    """

    fonts: tuple[str, ...]
    size: float
    bold: bool
    italic: bool
    caps: bool
    underline: bool
    color: str
    hidden: bool
    marked: bool
    struck: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph is laid out: indents in mm, spacing in points, borders, list.

    `line` counts lines where `line_rule` is auto, points where it is exact or atLeast. `number` is the list's numbering
    id and the level in it; the id "0" means no list.
    """

    align: str
    left: float
    right: float
    first: float
    before: float
    after: float
    line: float
    line_rule: str
    top: bool
    bottom: bool
    contextual: bool
    style: str
    number: tuple[str, str]


@functools.lru_cache(maxsize=4)
def styles_of(styles: etree._Element | None, theme: etree._Element | None) -> "Styles":
    """Return the resolver for these two parts, cached, since documents of one template share them."""
    return Styles(styles, theme)


class Styles:
    """Resolves a document's styles, by id; each style's inheritance chain (basedOn) is added up once."""

    def __init__(self, styles: etree._Element | None, theme: etree._Element | None) -> None:
        self._themes = theme_fonts(theme)
        self._by_id: dict[str, etree._Element] = {}
        self.default = ""
        self.default_table = ""
        self._faces: dict[str, Properties] = {}
        self._shapes: dict[str, Properties] = {}
        self._usual_by_style: dict[tuple[str, str], tuple[Shape, Face]] = {}
        self._base_face: Properties = {}
        self._base_shape: Properties = {}
        for style in () if styles is None else styles.iter(f"{W}style"):
            style_id = style.get(f"{W}styleId", "")
            self._by_id.setdefault(style_id, style)
            if style.get(f"{W}default", "0").lower() not in OFF:
                if style.get(f"{W}type") == "paragraph":
                    self.default = style_id
                elif style.get(f"{W}type") == "table":
                    self.default_table = style_id
        if styles is not None and (defaults := styles.find(f"{W}docDefaults")) is not None:
            self._base_face = run_properties(defaults.find(f"{W}rPrDefault/{W}rPr"), self._themes)
            self._base_shape = paragraph_properties(defaults.find(f"{W}pPrDefault/{W}pPr"))

    def names(self) -> tuple[str, ...]:
        """Return the ids of all styles."""
        return tuple(self._by_id)

    def chain(self, style_id: str) -> list[etree._Element]:
        """Return a style and the styles that it is based on, the root first; a cycle ends the chain."""
        styles: list[etree._Element] = []
        while style_id in self._by_id and len(styles) < _MOST_PARENTS and self._by_id[style_id] not in styles:
            styles.append(self._by_id[style_id])
            parent = styles[-1].find(f"{W}basedOn")
            style_id = "" if parent is None else parent.get(f"{W}val", "")
        return styles[::-1]

    def usual(self, style: str, table: str) -> tuple[Shape, Face]:
        """Return shape and face of a paragraph without direct formatting, by its own and its table's style."""
        if (style, table) not in self._usual_by_style:
            self._usual_by_style[style, table] = self.shape(None, style, table), self.face(None, style, table)
        return self._usual_by_style[style, table]

    def shape(self, own: etree._Element | None, style: str, table: str, level: Properties | None = None) -> Shape:
        """Return the effective paragraph formatting; `own` is its pPr, `level` the formatting of its list level."""
        properties = {
            **self._base_shape,
            **self._style_shape(table),
            **self._style_shape(style),
            **(level or {}),
            **paragraph_properties(own),
        }
        line_rule = properties.get("lineRule", "auto")
        line = properties.get("line", 240.0)
        before = _AUTO_SPACING if properties.get("beforeAuto") else properties.get("before", 0.0)
        after = _AUTO_SPACING if properties.get("afterAuto") else properties.get("after", 0.0)
        return Shape(
            properties.get("jc", "left"),
            properties.get("left", 0.0) * MM_PER_TWIP,
            properties.get("right", 0.0) * MM_PER_TWIP,
            properties.get("first", 0.0) * MM_PER_TWIP,
            before / 20,
            after / 20,
            line / (240 if line_rule == "auto" else 20),
            line_rule,
            properties.get("top", False),
            properties.get("bottom", False),
            properties.get("contextual", False),
            style,
            (properties.get("numId", "0"), properties.get("ilvl", "0")),
        )

    def face(self, own: etree._Element | None, style: str, table: str) -> Face:
        """Return the effective run formatting; `own` is the run's rPr.

        A toggle property is on when an odd number of styles turn it on, or docDefaults do; direct formatting wins.
        """
        direct = run_properties(own, self._themes)
        levels = [self._style_face(style_id) for style_id in (table, style, direct.get("style", "")) if style_id]
        properties = dict(self._base_face)
        for level in (*levels, direct):
            properties.update(level)
        for toggle in TOGGLES.values():
            if toggle not in direct:
                properties[toggle] = (
                    sum(level.get(toggle, False) for level in levels) % 2 == 1
                ) or self._base_face.get(toggle, False)
        fonts = (properties.get("ascii", "Times New Roman"), properties.get("hAnsi", "Times New Roman"))
        return Face(
            tuple(dict.fromkeys(fonts)),
            properties.get("sz", 20.0) / 2,
            properties["b"],
            properties["i"],
            properties["caps"],
            properties.get("u", False),
            properties.get("color", "auto"),
            properties["vanish"],
            properties.get("highlight", False) or properties.get("shaded", False),
            properties.get("strike", False),
        )

    def _style_face(self, style_id: str) -> Properties:
        if style_id not in self._faces:
            properties: Properties = {}
            for style in self.chain(style_id):
                properties.update(run_properties(style.find(f"{W}rPr"), self._themes))
            self._faces[style_id] = properties
        return self._faces[style_id]

    def _style_shape(self, style_id: str) -> Properties:
        if style_id not in self._shapes:
            properties: Properties = {}
            for style in self.chain(style_id):
                properties.update(paragraph_properties(style.find(f"{W}pPr")))
            self._shapes[style_id] = properties
        return self._shapes[style_id]
