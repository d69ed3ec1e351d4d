"""Define what the rules look at: paragraphs with their effective formatting, sections, page numbers."""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.the_thuc.finding import Where
from pipeline.the_thuc.reading.styles import Face, Shape


class Run(NamedTuple):
    """A stretch of text in one face."""

    text: str
    face: Face


class Cell(NamedTuple):
    """A table cell: number of the table in the document, from 1, and row and grid column, from 0."""

    table: int
    row: int
    column: int


class Paragraph(NamedTuple):
    """A paragraph of the body or of a cell.

    `room` is the width it may fill, `drawn` the lengths of the drawn lines anchored to it, both in mm. `bullet` is the
    mark that its list puts before its words.
    """

    where: Where
    runs: tuple[Run, ...]
    shape: Shape
    room: float
    cell: Cell | None
    drawn: tuple[float, ...]
    bullet: str
    breaks_page: bool

    @property
    def text(self) -> str:
        """Return the paragraph's words, after the mark of its list."""
        return self.bullet + "".join(run.text for run in self.runs)


@dataclasses.dataclass(frozen=True, slots=True)
class PageNumber:
    """A PAGE field: where it stands and how it looks."""

    in_header: bool
    on_first_page: bool
    align: str
    face: Face


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """Page size and margins of a section, in mm."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """All that the rules look at."""

    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    page_numbers: tuple[PageNumber, ...]
    has_macros: bool


class Piece(NamedTuple):
    """A part of a paragraph between line breaks and tabs; `whole` when it is the only one."""

    paragraph: Paragraph
    text: str
    runs: tuple[Run, ...]
    whole: bool


def pieces(paragraph: Paragraph) -> list[Piece]:
    """Split a paragraph at its line breaks and tabs, and leave out what is empty."""
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
    return "".join(run.text for run in runs).replace("\u00a0", " ").strip()


def printed(piece: Piece) -> str:
    """Return the text of a piece as it prints: in upper case where the font is set to all caps (w:caps)."""
    return "".join(run.text.upper() if run.face.caps else run.text for run in piece.runs).replace("\u00a0", " ").strip()
