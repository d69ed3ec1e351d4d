"""Define what a kind of paper is: one frozen value that every stage takes, so that no stage knows a kind."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.input.sources import Source
from pipeline.output.origin import Origin
from pipeline.output.records import Record
from pipeline.problem import Problem, bad_output
from pipeline.verify.layout import layout_problems
from pipeline.verify.paper import Paper, read_paper
from pipeline.word.fill import Fields


class Scope(enum.Enum):
    """For whom there is one paper: each commune, or the whole year."""

    COMMUNE = "tung_xa"
    YEAR = "ca_nam"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One paper, ready to be printed.

    `name` is that of its files without ending, `place` the path that problems of making it are about, `fields` what
    its template may name (an instance of the kind's `fields.context`). `date` stands for the time in the PDF, `pages`
    are the numbers of pages that it may have; `posts` and `signer` are the lines between which it is signed. `facts` is
    for the kind's own `describe`.
    """

    name: str
    place: str
    fields: Any
    date: dt.date
    pages: range
    sample: bool
    posts: tuple[str, ...] = ()
    signer: str = ""
    facts: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What became of a document: its pages (None without PDF), its files, its text's SHA-256, and its origin."""

    pages: int | None
    files: Mapping[str, bytes]
    text: str
    origin: Origin


ReadBack = Callable[[Paper, Any, bytes, str], Iterator[Problem]]
"""Compares the paper read back with the fields; takes template bytes (empty for none) and the file's name, too."""
Prepare = Callable[[Source, Source], tuple[Document | None, tuple[Problem, ...]]]
"""Turns a year's criteria set and a data file into a document, or into the problems that stop it."""
Describe = Callable[[Document, Made], Record]
"""Gives the record of a finished document."""


@dataclasses.dataclass(frozen=True, slots=True)
class DataFiles:
    """How a kind is made of data files: one that the papers of a year share, and one for each paper.

    `check_shared` gives the problems of the shared file, `titles` the names of its criteria by year and identity.
    """

    check_shared: Callable[[Source], tuple[Problem, ...]]
    prepare: Prepare
    describe: Describe
    titles: Callable[[Path], Callable[[str], Mapping[str, str]]]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper.

    `name` is its folder below kinds/, `abbreviation` begins the names of its files, `template` is its Word template's.
    A kind `by_decree` is an official document: held to Nghị định 30/2020/NĐ-CP, and ready to be signed. A kind that
    is made of other papers has no `data`.
    """

    name: str
    abbreviation: str
    scope: Scope
    template: str
    fields: Fields
    read_back: ReadBack
    by_decree: bool
    data: DataFiles | None = None


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
    problems = tuple(kind.read_back(paper, document.fields, template, name))
    if kind.by_decree:
        problems += tuple(layout_problems(data, name, signer_known=bool(document.signer)))
    return paper, problems
