"""What the checker knows of a document: frozen paragraphs with their effective formatting, sections, page numbers."""

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
    """A table cell: number of the table in the document, row, column and the cell in its row, from 0."""

    table: int
    row: int
    column: int


class Paragraph(NamedTuple):
    """A paragraph of the body or of a cell; `room` is the width it may fill and `drawn` its drawn lines, in mm."""

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
        """Give the paragraph's words, with the mark that its list puts before them."""
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
    """A section's page, in mm."""

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
    """A line of a paragraph: what lies between line breaks and tabs. `whole` when it is the paragraph's only one."""

    paragraph: Paragraph
    text: str
    runs: tuple[Run, ...]
    whole: bool


def pieces(paragraph: Paragraph) -> list[Piece]:
    """Cut a paragraph at its line breaks and tabs; pieces without words are left out."""
    if not paragraph.bullet and not any("\t" in run.text or "\n" in run.text for run in paragraph.runs):
        text = _joined(paragraph.runs)
        return [Piece(paragraph, text, tuple(run for run in paragraph.runs if run.text), whole=True)] if text else []
    cut: list[list[Run]] = [[]]
    for text, face in ((paragraph.bullet, None), *paragraph.runs):
        used = face or (paragraph.runs[0].face if paragraph.runs else None)
        for number, part in enumerate(text.replace("\t", "\n").split("\n")):
            if number:
                cut.append([])
            if part and used:
                cut[-1].append(Run(part, used))
    found = [(_joined(runs), tuple(runs)) for runs in cut]
    found = [(text, runs) for text, runs in found if text]
    return [Piece(paragraph, text, runs, len(found) == 1) for text, runs in found]


def _joined(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs).replace("\u00a0", " ").strip()


def printed(piece: Piece) -> str:
    """Give a piece as it is printed: letters of the all-caps face are capitals."""
    return "".join(run.text.upper() if run.face.caps else run.text for run in piece.runs).replace("\u00a0", " ").strip()
