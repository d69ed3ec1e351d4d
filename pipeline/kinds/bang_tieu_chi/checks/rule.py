"""Hold what the rules about the scored table and the values that are filled in look at."""

import dataclasses

from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang, GiaTri


@dataclasses.dataclass(frozen=True, eq=False)
class TableFile:
    """The scored table of a year, and the name of the folder that it lies in."""

    table: Bang
    folder: str

    @property
    def content(self) -> BoTieuChi:
        """Give the criteria set as the file has it."""
        return self.table.content


@dataclasses.dataclass(frozen=True, eq=False)
class ValuesFile:
    """What a unit has filled in, and the table that it belongs to."""

    values: GiaTri
    table: Bang

    def leaves_out(self, identity: str) -> bool:
        """Tell whether a criterion, or a row above it, does not apply to the unit."""
        return bool(self.table.lines[identity] & self.values.khong_ap_dung.keys())
