"""Compare the parts that every official document has with what they must say: title, head, subject, body, end."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import NamedTuple

from pipeline.emphasis import Doan
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import OUTSIDE, Paper, Paragraph
from pipeline.vietnamese import SAMPLE_MARK

FACE_WORDS = dict(zip("0123", ("thường", "đậm", "nghiêng", "đậm nghiêng"), strict=True))
_TAG = re.compile(r"\{[{%#]|[}%#]\}")

Line = tuple[str, str]
"""A paragraph: its text and, as one digit, its face."""


class Standard(NamedTuple):
    """What must stand around the body: lines of the head, kind and subject, recipients, signing block."""

    head: tuple[Line, ...]
    subject: tuple[Line, ...]
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]


def blank_problems(fields: Mapping[str, Iterable[str]], name: str) -> Iterator[Problem]:
    """Report required fields without text; `fields` has the texts of each field that was to be printed, by name."""
    for field, texts in fields.items():
        if any(not text.strip() for text in texts):
            yield bad_output(name, "truong-trong", f"trường `{field}` trống")


def tag_problems(paper: Paper, own: Callable[[], Iterable[str]], name: str) -> Iterator[Problem]:
    """Report template tags that were left in the document.

    Data may contain the same braces: it is a fault only when the document has more of them than `own()`, all texts of
    the data that are printed.
    """
    everything = "\n".join([paper.title, *paper.headers, *(paragraph.text for paragraph in paper.paragraphs)])
    if not ("{" in everything or "}" in everything) or not (tags := len(_TAG.findall(everything))):
        return
    if tags > sum(len(_TAG.findall(text)) for text in own()):
        around = next(iter(re.findall(r".{0,30}\{[{%#].{0,30}", everything)), "")
        yield bad_output(name, "con-the-mau", f"còn thẻ của mẫu Word trong văn bản: “{around}”")


def texts_in(value: object) -> Iterator[str]:
    """Give every text of a field's value: itself, of each line or stretch, of each part of an item."""
    match value:
        case str():
            yield value
        case Doan():
            yield value.chu
        case Mapping():
            for each in value.values():
                yield from texts_in(each)
        case tuple() | list():
            for each in value:
                yield from texts_in(each)
        case _:
            return


def title_problems(paper: Paper, title: str, name: str) -> Iterator[Problem]:
    """Check that the document property Title is the right one."""
    if paper.title != title:
        yield bad_output(name, "tieu-de-docx", f"thuộc tính Title là “{paper.title}”, phải là “{title}”")


def sample_problems(paper: Paper, name: str) -> Iterator[Problem]:
    """Check that the header of every page has the mark of samples."""
    if not all(SAMPLE_MARK in header for header in paper.headers):
        yield bad_output(name, "thieu-dau-mau", f"tệp .docx không ghi {SAMPLE_MARK} ở đầu mọi trang")


def part_problems(paper: Paper, expected: Standard, name: str) -> Iterator[Problem]:
    """Compare the standard parts of a paper with what they must be: head, kind and subject, recipients, signature.

    The head lies in tables before the first text outside of them. Recipients and signature each begin a cell: the last
    one that begins so, since a text in between may use the same words.
    """
    paragraphs = [paragraph for paragraph in paper.paragraphs if paragraph.text.strip()]
    outside = [paragraph for paragraph in paragraphs if paragraph.place == OUTSIDE]
    head = paragraphs[: paragraphs.index(outside[0])] if outside else paragraphs
    cells = [list(cell) for _, cell in groupby(paragraphs, key=lambda paragraph: paragraph.place)]
    yield from lines_differ(head, expected.head, "sai-phan-dau", name)
    yield from lines_differ(outside[: len(expected.subject)], expected.subject, "sai-trich-yeu", name)
    for lines, code in ((expected.recipients, "sai-noi-nhan"), (expected.signature, "sai-chu-ky")):
        begun = [cell for cell in cells if cell[0].place != OUTSIDE and cell[0].text == lines[0][0]]
        yield from lines_differ(begun[-1] if begun else [], lines, code, name)


def lines_differ(paragraphs: Sequence[Paragraph], expected: Sequence[Line], code: str, name: str) -> Iterator[Problem]:
    """Compare paragraphs with the lines they must be, text and face; `code` is for a wrong text."""
    for paragraph, (text, face) in zip_longest(paragraphs, expected, fillvalue=("", "")):
        printed = paragraph.text if isinstance(paragraph, Paragraph) else ""
        if printed != text:
            yield bad_output(name, code, f"dòng in “{printed}”, dữ liệu là “{text}”")
        elif isinstance(paragraph, Paragraph) and {digit for _, digit in paragraph.stretches} != {face}:
            words = ", ".join(f"“{text}” {FACE_WORDS[digit]}" for text, digit in paragraph.stretches)
            hint = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục V; sửa kiểu chữ trong mẫu Word"
            yield bad_output(name, "sai-kieu-chu", f"in {words}, phải là {FACE_WORDS[face]}", hint)


def cell_text(cell: Sequence[Paragraph]) -> str:
    """Return the text of a cell, its paragraphs joined."""
    return cell[0].text if len(cell) == 1 else "".join(paragraph.text for paragraph in cell)


def joined(stretches: Iterable[Line]) -> tuple[Line, ...]:
    """Join neighbouring stretches of one face."""
    groups = groupby(stretches, key=itemgetter(1))
    return tuple(("".join([text for text, _ in group]), face) for face, group in groups)
