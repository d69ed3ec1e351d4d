"""Define what every stage takes of a kind of paper and of a paper, so that no stage knows a kind."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.output.origin import Origin
from pipeline.problem import Problem, bad_output
from pipeline.verify.layout import layout_problems
from pipeline.verify.paper import Paper, read_paper
from pipeline.word.asked import Fields


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One paper, ready to be printed.

    `name` is that of its files without ending, `place` the path that problems of making it are about, `fields` what
    its template may name. `date` stands for the time in the PDF, `pages` are the numbers of pages that it may have;
    `posts` and `signer` are the lines between which it is signed. `columns` are the keys of its table's columns,
    `points` those of these that are added up, `headings` the numbers of its rows that have rows below them. `data` is
    the SHA-256 of the data that it says, `before` that of what the paper before it says. `facts` is for the record.
    """

    name: str
    place: str
    fields: Mapping[str, object]
    date: dt.date
    pages: range
    sample: bool
    posts: tuple[str, ...] = ()
    signer: str = ""
    columns: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    headings: frozenset[int] = frozenset()
    data: str = ""
    before: str = ""
    facts: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What became of a document: its pages (None without PDF), its files, its text's SHA-256, and its origin."""

    pages: int | None
    files: Mapping[str, bytes]
    text: str
    origin: Origin


ReadBack = Callable[[Paper, Document, bytes, str], Iterator[Problem]]
"""Compares the paper read back with its document; takes template bytes (empty for none) and the file's name, too."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper, as the stages after reading see it.

    `name` is for people and caches. A kind `by_decree` is an official document: held to Nghị định 30/2020/NĐ-CP, and
    ready to be signed.
    """

    name: str
    fields: Fields
    read_back: ReadBack
    by_decree: bool


def read_back(
    kind: Kind, data: bytes, document: Document, template: bytes, name: str
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a finished .docx back, and compare it with what it was to print and, if official, with the decree.

    The decree is Nghị định 30/2020/NĐ-CP, Phụ lục I. Returns what was read, None for a file that does not open.
    """
    try:
        paper = read_paper(data)
    except ValueError as error:
        return None, (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    problems = tuple(kind.read_back(paper, document, template, name))
    if kind.by_decree:
        problems += tuple(layout_problems(data, name, signer_known=bool(document.signer)))
    return paper, problems
