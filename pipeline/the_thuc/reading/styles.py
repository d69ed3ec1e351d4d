"""Effective formatting: what Word shows once docDefaults, table, paragraph and character styles are added up.

After ECMA-376 part 1, 17.7.2 (order of styles) and 17.7.3 (toggle properties of several style levels).
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
    """How letters look: fonts (of ASCII and of other letters), size in points."""

    fonts: tuple[str, ...]
    size: float
    bold: bool
    italic: bool
    caps: bool
    underline: bool
    color: str
    hidden: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph lies: indents in mm, spacing in points, line in lines (auto) or points (exact, atLeast)."""

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
    """Give the styles of these parts; documents that share them are given the same."""
    return Styles(styles, theme)


class Styles:
    """A document's styles, looked up by id; each chain of parents is added up once."""

    def __init__(self, styles: etree._Element | None, theme: etree._Element | None) -> None:
        self._themes = theme_fonts(theme)
        self._by_id: dict[str, etree._Element] = {}
        self.default = ""
        self.default_table = ""
        self._faces: dict[str, Properties] = {}
        self._shapes: dict[str, Properties] = {}
        self._cached: dict[tuple[str, str], tuple[Shape, Face]] = {}
        self._base_face: Properties = {}
        self._base_shape: Properties = {}
        for style in () if styles is None else styles.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._by_id.setdefault(name, style)
            if style.get(f"{W}default", "0").lower() not in OFF:
                if style.get(f"{W}type") == "paragraph":
                    self.default = name
                elif style.get(f"{W}type") == "table":
                    self.default_table = name
        if styles is not None and (defaults := styles.find(f"{W}docDefaults")) is not None:
            self._base_face = run_properties(defaults.find(f"{W}rPrDefault/{W}rPr"), self._themes)
            self._base_shape = paragraph_properties(defaults.find(f"{W}pPrDefault/{W}pPr"))

    def names(self) -> tuple[str, ...]:
        """Give the ids of all styles."""
        return tuple(self._by_id)

    def chain(self, name: str) -> list[etree._Element]:
        """Give a style and its parents, the eldest first."""
        found: list[etree._Element] = []
        while name in self._by_id and len(found) < _MOST_PARENTS and self._by_id[name] not in found:
            found.append(self._by_id[name])
            parent = found[-1].find(f"{W}basedOn")
            name = "" if parent is None else parent.get(f"{W}val", "")
        return found[::-1]

    def usual(self, style: str, table: str) -> tuple[Shape, Face]:
        """Give shape and face of a paragraph that has no formatting of its own."""
        if (style, table) not in self._cached:
            self._cached[style, table] = self.shape(None, style, table), self.face(None, style, table)
        return self._cached[style, table]

    def shape(self, own: etree._Element | None, style: str, table: str, level: Properties | None = None) -> Shape:
        """Add up a paragraph's formatting; `level` is that of its list."""
        found = {
            **self._base_shape,
            **self._style_shape(table),
            **self._style_shape(style),
            **(level or {}),
            **paragraph_properties(own),
        }
        line_rule = found.get("lineRule", "auto")
        line = found.get("line", 240.0)
        before = _AUTO_SPACING if found.get("beforeAuto") else found.get("before", 0.0)
        after = _AUTO_SPACING if found.get("afterAuto") else found.get("after", 0.0)
        return Shape(
            found.get("jc", "left"),
            found.get("left", 0.0) * MM_PER_TWIP,
            found.get("right", 0.0) * MM_PER_TWIP,
            found.get("first", 0.0) * MM_PER_TWIP,
            before / 20,
            after / 20,
            line / (240 if line_rule == "auto" else 20),
            line_rule,
            found.get("top", False),
            found.get("bottom", False),
            found.get("contextual", False),
            style,
            (found.get("numId", "0"), found.get("ilvl", "0")),
        )

    def number(self, own: etree._Element | None, style: str) -> tuple[str, str]:
        """Give list and level of a paragraph, by itself or by its style."""
        found = {**self._style_shape(style), **paragraph_properties(own)}
        return found.get("numId", "0"), found.get("ilvl", "0")

    def face(self, own: etree._Element | None, style: str, table: str) -> Face:
        """Add up a run's formatting."""
        direct = run_properties(own, self._themes)
        levels = [self._style_face(name) for name in (table, style, direct.get("style", "")) if name]
        found = dict(self._base_face)
        for level in (*levels, direct):
            found.update(level)
        for toggle in TOGGLES.values():
            if toggle not in direct:
                found[toggle] = (sum(level.get(toggle, False) for level in levels) % 2 == 1) or self._base_face.get(
                    toggle, False
                )
        fonts = (found.get("ascii", "Times New Roman"), found.get("hAnsi", "Times New Roman"))
        return Face(
            tuple(dict.fromkeys(fonts)),
            found.get("sz", 20.0) / 2,
            found["b"],
            found["i"],
            found["caps"],
            found.get("u", False),
            found.get("color", "auto"),
            found["vanish"],
        )

    def _style_face(self, name: str) -> Properties:
        if name not in self._faces:
            found: Properties = {}
            for style in self.chain(name):
                found.update(run_properties(style.find(f"{W}rPr"), self._themes))
            self._faces[name] = found
        return self._faces[name]

    def _style_shape(self, name: str) -> Properties:
        if name not in self._shapes:
            found: Properties = {}
            for style in self.chain(name):
                found.update(paragraph_properties(style.find(f"{W}pPr")))
            self._shapes[name] = found
        return self._shapes[name]
