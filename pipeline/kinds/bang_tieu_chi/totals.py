"""Add up points from the leaves of the table to its root, and compare them with the declared control totals."""

import dataclasses
import functools
from collections.abc import Container, Iterator, Mapping
from decimal import Decimal

from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi, TieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.problem import Key, Place, Problem, few, short
from pipeline.vietnamese import format_points

_HINT = "sửa điểm của một hàng con, hoặc sửa số kiểm tra ở dòng này"


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """Computed points, exact: of each row by its identity, and of the whole table."""

    diem: Mapping[str, Decimal]
    tong_diem: Decimal


def totals(table: BoTieuChi, path: str) -> tuple[Totals, tuple[Problem, ...]]:
    """Add up the points of every row from the rows right below it, and those of the sections to the total.

    Declared points of a row with rows below it are a control total: where they differ from the sum, the problem names
    both. Rows above reckon with the declared points, so that one slip is one problem. Every row but a note must declare
    its points; notes count for nothing.
    """
    points: dict[str, Decimal] = {}
    problems: list[Problem] = []

    def add_up(key: Key, row: TieuChi) -> Decimal:
        below = [
            add_up((*key, "tieu_chi_con", position), child)
            for position, child in enumerate(row.tieu_chi_con)
            if child.cap_hang != "ghi_chu"
        ]
        declared = row.diem_toi_da
        if declared is None:
            message = f"{_row_label(row)} không có `diem_toi_da`"
            problems.append(
                Problem(Place(path, key=(*key, "dinh_danh")), "thieu-diem", message, "thêm dòng `diem_toi_da: …`")
            )
        computed = sum(below, Decimal(0)) if below else declared or Decimal(0)
        if declared is not None and computed != declared:
            place = Place(path, key=(*key, "diem_toi_da"))
            problems.append(_mismatch(place, _row_label(row), declared, computed))
        points[row.dinh_danh] = computed
        return computed if declared is None else declared

    total = sum((add_up(key, row) for key, row in _sections(table)), Decimal(0))
    if total != table.tong_diem:
        problems.append(_mismatch(Place(path, key=("tong_diem",)), "Tổng cộng", table.tong_diem, total))
    return Totals(points, total.normalize()), tuple(few(problems))


def column_totals(table: Bang, points: Mapping[str, Decimal], left_out: Container[str]) -> Totals:
    """Add up a column's points, given for the rows that are scored, at every level above these, and altogether.

    Rows in `left_out`, and all below them, do not apply to this unit and count for nothing: they have no points, and
    neither has a row all of whose rows are left out.
    """
    sums: dict[str, Decimal] = {}

    def add_up(row: TieuChi) -> Decimal | None:
        if row.dinh_danh in left_out:
            return None
        if row.dinh_danh in table.scored:
            own = points.get(row.dinh_danh)
        else:
            below = [each for child in row.tieu_chi_con if (each := add_up(child)) is not None]
            own = sum(below, Decimal(0)) if below else None
        if own is not None:
            sums[row.dinh_danh] = own
        return own

    total = sum((add_up(row) or Decimal(0) for row in table.content.bang_tieu_chi), Decimal(0))
    return Totals(sums, total)


@functools.lru_cache(maxsize=8)
def maxima(table: Bang) -> Totals:
    """Give the maximum points of every row, and of the whole table."""
    return totals(table.content, "")[0]


def applicable_points(table: Bang, left_out: Container[str]) -> Decimal:
    """Add up the maximum points of the rows that apply to a unit."""
    maxima = {identity: row.diem_toi_da or Decimal(0) for identity, row in table.scored.items()}
    return column_totals(table, maxima, left_out).tong_diem


def _sections(table: BoTieuChi) -> Iterator[tuple[Key, TieuChi]]:
    for position, row in enumerate(table.bang_tieu_chi):
        yield ("bang_tieu_chi", position), row


def _row_label(row: TieuChi) -> str:
    return f"“{short(f'{row.ky_hieu} {plain_text(row.ten_tieu_chi)}'.strip())}”"


def _mismatch(place: Place, label: str, declared: Decimal, computed: Decimal) -> Problem:
    message = (
        f"{label} ghi {format_points(declared)} điểm, các hàng con cộng lại là {format_points(computed.normalize())}"
    )
    return Problem(place, "tong-khong-khop", message, _HINT)
