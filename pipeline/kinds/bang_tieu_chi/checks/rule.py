"""Hold what the rules about the scored table and its targets look at."""

import dataclasses
import functools
from collections.abc import Mapping

from pipeline.kinds.bang_tieu_chi.model import BangDiem, Placed, TieuChi, placed_rows


@dataclasses.dataclass(frozen=True, eq=False)
class TableFile:
    """The scored table of a year."""

    table: BangDiem

    @functools.cached_property
    def rows(self) -> tuple[Placed, ...]:
        """Give every row, in the order of the table."""
        return tuple(placed_rows(self.table))

    @functools.cached_property
    def own_rows(self) -> Mapping[str, TieuChi]:
        """Give the rows whose targets are each commune's own, by their identities."""
        return {placed.row.dinh_danh: placed.row for placed in self.rows if placed.row.xa_tu_dien}


@dataclasses.dataclass(frozen=True)
class TargetsFile:
    """A commune's targets by identity of the criterion, and the table that they belong to."""

    chi_tieu: Mapping[str, str]
    year: TableFile
