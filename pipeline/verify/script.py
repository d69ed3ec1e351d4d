"""Read a Word template as a script: steps that print the paragraphs of the finished document, for any values.

What Word, docxtpl and jinja2 make of a template is said here a second time, by other code. Faces are those of
paper.read_paper, which reads the finished document.
"""

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from lxml import etree

from pipeline.emphasis import Doan
from pipeline.the_thuc.reading.opened import W
from pipeline.verify.conditions import Get, Scope
from pipeline.verify.paper import OUTSIDE, Paragraph
from pipeline.verify.parts import CHANGES, FACES, PLAIN, VALUE, WORDS, Parts, open_parts
from pipeline.verify.standard_parts import joined
from pipeline.verify.tags import (
    Control,
    Face,
    Field,
    Printer,
    Say,
    Spoken,
    Step,
    Token,
    control_of,
    steps_of,
    tokens_of,
)

_TABLE, _ROW, _CELL, _PARAGRAPH, _STYLE, _RUN, _TEXT = (
    f"{W}{name}" for name in ("tbl", "tr", "tc", "p", "pStyle", "r", "t")
)
_INLINE = (_RUN, _STYLE, _PARAGRAPH, *CHANGES, *WORDS)


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """A Word template as steps: those of its body, of each page header, and of its title."""

    body: tuple[Step, ...]
    headers: tuple[tuple[Step, ...], ...]
    title: tuple[Step, ...]


def script_of(template: bytes) -> Script:
    """Read a Word template. Raises ValueError for one that does not open, and for what is not understood."""
    parts = open_parts(template, is_template=True)
    headers = tuple(steps_of(map(_header_line, text.split("\n"))) for text in parts.headers)
    title = _printing(_say(tokens_of(parts.title), PLAIN), inside=False)
    return Script(steps_of(_blocks(parts.body, parts)), headers, (title,))


def _header_line(text: str) -> Control | Step:
    """Read a paragraph of a page header, of which only the text is compared."""
    return control_of(text, "p") or _printing(_say(tokens_of(text), PLAIN), inside=False)


