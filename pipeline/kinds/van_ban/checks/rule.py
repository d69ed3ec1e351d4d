"""Define what a rule is, and hold what the rules about any document look at."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Generic, TypeVar

from pydantic import BaseModel

from pipeline.kinds.van_ban.model import VanBanCanCu, VanBanCuaDonVi
from pipeline.problem import Key, Place, Problem, Severity, few

Subject = TypeVar("Subject")

DISTRICTS_END = dt.date(2025, 7, 1)
"""From this day there is no district level (Luật Tổ chức chính quyền địa phương 72/2025/QH15, Điều 51, khoản 3)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says: the key it is about, the message, how to mend it, and the very words at fault, if some are."""

    key: Key
    message: str
    hint: str
    words: str = ""


@dataclasses.dataclass(frozen=True, eq=False)
class YearFile:
    """What the documents of a year have in common: where it lies, its year, the document they cite, all its texts."""

    path: PurePath
    year: int
    cited: VanBanCanCu
    content: BaseModel

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.content))


@dataclasses.dataclass(frozen=True)
class DocumentFile:
    """A unit's document, where it lies, and what the documents of its year have in common."""

    path: PurePath
    document: VanBanCuaDonVi
    year: YearFile

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.document))

    @property
    def day(self) -> dt.date:
        """Give the document's day; the first of its month while the day is blank."""
        return self.document.ngay_ban_hanh.day


@dataclasses.dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A rule: its code, the function that applies it, how bad it is to break it."""

    code: str
    apply: Callable[[Subject], Iterator[Finding]]
    severity: Severity = Severity.ERROR


def apply_rules(rules: Sequence[Rule[Subject]], subject: Subject, path: PurePath) -> Iterator[Problem]:
    """Apply every rule to a subject, and give the problems; a broken rule does not stop the others."""
    for rule in rules:
        yield from few(
            Problem(
                Place(path.as_posix(), key=finding.key, words=finding.words),
                rule.code,
                finding.message,
                finding.hint,
                rule.severity,
            )
            for finding in rule.apply(subject)
        )


def texts(value: object, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Give every text of a model with its key, in the order of the file."""
    match value:
        case str():
            yield key, value
        case BaseModel():
            for field in type(value).model_fields:
                yield from texts(getattr(value, field), (*key, field))
        case dict():
            for item_key, each in value.items():
                yield from texts(each, (*key, item_key))
        case tuple():
            for position, each in enumerate(value):
                yield from texts(each, (*key, position))
        case _:
            return
