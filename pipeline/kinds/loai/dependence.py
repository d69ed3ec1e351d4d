"""Tell what of a year a kind's papers depend on: the columns that they print, add up or rank by, and the criteria."""

import functools
from collections.abc import Iterable

from pipeline.kinds.bang_tieu_chi.present import NAMES, SHARE, SUM, points_columns
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.year import Year
from pipeline.kinds.noi_dung.present import printed_texts
from pipeline.kinds.noi_dung.shapes import BRACES
from pipeline.kinds.van_ban.model import VanBanRieng


def used_columns(kind: PaperKind, year: Year, paper: VanBanRieng | None = None) -> frozenset[str]:
    """Give the keys of the columns that a kind's papers depend on: printed, added up in a text, or ranked by.

    With a `paper`, also those that only its own texts name.
    """
    own = (*printed_texts(paper.noi_dung), *printed_texts(list(paper.noi_nhan or ()))) if paper else ()
    names = _names(kind) | _named(own)
    keys = {column.khoa_cot for column in kind.keys.cac_cot}
    for key in points_columns(year.table) if year.table else ():
        if {f"{SUM}{key}", f"{SHARE}{key}"} & names:
            keys.add(key)
    keys |= {kind.keys.xep_hang.cot_diem} if kind.keys.xep_hang else set()
    keys |= {kind.keys.tong_hop.cot_thieu} if kind.keys.tong_hop else set()
    return frozenset(keys)


def uses_criteria(kind: PaperKind, year: Year) -> bool:
    """Tell whether a kind's papers depend on the year's criteria at all."""
    return year.table is not None and bool(used_columns(kind, year) or _names(kind) & NAMES)


@functools.lru_cache(maxsize=64)
def _names(kind: PaperKind) -> frozenset[str]:
    """Give the fields that a kind's template prints, and those that its texts name in braces."""
    keys = kind.keys
    lines = (*keys.trich_yeu, *keys.can_cu, *keys.kinh_gui, *(keys.noi_nhan or ()))
    named = _named((*lines, *printed_texts(keys.noi_dung)))
    return named | frozenset(compiled(kind.template, PAPER_FIELDS).asked)


def _named(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in BRACES.findall(text))
