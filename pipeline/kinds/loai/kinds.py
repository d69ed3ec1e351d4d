"""Hold a kind of paper as read from its file."""

import dataclasses
import re
from pathlib import PurePath

from pipeline.input.sources import Source
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.vietnamese import slug


@dataclasses.dataclass(frozen=True, eq=False)
class PaperKind:
    """A kind of paper of a year: its file's stem, the file, what it says, its template."""

    name: str
    source: Source
    keys: LoaiVanBan
    template: Source

    @property
    def path(self) -> PurePath:
        """Give the path of its file."""
        return PurePath(self.source.path)

    @property
    def abbreviation(self) -> str:
        """Give what the names of its files begin with."""
        return self.keys.ma_tep or re.sub("[^A-Z0-9]", "", slug(self.keys.viet_tat).upper())

    @property
    def is_for_each_unit(self) -> bool:
        """Tell whether there is one paper for each unit, and not one for the whole year."""
        return self.keys.pham_vi == "tung_xa"
