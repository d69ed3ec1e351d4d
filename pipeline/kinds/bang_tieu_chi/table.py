"""Hold the scored table with what is found in it again and again, and what a unit has filled in."""

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from pipeline.kinds.bang_tieu_chi.model import BoTieuChi, CotDuLieu, TieuChi
from pipeline.problem import Key


class Placed(NamedTuple):
    """A row with its key in the file and its depth: 0 for a section, one more for each level below."""

    key: Key
    bac: int
    row: TieuChi


@dataclasses.dataclass(frozen=True, eq=False)
class Bang:
    """A criteria set with what is found in it again and again; one for each reading, so it is compared by identity."""

    content: BoTieuChi

    @functools.cached_property
    def rows(self) -> tuple[Placed, ...]:
        """Give every row in the order of the table: a row before those below it."""
        return tuple(_below(("bang_tieu_chi",), 0, self.content.bang_tieu_chi))

    @functools.cached_property
    def by_identity(self) -> Mapping[str, TieuChi]:
        """Give the rows by identity."""
        return {placed.row.dinh_danh: placed.row for placed in self.rows}

    @functools.cached_property
    def lines(self) -> Mapping[str, frozenset[str]]:
        """Give, for each row, its identity and those of all rows above it."""
        above: list[str] = []
        lines = {}
        for _, depth, row in self.rows:
            above[depth:] = [row.dinh_danh]
            lines[row.dinh_danh] = frozenset(above)
        return lines

    @functools.cached_property
    def headings(self) -> frozenset[str]:
        """Give the identities of the rows that must not end a page: headings, and notes that open the rows below."""
        found = {placed.row.dinh_danh for placed in self.rows if placed.row.tieu_chi_con}
        for _, _, row in self.rows:
            notes = itertools.takewhile(lambda child: child.cap_hang == "ghi_chu", row.tieu_chi_con[:-1])
            found.update(note.dinh_danh for note in notes)
        return frozenset(found)

    @functools.cached_property
    def own(self) -> Mapping[str, TieuChi]:
        """Give the rows whose targets are each commune's own, by identity."""
        return {identity: row for identity, row in self.by_identity.items() if row.xa_tu_dien}

    @functools.cached_property
    def scored(self) -> Mapping[str, TieuChi]:
        """Give the rows that are given points: those without rows below them that count, notes left out."""
        return {
            identity: row
            for identity, row in self.by_identity.items()
            if row.cap_hang != "ghi_chu" and all(child.cap_hang == "ghi_chu" for child in row.tieu_chi_con)
        }

    @functools.cached_property
    def columns(self) -> Mapping[str, CotDuLieu]:
        """Give the columns that are filled in, by key."""
        return {column.khoa_cot: column for column in self.content.cac_cot}


@dataclasses.dataclass(frozen=True, slots=True)
class GiaTri:
    """What a unit has filled in: texts and points by column and criterion, and why a criterion does not apply to it.

    A column that its file does not have at all is not among the keys.
    """

    texts: Mapping[str, Mapping[str, str]]
    points: Mapping[str, Mapping[str, Decimal]]
    khong_ap_dung: Mapping[str, str]

    def has(self, column: str) -> bool:
        """Tell whether the unit's file has a column."""
        return column in self.texts or column in self.points


def _below(key: Key, depth: int, criteria: tuple[TieuChi, ...]) -> Iterator[Placed]:
    for position, criterion in enumerate(criteria):
        yield Placed((*key, position), depth, criterion)
        yield from _below((*key, position, "tieu_chi_con"), depth + 1, criterion.tieu_chi_con)
