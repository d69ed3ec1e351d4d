"""Rules that need the other communes of a district: a figure far from all others, a unit that no other has."""

import collections
import dataclasses
import datetime as dt
import statistics
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.kinds.bang_tieu_chi.checks.targets import Figure
from pipeline.kinds.van_ban.checks.rule import Finding

_ENOUGH = 5
"""Fewer figures than these say nothing about a district."""
_FAR = 10
"""So many times the median is far."""


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """What a district needs to know of a commune; `dia_ban` names the district, since 2025-07-01 the province."""

    path: str
    ma_don_vi: str
    ngay: dt.date
    dia_ban: str
    chi_tieu: Mapping[str, Figure]


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """A commune's figure beside those of its district: `so_xa` communes, `don_vi_tinh` the unit of `cung` of them."""

    path: str
    dinh_danh: str
    figure: Figure
    dia_ban: str
    so_xa: int
    don_vi_tinh: str
    cung: int
    trung_vi: Decimal

    @property
    def others(self) -> str:
        """Say with whom the figure is compared."""
        return f"{self.so_xa} xã{f' của {self.dia_ban}' if self.dia_ban else ''}"


def compared(members: Sequence[Member]) -> Iterator[Compared]:
    """Put every figure beside those of the same criterion in its district, where there are five or more."""
    rows: dict[tuple[str, str], list[tuple[Member, Figure]]] = collections.defaultdict(list)
    for member in members:
        for identity, found in member.chi_tieu.items():
            rows[member.dia_ban, identity].append((member, found))
    for (district, identity), row in rows.items():
        if len(row) < _ENOUGH:
            continue
        unit, times = collections.Counter(figure.don_vi_tinh for _, figure in row).most_common(1)[0]
        median = statistics.median(figure.so for _, figure in row if figure.don_vi_tinh == unit)
        for member, figure in row:
            yield Compared(member.path, identity, figure, district, len(row), unit, times, median)


def units_agree(one: Compared) -> Iterator[Finding]:
    """One criterion is counted in one unit: 70,9 beside 70,9% is a slip, or another thing is meant."""
    if one.figure.don_vi_tinh != one.don_vi_tinh and 2 * one.cung > one.so_xa:
        own, usual = (f"ghi `{unit}`" if unit else "không ghi đơn vị tính" for unit in _units(one))
        message = f"`{one.dinh_danh}` {own}; {one.cung} trong {one.others} {usual}"
        yield Finding(("chi_tieu", one.dinh_danh), message, "ghi cùng đơn vị tính với các xã khác")


def figures_are_near_the_median(one: Compared) -> Iterator[Finding]:
    """A figure over ten times the median of its district often has a dot or a digit too many."""
    same_unit = one.figure.don_vi_tinh == one.don_vi_tinh and one.cung >= _ENOUGH
    if same_unit and 0 < _FAR * one.trung_vi < one.figure.so:
        median = _written(one.trung_vi)
        message = f"{_written(one.figure.so)} gấp hơn {_FAR} lần trung vị của {one.others}, là {median}"
        yield Finding(("chi_tieu", one.dinh_danh), message, "xem lại dấu chấm, dấu phẩy và số chữ số")


def _units(one: Compared) -> tuple[str, str]:
    return one.figure.don_vi_tinh, one.don_vi_tinh


def _written(number: Decimal) -> str:
    whole, _, decimals = f"{number.normalize():f}".partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")
