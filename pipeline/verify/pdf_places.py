"""Say where in a paper's text, counted in letters, pages, tables and signature lie, and what number a page shows."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from pipeline.verify.paper import Paper, Paragraph
from pipeline.vietnamese import RECIPIENTS, squashed


def page_numbers(paper: Paper, starts: Sequence[int]) -> list[str]:
    """Return the number that each page must show, empty for none: each section may begin anew and hide its first.

    `starts` are where the pages start in the text, and its end.
    """
    ends = list(itertools.accumulate(len(squashed(paragraph.text)) for paragraph in paper.paragraphs))
    sections = [(ends[min(each.end, len(ends)) - 1] if each.end else 0, each) for each in paper.sections]
    numbers: list[str] = []
    current, number = None, 0
    for start in starts[:-1]:
        section = next((each for end, each in sections if start < end), current)
        number += 1
        if section is not current and section is not None and section.first_number is not None:
            number = section.first_number
        hidden = section is not current and section is not None and section.hides_first
        numbers.append("" if hidden or (section is None and number == 1) else str(number))
        current = section
    return numbers


def signature_range(paper: Paper) -> tuple[int, int]:
    """Return where the letters of the table start and end that has recipients and signature; nowhere for none."""
    headings = [each for each in paper.paragraphs if each.text.strip() == RECIPIENTS and each.place[0] >= 0]
    if not headings:
        return 0, 0
    own = [number for number, each in enumerate(paper.paragraphs) if each.place[0] == headings[-1].place[0]]
    before, inside = paper.paragraphs[: own[0]], paper.paragraphs[own[0] : own[-1] + 1]
    return len(_squashed_text(before)), len(_squashed_text(before)) + len(_squashed_text(inside))


def table_range(paper: Paper, length: int) -> tuple[int, int, str]:
    """Return where the letters of the widest tables start and end in a text so long, and those of the header row."""
    tables = paper.widest()
    own = [number for number, paragraph in enumerate(paper.paragraphs) if paragraph.place[0] in tables]
    if not own:
        return 0, 0, ""
    head = itertools.takewhile(lambda paragraph: paragraph.place[1] == 0, paper.paragraphs[own[0] :])
    before, after = paper.paragraphs[: own[0]], paper.paragraphs[own[-1] + 1 :]
    return len(_squashed_text(before)), length - len(_squashed_text(after)), _squashed_text(head)


def stranded_rows(paper: Paper, starts: Sequence[int], headings: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield page and row, of the widest table, where a heading row is the last of a page.

    `starts` are where the pages start in the text.
    """
    tables = paper.widest()
    if not headings or len(tables) != 1:
        return
    at, row_starts = 0, dict[int, int]()
    for paragraph in paper.paragraphs:
        letters = len(squashed(paragraph.text))
        if letters and paragraph.place[0] == tables[0]:
            row_starts[at] = paragraph.place[1]
        at += letters
    for page, start in enumerate(starts[1:], 1):
        row = row_starts.get(start)
        if row is not None and row - 1 in headings:
            yield page, row - 1


def _squashed_text(paragraphs: Iterable[Paragraph]) -> str:
    return squashed("".join([paragraph.text for paragraph in paragraphs]))
