"""Define what a rule is, and hold what the rules about any document look at."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Generic, TypeVar

from pydantic import BaseModel

from pipeline.kinds.van_ban.model import DonVi, NguoiKyNoiNhan, VanBanRieng
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
    """A file that the papers of a year share: where it lies, the year of its folder, what it holds."""

    path: PurePath
    year: int
    content: BaseModel

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.content))


@dataclasses.dataclass(frozen=True)
class UnitFile:
    """A unit's file: what it says, and a day on which the unit must exist (`day`); `criteria` is the year's set."""

    path: PurePath
    don_vi: DonVi
    so_lieu_mau: bool
    day: dt.date
    year: int
    content: BaseModel
    criteria: YearFile | None = None

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.content))


TextFile = UnitFile | YearFile
"""A file with texts, for rules about these alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class PaperFile:
    """One paper: its keys, the year it is about, and all texts in which it may cite other documents."""

    paper: VanBanRieng
    so_lieu_mau: bool
    year: int
    citing: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class PeopleFile:
    """Who signs and who receives, as one place of a file says it."""

    people: NguoiKyNoiNhan


@dataclasses.dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A rule: its code, the function that applies it, how bad it is to break it."""

    code: str
    apply: Callable[[Subject], Iterator[Finding]]
    severity: Severity = Severity.ERROR


def apply_rules(rules: Sequence[Rule[Subject]], subject: Subject, path: PurePath, above: Key = ()) -> Iterator[Problem]:
    """Apply every rule to a subject, and give the problems; a broken rule does not stop the others.

    `above` is the key in the file below which the subject lies.
    """
    for rule in rules:
        yield from few(
            Problem(
                Place(path.as_posix(), key=(*above, *finding.key), words=finding.words),
                rule.code,
                finding.message,
                finding.hint,
                rule.severity,
            )
            for finding in rule.apply(subject)
        )


def as_problems(found: Iterator[Finding], code: str, path: PurePath, above: Key = ()) -> Iterator[Problem]:
    """Give what was found as errors of one code, as apply_rules does."""
    yield from apply_rules((Rule(code, lambda _: found),), None, path, above)


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
        case tuple() | list():
            for position, each in enumerate(value):
                yield from texts(each, (*key, position))
        case _:
            return
