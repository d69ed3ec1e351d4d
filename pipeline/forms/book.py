"""Read the cells of an .xlsx as the file has them: texts, numbers as written, formats, merged and hidden ones.

No formula is computed, no link followed.
"""

import dataclasses
import io
import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from pipeline.forms.parcel import FRESH, SAVE_AS, Refused, parts_of

MAX_CELLS, MAX_SHEETS = 60_000, 20
"""The most cells that are not empty, and sheets."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALVES = frozenset({"D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"})
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_DAYS, _TIMES = (14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)), (18, 19, 20, 21, 45, 46, 47)
# The number formats that a file does not spell out (ECMA-376-1, 18.8.30).
_BUILTIN = {
    **dict.fromkeys(_DAYS, "dd/mm/yyyy"),
    **dict.fromkeys(_TIMES, "h:mm"),
    **dict(enumerate(("0", "0.00", "#,##0", "#,##0.00"), 1)),
    **dict(enumerate(("0%", "0.00%", "0.00E+00", "# ?/?", "# ??/??"), 9)),
    **dict(enumerate(("#,##0", "#,##0", "#,##0.00", "#,##0.00"), 37)),
    **dict(enumerate(("##0.0E+0", "@"), 48)),
}


class At(NamedTuple):
    """The place of a cell, row and column from 0."""

    row: int
    column: int

    def __str__(self) -> str:
        """Give the place as Excel names it, such as C12."""
        return f"{letters(self.column)}{self.row + 1}"


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file has it: the type (n, s, b, e, d; f: formula without value), the text, the number format."""

    type: str
    text: str
    format: str
    is_formula: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its cells that are not empty, the ranges of merged cells, the rows that are hidden."""

    name: str
    cells: Mapping[At, Cell]
    merged: tuple[tuple[At, At], ...]
    hidden: frozenset[int]

    def text(self, at: At) -> str:
        """Give the text of a cell in NFC, empty where there is none."""
        cell = self.cells.get(at)
        return unicodedata.normalize("NFC", cell.text) if cell else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its sheets in order, and whether its days count from 1904."""

    sheets: tuple[Sheet, ...]
    from_1904: bool


def letters(column: int) -> str:
    """Give the letters of a column, from 0."""
    first, last = divmod(column, 26)
    return (letters(first - 1) if first else "") + chr(ord("A") + last)


def open_book(path: Path) -> Book:
    """Read a file; raises Refused for what is no .xlsx, and for one that is broken, locked or too large."""
    parts = parts_of(path)
    try:
        return _Reading(parts).book()
    except (etree.XMLSyntaxError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise Refused("excel-hong", f"tệp .xlsx hỏng ({type(error).__name__})", SAVE_AS) from error


class _Reading:
    """Reads the parts of one workbook."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._room = MAX_CELLS
        self._strings = list(self._shared()) if "xl/sharedStrings.xml" in parts else []
        self._formats = self._styles() if "xl/styles.xml" in parts else []

    def book(self) -> Book:
        workbook = self._tree("xl/workbook.xml")
        targets = {
            each.get("Id"): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
            for each in self._tree("xl/_rels/workbook.xml.rels").iter("{*}Relationship")
            if each.get("TargetMode") != "External" and str(each.get("Type", "")).endswith("/worksheet")
        }
        sheets: list[Sheet] = []
        for each in workbook.iter("{*}sheet"):
            target = next((str(text) for name, text in each.items() if str(name).endswith("}id")), "")
            if target in targets and len(sheets) < MAX_SHEETS:
                sheets.append(self._sheet(str(each.get("name", "")), self._parts[targets[target]]))
        flags = (str(each.get("date1904", "")).lower() for each in workbook.iter("{*}workbookPr"))
        return Book(tuple(sheets), any(flag in {"1", "true", "on"} for flag in flags))

    def _tree(self, name: str) -> etree._Element:
        return etree.fromstring(self._parts[name], _parser())

    def _shared(self) -> Iterator[str]:
        for _, item in _events(self._parts["xl/sharedStrings.xml"], "si"):
            yield _words(item)

    def _styles(self) -> list[str]:
        styles = self._tree("xl/styles.xml")
        own = {int(each.get("numFmtId", "0")): str(each.get("formatCode", "")) for each in styles.iter("{*}numFmt")}
        cells = next(styles.iter("{*}cellXfs"), None)
        ids = [int(each.get("numFmtId", "0")) for each in cells.iter("{*}xf")] if cells is not None else []
        return [own.get(number, _BUILTIN.get(number, "General")) for number in ids]

    def _sheet(self, name: str, content: bytes) -> Sheet:
        cells: dict[At, Cell] = {}
        merged: list[tuple[At, At]] = []
        hidden: set[int] = set()
        row = -1
        for tag, element in _events(content, "row", "mergeCell"):
            if tag == "mergeCell":
                first, _, last = str(element.get("ref", "")).partition(":")
                merged.append((_at(first), _at(last or first)))
                continue
            row = int(str(element.get("r"))) - 1 if element.get("r") else row + 1
            column = -1
            for each in element.iter("{*}c"):
                column = _at(str(each.get("r"))).column if each.get("r") else column + 1
                if cell := self._cell(each):
                    self._room -= 1
                    if self._room < 0:
                        raise Refused("qua-lon", f"tệp có quá {MAX_CELLS} ô", FRESH)
                    cells[At(row, column)] = cell
            if element.get("hidden") in {"1", "true"}:
                hidden.add(row)
        return Sheet(name, cells, tuple(merged), frozenset(hidden))

    def _cell(self, element: etree._Element) -> Cell | None:
        """Read a cell; None for an empty one."""
        kind, style = str(element.get("t", "n")), int(str(element.get("s", "0")))
        formula = element.find("{*}f")
        shown = self._formats[style] if style < len(self._formats) else "General"
        if kind == "inlineStr":
            inline = element.find("{*}is")
            text = _words(inline) if inline is not None else ""
        else:
            text = element.findtext("{*}v") or ""
            text = self._strings[int(text)] if kind == "s" and text else _unescaped(text) if kind == "str" else text
        kind = "s" if kind in {"inlineStr", "str"} else kind
        if formula is not None and not text:
            kind, text = "f", f"={formula.text or ''}"
        return Cell(kind, text, shown, formula is not None) if text else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _events(content: bytes, *names: str) -> Iterator[tuple[str, etree._Element]]:
    """Give the elements of some names one by one, and forget each afterwards."""
    tags = [f"{{*}}{name}" for name in names]
    reading = etree.iterparse(io.BytesIO(content), tag=tags, resolve_entities=False, no_network=True, load_dtd=False)
    for _, element in reading:
        yield etree.QName(element).localname, element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]  # type: ignore[union-attr]


def _words(item: etree._Element) -> str:
    """Give the text of a string, its stretches joined, without the readings of Asian letters."""
    texts = (
        (part.text if _is(part, "t") else part.findtext("{*}t")) for part in item if _is(part, "t") or _is(part, "r")
    )
    return _unescaped("".join(text or "" for text in texts))


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name


def _unescaped(text: str) -> str:
    """Undo Excel's own way to write characters that XML has not; half of a pair stays as it is written."""
    return _ESCAPE.sub(lambda match: match[0] if match[1][:2].upper() in _HALVES else chr(int(match[1], 16)), text)


def _at(reference: str) -> At:
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return At(int(match[2]) - 1, column - 1)
