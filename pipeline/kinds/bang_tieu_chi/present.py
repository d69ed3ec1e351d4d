"""Put the scored table into words as it will be printed, column by column; no arithmetic is left for the template."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TypeVar

from pipeline.emphasis import Doan, parse_emphasis
from pipeline.kinds.bang_tieu_chi.model import MAXIMUM, MOST_COLUMNS, OWN_COLUMNS, CotIn, TieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang, GiaTri, Placed
from pipeline.kinds.bang_tieu_chi.totals import Totals, applicable_points, column_totals, maxima
from pipeline.vietnamese import format_points

# Letters, about half a page of the template's columns (at 12 pt, some 24 lines of 28): longer rows may break.
LONG_ROW = 650
NOT_APPLICABLE = "Không áp dụng"

_PLACES = frozenset(f"cot_{number}" for number in range(1, MOST_COLUMNS + 1))
ROW_PARTS = _PLACES | {"cap_hang", "bac", "rat_dai", "la_tieu_de"}
ITEMS = (("tieu_de_cot", _PLACES), ("cac_hang", ROW_PARTS), ("tong", _PLACES))
"""The fields of a template that are items, and their parts."""
NAMES = frozenset({"cong_thuc_tong", "diem_ap_dung", *(name for name, _ in ITEMS)})
Value = TypeVar("Value")
SUM, SHARE = "tong_", "ty_le_"
"""What the names of the fields of totals begin with; the column's key follows."""

Row = Mapping[str, object]
"""A row of the table by part: its level and depth, whether it may break over a page (`rat_dai`) and must not end one
(`la_tieu_de`), and `cot_1` and so on, the stretches of each cell."""


def points_columns(table: Bang) -> list[str]:
    """Give the keys of all columns of points, the maximum first."""
    return [MAXIMUM, *(key for key, column in table.columns.items() if column.kieu_cot == "diem")]


def unit_totals(table: Bang, values: GiaTri | None) -> dict[str, Totals]:
    """Add up every column of points that a unit has; the maximum is that of the whole table."""
    sums = {MAXIMUM: maxima(table)}
    if values:
        sums |= {key: column_totals(table, points, values.khong_ap_dung) for key, points in values.points.items()}
    return sums


def total_fields(table: Bang, values: GiaTri | None, sums: Mapping[str, Totals]) -> dict[str, str]:
    """Give the fields of totals as texts: tong_<column>, and ty_le_<column>, per cent of the points that apply.

    `diem_ap_dung` are these points themselves.
    """
    applicable = applicable_points(table, values.khong_ap_dung if values else ())
    fields = {
        "cong_thuc_tong": " + ".join(section.ky_hieu for section in table.content.bang_tieu_chi),
        "diem_ap_dung": format_points(shortest(applicable)),
    }
    for key, each in sums.items():
        fields[f"{SUM}{key}"] = format_points(shortest(each.tong_diem))
        share = (
            (100 * each.tong_diem / applicable).quantize(Decimal("0.01"), ROUND_HALF_UP) if applicable else Decimal(0)
        )
        fields[f"{SHARE}{key}"] = format_points(share)
    return fields


def table_fields(
    table: Bang, columns: Sequence[CotIn], values: GiaTri | None, sums: Mapping[str, Totals]
) -> dict[str, object]:
    """Give the fields of the table: headings, rows, totals; each item's parts are named by the column's place."""
    keys = tuple(column.khoa_cot for column in columns)
    totals = {key: format_points(shortest(sums[key].tong_diem)) if key in sums else "" for key in keys}
    return {
        "tieu_de_cot": MappingProxyType({place: column.tieu_de for place, column in _placed(columns)}),
        "cac_hang": tuple(_rows(table, keys, values, sums)),
        "tong": MappingProxyType({place: totals[key] for place, key in _placed(keys)}),
    }


def heading_rows(table: Bang) -> frozenset[int]:
    """Give the numbers of the printed rows, the header row being 0, that must not end a page."""
    return frozenset(number for number, placed in enumerate(table.rows, 1) if placed.row.dinh_danh in table.headings)


def _placed(values: Sequence[Value]) -> list[tuple[str, Value]]:
    return [(f"cot_{number}", value) for number, value in enumerate(values, 1)]


