"""Look up commune-level units in the official lists, as of a date.

Four lists are known (units.tsv; sources in docs/decisions/0014). Two eras: until 2025-06-30 communes belong to
districts; since 2025-07-01 there are neither districts nor thị trấn, and codes were given anew, often to another unit
(Luật Tổ chức chính quyền địa phương 72/2025/QH15, Điều 51; Nghị quyết 202/2025/QH15).
Between two lists of one era units were merged and renamed at dates not held here: `is_certain` tells.
"""

import bisect
import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path

_FILE = Path(__file__).with_name("units.tsv")
_COLUMNS = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """A commune-level unit; `huyen` (empty since 2025-07-01) and `tinh` with their kind, such as `huyện Cẩm Thủy`."""

    ma_don_vi: str
    loai_don_vi: str
    ten_don_vi: str
    huyen: str
    tinh: str


@dataclasses.dataclass(frozen=True, slots=True)
class UnitList:
    """A list of all units: what it holds was so from `since` to `until`; `era` numbers the laws of division."""

    since: dt.date
    until: dt.date
    era: int


LISTS = (
    UnitList(dt.date(2023, 5, 7), dt.date(2023, 5, 7), 0),
    UnitList(dt.date(2025, 1, 4), dt.date(2025, 1, 4), 0),
    UnitList(dt.date(2025, 6, 30), dt.date(2025, 6, 30), 0),
    UnitList(dt.date(2025, 7, 1), dt.date(2026, 9, 20), 1),
)
"""In the order of units.tsv. Ends of the second era's list: its law, and the day on which the source read it."""


def list_at(day: dt.date) -> UnitList:
    """Give the list that stands for a day: the newest not after it, or the first of all."""
    return LISTS[_position(day)]


def units_at(day: dt.date) -> Mapping[str, Unit]:
    """Give the units of the list that stands for a day, by their 5-digit codes."""
    return _units()[_position(day)]


def find_unit(code: str, day: dt.date) -> Unit | None:
    """Give what a code names in the list that stands for a day."""
    return units_at(day).get(code)


def possible_units(code: str, day: dt.date) -> tuple[Unit, ...]:
    """Give every unit that a code may name on a day: in the list that stands for it, then in the next of the era."""
    candidates = (units.get(code) for units in (_units()[position] for position in _around(day)))
    return tuple(dict.fromkeys(unit for unit in candidates if unit))


def is_certain(code: str, day: dt.date) -> bool:
    """Tell whether the lists decide what a code names on a day.

    They do on a day of a list, and between two lists of one era that say the same of this code. A contradiction to
    lists that are not certain is a reason to warn, not an error.
    """
    around = _around(day)
    if LISTS[around[0]].since <= day <= LISTS[around[0]].until:
        return True
    return len(around) > 1 and len({_units()[position].get(code) for position in around}) == 1


def named(kind: str, name: str, day: dt.date) -> tuple[Unit, ...]:
    """Give the units of a kind and a name in the list that stands for a day, in the order of their codes."""
    return tuple(unit for unit in units_at(day).values() if (unit.loai_don_vi, unit.ten_don_vi) == (kind, name))


def neighbours(code: str, day: dt.date) -> tuple[Unit, ...]:
    """Give the other units of the same district (until 2025-06-30) or province (since), in the order of their codes."""
    unit = find_unit(code, day)
    if unit is None:
        return ()
    return tuple(other for other in _members()[_position(day)][unit.tinh, unit.huyen] if other != unit)


def history(code: str) -> tuple[tuple[UnitList, Unit], ...]:
    """Give what a code names in each of the lists that hold it, oldest first."""
    units_by_list = zip(LISTS, _units(), strict=True)
    return tuple((each, units[code]) for each, units in units_by_list if code in units)


def _position(day: dt.date) -> int:
    """Give the position in LISTS of the list that stands for a day."""
    return max(bisect.bisect_right(LISTS, day, key=lambda each: each.since) - 1, 0)


def _around(day: dt.date) -> tuple[int, ...]:
    """Give the position of the list that stands for a day and, on a day after it, of the next.

    That is one of the same era: each era's lists reach to its last day.
    """
    here = _position(day)
    between = day > LISTS[here].until and here + 1 < len(LISTS)
    return (here, here + 1) if between else (here,)


@functools.cache
def _units() -> tuple[Mapping[str, Unit], ...]:
    """Read units.tsv, once and only when it is needed: for each list, its units by code.

    The columns are: the lists that hold the unit (digits from 1), code, kind, name, district, province.
    """
    lists: tuple[dict[str, Unit], ...] = tuple({} for _ in LISTS)
    for line in _FILE.read_text(encoding="utf-8").split("\n"):
        columns = line.split("\t")
        if len(columns) == _COLUMNS:
            unit = Unit(*columns[1:])
            for position in columns[0]:
                lists[int(position) - 1][unit.ma_don_vi] = unit
    return lists


@functools.cache
def _members() -> tuple[Mapping[tuple[str, str], list[Unit]], ...]:
    """Group the units of every list by province and district."""
    groups_by_list: tuple[dict[tuple[str, str], list[Unit]], ...] = tuple({} for _ in LISTS)
    for groups, units in zip(groups_by_list, _units(), strict=True):
        for unit in units.values():
            groups.setdefault((unit.tinh, unit.huyen), []).append(unit)
    return groups_by_list
