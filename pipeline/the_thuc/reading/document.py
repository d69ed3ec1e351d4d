"""Define what the rules look at: paragraphs with their effective formatting, sections, page numbers."""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.the_thuc.finding import Where
from pipeline.the_thuc.reading.styles import Face, Shape

BOXES = 0
"""The number that stands for all text boxes together, where a table would have its own."""


class Run(NamedTuple):
    """A stretch of text in one face."""

    text: str
    face: Face


class Cell(NamedTuple):
    """A table cell: number of the table in the document, from 1, and row and grid column, from 0.

    `sized` tells that the cell has a width of its own, not one of the grid, which a table's width may overrule. Text
    boxes stand for the cells of one row of a table with the number BOXES; the column is their distance from the
    left, in mm.
    """

    table: int
    row: int
    column: int
    sized: bool = False


class Paragraph(NamedTuple):
    """A paragraph of the body or of a cell.

    `room` is the width it may fill, `drawn` the lengths of the drawn lines anchored to it, both in mm. `bullet` is the
    mark that its list puts before its words. `section` counts the document's sections from 0.
    """

    where: Where
    runs: tuple[Run, ...]
    shape: Shape
    room: float
    cell: Cell | None
    drawn: tuple[float, ...]
    bullet: str
    breaks_page: bool
    section: int

    @property
    def text(self) -> str:
        """Return the paragraph's words, after the mark of its list."""
        return self.bullet + "".join(run.text for run in self.runs)


@dataclasses.dataclass(frozen=True, slots=True)
class PageNumber:
    """A PAGE field: where it stands and how it looks; `is_arabic` unless the field itself asks for other digits."""

    in_header: bool
    on_first_page: bool
    align: str
    face: Face
    is_arabic: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """Page size and margins of a section, in mm; whether its page numbers start anew, and their form (decimal, …)."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    restarts: bool = False
    number_form: str = "decimal"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """All that the rules look at; `decomposed` is the first place with letters in decomposed Unicode.

    The texts themselves are composed (NFC), so that what is written is recognised however it was typed.
    """

    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    page_numbers: tuple[PageNumber, ...]
    has_macros: bool
    decomposed: Where | None = None


class Piece(NamedTuple):
    """A part of a paragraph between line breaks and tabs; `whole` when it is the only one.

    Its text has one blank between words, however many were typed.
    """

    paragraph: Paragraph
    text: str
    runs: tuple[Run, ...]
    whole: bool


def pieces(paragraph: Paragraph) -> list[Piece]:
    """Split a paragraph at its line breaks and tabs, and leave out what is empty."""
    if not paragraph.runs:
        return []
    if len(paragraph.runs) == 1 and not paragraph.bullet:
        # Most paragraphs are one run; this saves a third of the time.
        words = paragraph.runs[0].text
        if "\t" not in words and "\n" not in words:
            words = " ".join(words.split())
            return [Piece(paragraph, words, paragraph.runs, whole=True)] if words else []
    if not paragraph.bullet and not any("\t" in run.text or "\n" in run.text for run in paragraph.runs):
        text = _text(paragraph.runs)
        return [Piece(paragraph, text, tuple(run for run in paragraph.runs if run.text), whole=True)] if text else []
    run_lines: list[list[Run]] = [[]]
    for text, face in ((paragraph.bullet, None), *paragraph.runs):
        run_face = face or (paragraph.runs[0].face if paragraph.runs else None)
        for number, part in enumerate(text.replace("\t", "\n").split("\n")):
            if number:
                run_lines.append([])
            if part and run_face:
                run_lines[-1].append(Run(part, run_face))
    lines = [(_text(runs), tuple(runs)) for runs in run_lines]
    lines = [(text, runs) for text, runs in lines if text]
    return [Piece(paragraph, text, runs, len(lines) == 1) for text, runs in lines]


def _text(runs: Sequence[Run]) -> str:
    return " ".join("".join([run.text for run in runs]).split())


def printed(piece: Piece) -> str:
    """Return the text of a piece as it prints: in upper case where the font is set to all caps (w:caps)."""
    return " ".join("".join([run.text.upper() if run.face.caps else run.text for run in piece.runs]).split())


def part(piece: Piece, start: int, end: int) -> Piece:
    """Return the part of a piece between two letters of its runs, such as what stands left of a row of blanks."""
    runs: list[Run] = []
    at = 0
    for text, face in piece.runs:
        if kept := text[max(0, start - at) : max(0, end - at)]:
            runs.append(Run(kept, face))
        at += len(text)
    return Piece(piece.paragraph, _text(runs), tuple(runs), whole=False)
