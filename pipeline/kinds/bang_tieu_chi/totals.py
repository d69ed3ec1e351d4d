"""Add up points from the leaves of the table to its root, and compare them with the declared control totals."""

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.model import BangDiem, TieuChi
from pipeline.problem import Key, Place, Problem, few, short
from pipeline.vietnamese import format_points

_HINT = "sửa điểm của một hàng con, hoặc sửa số kiểm tra ở dòng này"


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """Computed points, exact: of each row by its identity, and of the whole table."""

    diem: Mapping[str, Decimal]
    tong_diem: Decimal


def totals(table: BangDiem, path: str) -> tuple[Totals, tuple[Problem, ...]]:
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


def _sections(table: BangDiem) -> Iterator[tuple[Key, TieuChi]]:
    for position, row in enumerate(table.bang_tieu_chi):
        yield ("bang_tieu_chi", position), row


def _row_label(row: TieuChi) -> str:
    return f"“{short(f'{row.ky_hieu} {plain_text(row.ten_tieu_chi)}'.strip())}”"


def _mismatch(place: Place, label: str, declared: Decimal, computed: Decimal) -> Problem:
    message = (
        f"{label} ghi {format_points(declared)} điểm, các hàng con cộng lại là {format_points(computed.normalize())}"
    )
    return Problem(place, "tong-khong-khop", message, _HINT)
