"""Tell what of a year a kind's papers depend on: the columns that they print, add up or rank by, and the criteria."""

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
    names = _names(kind, paper)
    keys = {column.khoa_cot for column in kind.keys.cac_cot}
    for key in points_columns(year.table) if year.table else ():
        if {f"{SUM}{key}", f"{SHARE}{key}"} & names:
            keys.add(key)
    keys |= {kind.keys.xep_hang.cot_diem} if kind.keys.xep_hang else set()
    keys |= {kind.keys.tong_hop.cot_thieu} if kind.keys.tong_hop else set()
    return frozenset(keys)


def uses_criteria(kind: PaperKind, year: Year) -> bool:
    """Tell whether a kind's papers depend on the year's criteria at all."""
    return year.table is not None and bool(used_columns(kind, year) or _names(kind, None) & NAMES)


def _names(kind: PaperKind, paper: VanBanRieng | None) -> frozenset[str]:
    """Give the fields that a template prints, and those that the texts of a kind and a paper name in braces."""
    keys = kind.keys
    lines = (*keys.trich_yeu, *keys.can_cu, *keys.kinh_gui, *(keys.noi_nhan or ()))
    values = [keys.noi_dung, *((paper.noi_dung, list(paper.noi_nhan or ())) if paper else ())]
    texts = (*lines, *(text for value in values for text in printed_texts(value)))
    named = {name for text in texts for name in BRACES.findall(text)}
    return frozenset(compiled(kind.template, PAPER_FIELDS).asked.keys() | named)
