"""Hold a finished document to its Word template and the values it printed: every paragraph and cell, text and face."""

import functools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import NamedTuple

from pipeline.problem import Problem, bad_output, few, short
from pipeline.verify.conditions import Scope, item_of
from pipeline.verify.paper import OUTSIDE, Paper, Paragraph
from pipeline.verify.script import Script, script_of
from pipeline.verify.standard_parts import FACE_WORDS, title_problems
from pipeline.verify.tags import Printer, Step

_TABLE = "\0"
"""Stands for a table among the texts of paragraphs; no text has this letter."""


class Table(NamedTuple):
    """A table as rows of cells of paragraphs, and its number in the document, from 1."""

    number: int
    rows: list[list[list[Paragraph]]]


Block = Paragraph | Table


@functools.lru_cache(maxsize=8)
def read_script(template: bytes) -> Script:
    """Read a Word template, once. Raises ValueError for what is not understood of it."""
    return script_of(template)


def expected_paragraphs(script: Script, values: Mapping[str, object]) -> tuple[Paragraph, ...]:
    """Return the paragraphs that a template prints for these values, as paper.read_paper would read them.

    Raises ValueError for a value that is not there or of another kind than the template takes it for.
    """
    return _printed(script.body, _scope(values))


def script_problems(paper: Paper, template: bytes, values: Mapping[str, object], name: str) -> Iterator[Problem]:
    """Compare a finished document with what its template prints for these values: body, page headers, title."""
    try:
        script = read_script(template)
        scope = _scope(values)
        paragraphs = _printed(script.body, scope)
        title, *headers = (_text(_printed(steps, scope)) for steps in (script.title, *script.headers))
    except ValueError as error:
        yield bad_output(name, "mau-khong-hieu", f"không so được văn bản với mẫu Word ({error})", "sửa mẫu Word")
        return
    yield from title_problems(paper, title, name)
    if [*paper.headers] != headers:
        printed, right = (short(" / ".join(filter(None, texts))) for texts in (paper.headers, headers))
        yield bad_output(name, "sai-dau-trang", f"đầu trang in “{printed}”, mẫu và dữ liệu cho “{right}”")
    if paper.paragraphs != paragraphs:
        yield from few(_differences(paper.paragraphs, paragraphs, name))


def _scope(values: Mapping[str, object]) -> Scope:
    return {name: item_of(value) for name, value in values.items()}


def _printed(steps: Iterable[Step], scope: Scope) -> tuple[Paragraph, ...]:
    printer = Printer()
    try:
        for step in steps:
            step(scope, printer)
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return tuple(printer.paragraphs)


def _text(paragraphs: Iterable[Paragraph]) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs)


def _differences(printed: Sequence[Paragraph], right: Sequence[Paragraph], name: str) -> Iterator[Problem]:
    """Align paragraphs and tables, and compare those that belong together."""
    parts, right_parts = _parts(printed), _parts(right)
    if len(parts) != len(right_parts):
        parts, right_parts = ([[block for part in each for block in part]] for each in (parts, right_parts))
    found = False
    for part, right_part in zip(parts, right_parts, strict=True):
        for problem in _block_problems(part, right_part, "", name):
            found = True
            yield problem
    if not found:
        yield bad_output(name, "sai-noi-dung", "có đoạn văn không ở ô mà mẫu cho")


def _parts(paragraphs: Sequence[Paragraph]) -> list[list[Block]]:
    """Return the paragraphs before the first table, that table, the paragraphs after it, and so on."""
    parts: list[list[Block]] = [[]]
    for number, group in groupby(paragraphs, key=lambda paragraph: paragraph.place[0]):
        if number == OUTSIDE[0]:
            parts[-1] += group
        else:
            lines = groupby(group, key=lambda paragraph: paragraph.place[1])
            rows = [[[*cell] for _, cell in groupby(line, key=lambda each: each.place[2])] for _, line in lines]
            parts += [[Table(number + 1, rows)], []]
    return parts


def _block_problems(printed: Sequence[Block], right: Sequence[Block], where: str, name: str) -> Iterator[Problem]:
    """Compare paragraphs and tables of the body, or the paragraphs of the cell that `where` names."""
    texts = [[_TABLE if isinstance(each, Table) else each.text for each in blocks] for blocks in (printed, right)]
    for _, start, end, right_start, right_end in _opcodes(*texts):
        for one, other in zip_longest(printed[start:end], right[right_start:right_end]):
            if isinstance(one, Table) and isinstance(other, Table):
                yield from _table_problems(one, other, name)
            elif isinstance(one, Paragraph) and isinstance(other, Paragraph):
                yield from _paragraph_problems(one, other, where, name)
            else:
                yield from _lonely(one, "thua", f"{where} thừa", name)
                yield from _lonely(other, "thieu", f"{where} thiếu", name)


def _opcodes(printed: Sequence[Hashable], right: Sequence[Hashable]) -> Iterator[tuple[str, int, int, int, int]]:
    yield from SequenceMatcher(None, printed, right, autojunk=False).get_opcodes()


def _lonely(block: Block | None, code: str, words: str, name: str) -> Iterator[Problem]:
    """Report a paragraph or table that has no other."""
    if isinstance(block, Paragraph):
        yield bad_output(name, f"{code}-doan", f"{words} đoạn “{block.text}”".strip())
    elif block is not None:
        yield bad_output(name, f"{code}-bang", f"{words} một bảng {len(block.rows)} hàng".strip())


def _table_problems(printed: Table, right: Table, name: str) -> Iterator[Problem]:
    """Compare two tables row by row; where their heights differ, say from which row on."""
    number = printed.number
    if len(printed.rows) != len(right.rows):
        texts = [
            [tuple(each.text for cell in row for each in cell) for row in table.rows] for table in (printed, right)
        ]
        row = next(start for code, start, *_ in _opcodes(*texts) if code != "equal")
        counts = f"{len(printed.rows)} hàng, mẫu và dữ liệu cho {len(right.rows)}"
        yield bad_output(name, "so-hang", f"bảng {number} có {counts}; khác từ hàng {row + 1}")
        return
    for row, (cells, right_cells) in enumerate(zip(printed.rows, right.rows, strict=True), 1):
        if len(cells) != len(right_cells):
            message = f"hàng {row} của bảng {number} có {len(cells)} ô, mẫu cho {len(right_cells)}"
            yield bad_output(name, "sai-o", message)
            continue
        for column, (cell, right_cell) in enumerate(zip(cells, right_cells, strict=True), 1):
            if cell != right_cell:
                yield from _block_problems(cell, right_cell, f"hàng {row}, cột {column} của bảng {number}", name)


def _paragraph_problems(printed: Paragraph, right: Paragraph, where: str, name: str) -> Iterator[Problem]:
    if printed.text != right.text:
        message = f"{where or 'đoạn văn'} in “{printed.text}”, mẫu và dữ liệu cho “{right.text}”"
        yield bad_output(name, "sai-o" if where else "sai-noi-dung", message)
    elif printed.stretches != right.stretches:
        faces, right_faces = (
            ", ".join(f"“{short(text)}” {FACE_WORDS[face]}" for text, face in each.stretches)
            for each in (printed, right)
        )
        yield bad_output(name, "sai-kieu-chu", f"{where} in {faces}; mẫu và dữ liệu cho {right_faces}".strip())
