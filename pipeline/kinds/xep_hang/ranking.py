"""Rank units by the percentage of their points, exactly, and put them into classes."""

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from pipeline.kinds.xep_hang.model import XepHang

_HUNDREDTH = Decimal("0.01")


@dataclasses.dataclass(frozen=True)
class Scored:
    """A unit with its points: those reached, and the maximum of the criteria that apply to it."""

    code: str
    name: str
    reached: Decimal
    applicable: Decimal

    @functools.cached_property
    def percentage(self) -> Decimal:
        """Give the share of points reached, in per cent, two decimals, half up; 0 where no criterion applies."""
        if not self.applicable:
            return Decimal("0.00")
        return (100 * self.reached / self.applicable).quantize(_HUNDREDTH, ROUND_HALF_UP)


@dataclasses.dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's place: its rank, which ties share and after which as many are skipped, and the name of its class."""

    unit: Scored
    rank: int
    class_name: str


def ranking(units: Sequence[Scored], keys: XepHang) -> list[Ranked]:
    """Rank units, the best first, units with the same percentage in the order of their codes.

    A class whose share is limited takes the best of those who reach its percentage; who does not fit, all units of
    one rank together, falls into the next class. A unit named in `xep_khac` is in the class given there.
    """
    in_order = sorted(units, key=lambda unit: (-unit.percentage, unit.code))
    classes = dict(_classes(in_order, keys))
    ranked: list[Ranked] = []
    for place, unit in enumerate(in_order, 1):
        tied = ranked and ranked[-1].unit.percentage == unit.percentage
        ranked.append(Ranked(unit, ranked[-1].rank if tied else place, classes[unit.code]))
    return ranked


def _classes(in_order: Sequence[Scored], keys: XepHang) -> Iterator[tuple[str, str]]:
    """Give code and class of each unit; `in_order` begins with the best."""
    remaining = []
    for unit in in_order:
        if unit.code in keys.xep_khac:
            yield unit.code, keys.xep_khac[unit.code].xep_loai
        else:
            remaining.append(unit)
    for each in keys.xep_loai:
        room = len(in_order)
        if each.ty_le_toi_da is not None:
            room = int(len(in_order) * each.ty_le_toi_da / 100)
        reaching = [unit for unit in remaining if unit.percentage >= each.tu_ty_le]
        for _, tied in groupby(reaching, key=lambda unit: unit.percentage):
            same = list(tied)
            if len(same) > room:
                break
            room -= len(same)
            for unit in same:
                yield unit.code, each.ten_loai
            remaining = remaining[len(same) :]
    for unit in remaining:
        yield unit.code, keys.xep_loai[-1].ten_loai