@dataclasses.dataclass(frozen=True, slots=True)
class _Filled:
    """What a unit has filled in, its totals, and the printed column that says why a criterion does not apply."""

    table: Bang
    values: GiaTri | None
    sums: Mapping[str, Totals]
    reason_column: str


def _rows(table: Bang, keys: tuple[str, ...], values: GiaTri | None, sums: Mapping[str, Totals]) -> list[Row]:
    """Put all rows into words. What is the same in every unit is made once."""
    filled = _Filled(table, values, sums, _reason_column(table, keys))
    holes = [(place, key) for place, key in enumerate(keys, 1) if key not in OWN_COLUMNS]
    rows: list[Row] = []
    for placed, same in zip(table.rows, _common_rows(table, keys), strict=True):
        own = {f"cot_{place}": cell for place, key in holes if (cell := _cell(filled, placed.row, key))}
        rows.append(MappingProxyType(same | own | _long(same, own)) if own else MappingProxyType(same))
    return rows


def _long(same: Mapping[str, object], own: Mapping[str, tuple[Doan, ...]]) -> dict[str, bool]:
    """Tell that a row may break over a page, when its longest cell is longer than half a page."""
    longest = max((sum(len(each.chu) for each in cell) for cell in own.values()), default=0)
    return {"rat_dai": bool(same["rat_dai"]) or longest > LONG_ROW}


@functools.lru_cache(maxsize=64)
def _common_rows(table: Bang, keys: tuple[str, ...]) -> tuple[dict[str, object], ...]:
    return tuple(_common_row(placed, keys, is_heading=placed.row.dinh_danh in table.headings) for placed in table.rows)


def _common_row(placed: Placed, keys: Sequence[str], *, is_heading: bool) -> dict[str, object]:
    """Put what is the same in every unit into words; cells that a unit fills in are empty."""
    row = placed.row
    texts = {
        "ky_hieu": row.ky_hieu,
        "ten_tieu_chi": row.ten_tieu_chi,
        MAXIMUM: "" if row.diem_toi_da is None else format_points(row.diem_toi_da),
        "thoi_gian": row.thoi_gian,
        "ghi_chu": row.ghi_chu,
        "chi_tieu": row.chi_tieu_chung or "",
        **row.gia_tri,
    }
    emphasised = {"ten_tieu_chi", "chi_tieu", *row.gia_tri}
    cells = {
        f"cot_{place}": _stretches(texts.get(key, ""), parsed=key in emphasised) for place, key in enumerate(keys, 1)
    }
    long = max((len(texts.get(key, "")) for key in keys), default=0) > LONG_ROW
    about = {"cap_hang": row.cap_hang, "bac": placed.bac, "rat_dai": long, "la_tieu_de": is_heading}
    return {**about, **cells}


def _stretches(text: str, *, parsed: bool) -> tuple[Doan, ...]:
    return (parse_emphasis(text) if parsed else (Doan(text),)) if text else ()


def _cell(filled: _Filled, row: TieuChi, key: str) -> tuple[Doan, ...]:
    """Give what a unit has in a cell; nothing where it has nothing."""
    values, identity = filled.values, row.dinh_danh
    if key in filled.sums:
        points = filled.sums[key].diem.get(identity)
        if points is None or row.cap_hang == "ghi_chu":
            return ()
        return (Doan(format_points(points if identity in filled.table.scored else shortest(points))),)
    if values is None:
        return ()
    text = values.texts.get(key, {}).get(identity, "")
    if not text and key == filled.reason_column and identity in values.khong_ap_dung:
        text = f"{NOT_APPLICABLE}: {values.khong_ap_dung[identity]}"
    return parse_emphasis(text) if text else ()


@functools.lru_cache(maxsize=64)
def _reason_column(table: Bang, keys: tuple[str, ...]) -> str:
    """Give the printed column that says why a criterion does not apply: it explains points, or has the targets."""
    columns = [table.columns[key] for key in keys if key in table.columns and table.columns[key].kieu_cot == "van_ban"]
    explaining = [column.khoa_cot for column in columns if column.khi_khac]
    left_to_units = [column.khoa_cot for column in columns if column.hang_can == "xa_tu_dien"]
    return next(iter((*explaining, *left_to_units)), "")


def shortest(points: Decimal) -> Decimal:
    """Give points without zeros at the end of their decimals: 100 and not 100,00."""
    return points.quantize(Decimal(1)) if points == points.to_integral_value() else points.normalize()
