"""Put the scored table into words as it will be printed; no arithmetic is left for the template."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Protocol

from pipeline.emphasis import Doan, parse_emphasis
from pipeline.kinds.bang_tieu_chi.model import BangDiem, CapHang, TieuChi, TieuDeCot, placed_rows
from pipeline.vietnamese import format_points

# Letters, about half a page of the template's columns (at 12 pt, some 24 lines of 28): longer rows may break.
LONG_ROW = 650


@dataclasses.dataclass(frozen=True, slots=True)
class Hang:
    """One row of the table."""

    cap_hang: CapHang
    ky_hieu: str
    ten_tieu_chi: tuple[Doan, ...]
    chi_tieu: tuple[Doan, ...]
    diem_toi_da: str
    thoi_gian: str
    ghi_chu: str
    rat_dai: bool
    bac: int


class BangIn(Protocol):
    """What a document prints of the scored table."""

    @property
    def tieu_de_cot(self) -> TieuDeCot:
        """Give the headings of the columns."""

    @property
    def cac_hang(self) -> tuple[Hang, ...]:
        """Give the rows."""

    @property
    def cong_thuc_tong(self) -> str:
        """Give the words that say what the total is made of."""

    @property
    def tong_diem(self) -> str:
        """Give the total."""


def present_rows(table: BangDiem, targets: Mapping[str, str]) -> tuple[Hang, ...]:
    """Put the rows of a table into words; `targets` are those that the commune fills in, by identity."""
    return tuple(
        _row(row, targets[row.dinh_danh], depth) if row.xa_tu_dien else _common_row(row, depth)
        for _, depth, row in placed_rows(table)
    )


def sum_formula(table: BangDiem) -> str:
    """Give the words of the total row, such as `I + II + III`."""
    return " + ".join(section.ky_hieu for section in table.bang_tieu_chi)


@functools.lru_cache(maxsize=4096)
def _common_row(row: TieuChi, depth: int) -> Hang:
    """Present a row that is the same in every commune; cached, so that it is done once."""
    return _row(row, row.chi_tieu_chung or "", depth)


def _row(row: TieuChi, target: str, depth: int) -> Hang:
    """Present a row at its depth."""
    return Hang(
        cap_hang=row.cap_hang,
        ky_hieu=row.ky_hieu,
        ten_tieu_chi=parse_emphasis(row.ten_tieu_chi),
        chi_tieu=parse_emphasis(target) if target else (),
        diem_toi_da="" if row.diem_toi_da is None else format_points(row.diem_toi_da),
        thoi_gian=row.thoi_gian,
        ghi_chu=row.ghi_chu,
        rat_dai=max(len(row.ten_tieu_chi), len(target)) > LONG_ROW,
        bac=depth,
    )
