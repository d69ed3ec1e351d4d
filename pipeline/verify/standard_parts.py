"""Compare the parts that every official document has with what they must say: title, head, subject, body, end."""

import functools
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import NamedTuple

import docx

from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import OUTSIDE, Paper, Paragraph
from pipeline.vietnamese import SAMPLE_MARK

FACE_WORDS = dict(zip("0123", ("thường", "đậm", "nghiêng", "đậm nghiêng"), strict=True))
_TAG = re.compile(r"\{[{%#]|[}%#]\}")
_FIELD = re.compile(r"\{\{ *(\w+) *\}\}")

Line = tuple[str, str]
"""A paragraph: its text and, as one digit, its face."""


class Standard(NamedTuple):
    """What must stand around the body: lines of the head, kind and subject, recipients, signing block."""

    head: tuple[Line, ...]
    subject: tuple[Line, ...]
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]


@functools.lru_cache(maxsize=4)
def body_lines(template: bytes) -> tuple[str, ...]:
    """Return the paragraphs of a template outside tables, with their fields, without those of the loop for `trich_yeu`.

    Returns nothing when there are other loops or conditions: then the text cannot be foreseen paragraph by paragraph.
    """
    texts = [paragraph.text.strip() for paragraph in docx.Document(io.BytesIO(template)).paragraphs]
    controls = [text for text in texts if text.startswith("{%")]
    if len(controls) != 2 or "trich_yeu" not in controls[0]:  # noqa: PLR2004 - for and endfor
        return ()
    start, end = texts.index(controls[0]), texts.index(controls[1])
    return tuple(text for text in (*texts[:start], *texts[end:]) if text and not text.startswith("{%"))


def blank_problems(fields: Mapping[str, Iterable[str]], name: str) -> Iterator[Problem]:
    """Report required fields without text; `fields` has the texts of each field that was to be printed, by name."""
    for field, texts in fields.items():
        if any(not text.strip() for text in texts):
            yield bad_output(name, "truong-trong", f"trường `{field}` trống")


def tag_problems(paper: Paper, own: Iterable[str], name: str) -> Iterator[Problem]:
    """Report template tags that were left in the document.

    Data may contain the same braces: it is a fault only when the document has more of them than `own`, all texts of the
    data that are printed.
    """
    everything = "\n".join([paper.title, *paper.headers, *(paragraph.text for paragraph in paper.paragraphs)])
    if not ("{" in everything or "}" in everything) or not (tags := len(_TAG.findall(everything))):
        return
    if tags > sum(len(_TAG.findall(text)) for text in own):
        around = next(iter(re.findall(r".{0,30}\{[{%#].{0,30}", everything)), "")
        yield bad_output(name, "con-the-mau", f"còn thẻ của mẫu Word trong văn bản: “{around}”")


def title_problems(paper: Paper, title: str, name: str) -> Iterator[Problem]:
    """Check that the document property Title is the right one."""
    if paper.title != title:
        yield bad_output(name, "tieu-de-docx", f"thuộc tính Title là “{paper.title}”, phải là “{title}”")


def sample_problems(paper: Paper, name: str) -> Iterator[Problem]:
    """Check that the header of every page has the mark of samples."""
    if not all(SAMPLE_MARK in header for header in paper.headers):
        yield bad_output(name, "thieu-dau-mau", f"tệp .docx không ghi {SAMPLE_MARK} ở đầu mọi trang")


def text_problems(
    paper: Paper, table: int, expected: Standard, body: Sequence[str], texts: Mapping[str, str], name: str
) -> Iterator[Problem]:
    """Compare everything around the main table with what must stand there, paragraph by paragraph.

    `table` is the number of the main table, `body` what body_lines returns for the template, `texts` the fields that
    these lines may name. Without `body` the paragraphs of the body are not compared.
    """
    around = [paragraph for paragraph in paper.paragraphs if paragraph.place[0] != table]
    paragraphs = [paragraph for paragraph in around if paragraph.text.strip()]
    head = [paragraph for paragraph in paragraphs if 0 <= paragraph.place[0] < table]
    outside = [paragraph for paragraph in paragraphs if paragraph.place == OUTSIDE]
    subject = outside[: len(expected.subject)]
    after = [paragraph for paragraph in paragraphs if paragraph.place[0] > table]
    blocks = [list(block) for _, block in groupby(after, key=lambda paragraph: paragraph.place)]
    yield from lines_differ(head, expected.head, "sai-phan-dau", name)
    yield from lines_differ(subject, expected.subject, "sai-trich-yeu", name)
    yield from lines_differ(blocks[0] if blocks else [], expected.recipients, "sai-noi-nhan", name)
    signing = [line for block in blocks[1:] for line in block]
    yield from lines_differ(signing, expected.signature, "sai-chu-ky", name)
    body_texts = [_FIELD.sub(lambda field: texts.get(field[1], field[0]), line) for line in body]
    of_subject = [text for text, _ in expected.subject[1:]]
    printed_texts = [paragraph.text for paragraph in outside if paragraph.text not in of_subject]
    for text, right in zip_longest(printed_texts, body_texts, fillvalue="") if body else ():
        if text.strip() != right.strip():
            yield bad_output(name, "sai-noi-dung", f"đoạn văn in “{text}”, mẫu và dữ liệu cho “{right}”")


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
