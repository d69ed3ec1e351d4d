"""What a rule is made of, and what several rules look through."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Generic, TypeVar

from pydantic import BaseModel

from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune, NgayThang, TieuChi
from pipeline.problem import Key, Severity

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
class CriteriaSetFile:
    """A criteria set and where it lies."""

    path: PurePath
    criteria_set: BoTieuChi

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.criteria_set))

    @functools.cached_property
    def own_rows(self) -> Mapping[str, TieuChi]:
        """Give the rows whose targets are each commune's own, by their identities."""
        return {row.dinh_danh: row for _, row in self.criteria_set.rows() if row.xa_tu_dien}


@dataclasses.dataclass(frozen=True)
class CommuneFile:
    """A commune's data, where it lies, and the criteria set of its year."""

    path: PurePath
    commune: Commune
    year: CriteriaSetFile

    @property
    def criteria_set(self) -> BoTieuChi:
        """Give the criteria set of its year."""
        return self.year.criteria_set

    @functools.cached_property
    def texts(self) -> tuple[tuple[Key, str], ...]:
        """Give every text with its key, in the order of the file."""
        return tuple(texts(self.commune))

    @property
    def day(self) -> dt.date:
        """Give the document's day; the first of its month while the day is blank."""
        return day_of(self.commune.ngay_ban_hanh)


@dataclasses.dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A rule: its code, the function that applies it, how bad it is to break it."""

    code: str
    apply: Callable[[Subject], Iterator[Finding]]
    severity: Severity = Severity.ERROR


def day_of(date: NgayThang) -> dt.date:
    """Give a date as a day; the first of the month while the day is blank."""
    return dt.date(date.nam, date.thang, date.ngay or 1)


def texts(value: object, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Give every text of a model with its key, in the order of the file."""
    match value:
        case str():
            yield key, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from texts(getattr(value, name), (*key, name))
        case dict():
            for name, each in value.items():
                yield from texts(each, (*key, name))
        case tuple():
            for position, each in enumerate(value):
                yield from texts(each, (*key, position))
        case _:
            return
