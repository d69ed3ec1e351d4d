"""Find outliers in a district: a figure far above the median, a unit of measure that most others do not have.

The median is compared, not the mean: one wrong figure hardly moves it.
"""

import collections
import dataclasses
import datetime as dt
import statistics
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.kinds.bang_tieu_chi.figures import Figure
from pipeline.kinds.van_ban.checks.rule import Finding

_ENOUGH = 5
"""The fewest figures that say something about a district."""
_FAR = 10
"""A figure is far from the others when it is more than this many times their median."""


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """What is compared of a commune within its district; `dia_ban` names it, since 2025-07-01 the province.

    `figures` are by column and criterion.
    """

    path: str
    ma_don_vi: str
    ngay: dt.date
    dia_ban: str
    figures: Mapping[tuple[str, str], Figure]


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """A commune's figure beside those of its district.

    `so_xa` communes have the criterion, `cung` of them give it in `don_vi_tinh`, the commonest unit of measure;
    `trung_vi` is the median of those.
    """

    path: str
    cot: str
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
    """Compare every figure with those of the same criterion in its district, where there are _ENOUGH (five) or more."""
    rows: dict[tuple[str, str, str], list[tuple[Member, Figure]]] = collections.defaultdict(list)
    for member in members:
        for (column, identity), value in member.figures.items():
            rows[member.dia_ban, column, identity].append((member, value))
    for (district, column, identity), row in rows.items():
        if len(row) < _ENOUGH:
            continue
        unit, count = collections.Counter(figure.don_vi_tinh for _, figure in row).most_common(1)[0]
        median = statistics.median(figure.so for _, figure in row if figure.don_vi_tinh == unit)
        for member, figure in row:
            yield Compared(member.path, column, identity, figure, district, len(row), unit, count, median)


def units_agree(comparison: Compared) -> Iterator[Finding]:
    """Question a unit of measure that most others do not use: 70,9 beside 70,9% is a slip, or means another thing."""
    if comparison.figure.don_vi_tinh != comparison.don_vi_tinh and 2 * comparison.cung > comparison.so_xa:
        own, usual = (f"ghi `{unit}`" if unit else "không ghi đơn vị tính" for unit in _units(comparison))
        message = f"`{comparison.dinh_danh}` {own}; {comparison.cung} trong {comparison.others} {usual}"
        yield Finding((comparison.cot, comparison.dinh_danh), message, "ghi cùng đơn vị tính với các xã khác")


def figures_are_near_the_median(comparison: Compared) -> Iterator[Finding]:
    """Question a figure over ten times the median of its district: often it has a dot or a digit too many."""
    same_unit = comparison.figure.don_vi_tinh == comparison.don_vi_tinh and comparison.cung >= _ENOUGH
    if same_unit and 0 < _FAR * comparison.trung_vi < comparison.figure.so:
        median = _format_number(comparison.trung_vi)
        message = (
            f"{_format_number(comparison.figure.so)} gấp hơn {_FAR} lần trung vị của {comparison.others}, là {median}"
        )
        yield Finding((comparison.cot, comparison.dinh_danh), message, "xem lại dấu chấm, dấu phẩy và số chữ số")


def _units(comparison: Compared) -> tuple[str, str]:
    return comparison.figure.don_vi_tinh, comparison.don_vi_tinh


def _format_number(number: Decimal) -> str:
    whole, _, decimals = f"{number.normalize():f}".partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")