def _blocks(parent: etree._Element, parts: Parts, *, inside: bool = False) -> Iterator[Control | Step]:
    """Read the paragraphs and tables of the body or of a cell, also those inside content controls (w:sdt)."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield _paragraph(child, parts, inside=inside)
        elif child.tag == _TABLE:
            yield _table(child, parts)
        else:
            yield from _blocks(child, parts, inside=inside)


def _table(table: etree._Element, parts: Parts) -> Step:
    if next(table.iterdescendants(_TABLE), None) is not None:
        raise ValueError("a table inside a table")
    rows = steps_of(_row(row, parts) for row in table.iter(_ROW))

    def step(scope: Scope, printer: Printer) -> None:
        printer.table += 1
        printer.row = -1
        for row in rows:
            row(scope, printer)

    return step


def _row(row: etree._Element, parts: Parts) -> Control | Step:
    if control := control_of("".join(each.text or "" for each in row.iter(_TEXT)), "tr"):
        return control
    cells = [steps_of(_blocks(cell, parts, inside=True)) for cell in row.iter(_CELL)]

    def step(scope: Scope, printer: Printer) -> None:
        printer.row += 1
        paragraphs = printer.paragraphs
        for number, blocks in enumerate(cells):
            printer.place = (printer.table, printer.row, number)
            before = len(paragraphs)
            for block in blocks:
                block(scope, printer)
            if len(paragraphs) == before:  # Word opens no cell without a paragraph
                paragraphs.append(Paragraph(printer.place, "", ()))

    return step


def _paragraph(paragraph: etree._Element, parts: Parts, *, inside: bool) -> Control | Step:
    """Read a paragraph, the faces of its runs as in paper.read_paper; `inside` means right inside a cell."""
    style = parts.faces[None]
    face, in_run, text = PLAIN, False, ""
    marks: list[tuple[int, Token]] = []
    for element in paragraph.iterdescendants(*_INLINE):
        tag = str(element.tag)
        if tag == _PARAGRAPH:
            raise ValueError("a text box")
        if tag == _STYLE:
            style = parts.faces.get(element.get(VALUE), PLAIN)
        elif tag == _RUN:
            face, in_run = style, True
            marks.append((len(text), Face(face)))
        elif not in_run:  # paragraph properties
            continue
        elif tag in CHANGES:
            face = parts.changed(face, style, tag, element.get(VALUE))
            marks.append((len(text), Face(face)))
        elif WORDS[tag]:
            marks.append((len(text), WORDS[tag]))
        else:
            text += element.text or ""
    return control_of(text, "p") or _printing(_say(tokens_of(text, marks), style), inside=inside)


def _printing(say: Say, *, inside: bool) -> Step:
    """Return the step that prints a paragraph, in its cell or outside tables."""
    if inside:
        return lambda scope, printer: printer.paragraphs.append(Paragraph(printer.place, *say(scope)))
    return lambda scope, printer: printer.paragraphs.append(Paragraph(OUTSIDE, *say(scope)))


def _say(tokens: Sequence[Token], style: str) -> Say:
    """Return what says a paragraph's text and stretches; `style` is the face of its style."""
    following = [*tokens[1:], Face(style)]
    told = [
        token
        for token, then in zip(tokens, following, strict=False)
        if not (isinstance(token, Face) and isinstance(then, Face))
    ]
    match told:
        case [Face(digit), Field(get, of_stretches=False)]:
            return _one_text(get, digit)
        case [Face(_), Field(get, of_stretches=True)]:
            return lambda scope: _spoken(get(scope), style)
    steps = steps_of(token if isinstance(token, Control) else _inline(token, style) for token in told)

    def say(scope: Scope) -> Spoken:
        printer = Printer(style)
        for step in steps:
            step(scope, printer)
        return "".join([text for text, _ in printer.stretches]), joined(printer.stretches)

    if any(isinstance(token, Field | Control) for token in told):
        return say
    always = say({})
    return lambda _: always


def _one_text(get: Get, face: str) -> Say:
    """Return what says a paragraph that is one field: most cells are."""

    def say(scope: Scope) -> Spoken:
        text = _text(get(scope))
        return (text, ((text, face),)) if text else ("", ())

    return say


def _inline(token: Field | Face | str, style: str) -> Step:
    """Return the step that prints a part of a paragraph."""
    match token:
        case str():
            return lambda _, printer: printer.stretches.append((token, printer.face))
        case Face(digit):
            return lambda _, printer: setattr(printer, "face", digit)
        case Field(get, of_stretches=True):
            return functools.partial(_print_stretches, get, style)
        case Field(get):
            return functools.partial(_print_text, get)


def _print_text(get: Get, scope: Scope, printer: Printer) -> None:
    if text := _text(get(scope)):
        printer.stretches.append((text, printer.face))


def _print_stretches(get: Get, style: str, scope: Scope, printer: Printer) -> None:
    """Print runs of their own; what follows in the run of the tag stands in the style's face."""
    printer.stretches += _spoken(get(scope), style)[1]
    printer.face = style


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list | SimpleNamespace):
        raise TypeError(f"{value!r} is no text")
    return str(value)


def _spoken(value: object, style: str) -> Spoken:
    if not isinstance(value, tuple):
        raise TypeError(f"{value!r} is not made of stretches")
    return _spoken_stretches(value, style)


@functools.lru_cache(maxsize=4096)
def _spoken_stretches(value: tuple[Doan, ...], style: str) -> Spoken:
    """Return text and stretches of a value with emphasis, cached: most cells are the same in every commune."""
    faces = [style if each.dam is None else FACES[each.dam + 2 * bool(each.nghieng)] for each in value]
    stretches = joined((each.chu, face) for each, face in zip(value, faces, strict=True) if each.chu)
    return "".join([text for text, _ in stretches]), stretches
