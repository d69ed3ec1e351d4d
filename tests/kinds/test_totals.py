"""Cases of tests/totals/*.yaml, in the form's own words; adding a case is dropping a file in."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.bang_tieu_chi.totals import applicable_points, column_totals, maxima, totals
from pipeline.kinds.loai.year import Year
from pipeline.vietnamese import parse_points

CASES = sorted((Path(__file__).parents[1] / "totals").glob("*.yaml"))


def _filled(rows: list[dict[str, Any]], start: str = "r") -> list[dict[str, Any]]:
    """Give a case's rows the keys that it leaves out."""
    return [
        {"dinh_danh": f"{start}-{n}", "cap_hang": "tieu_chi", "ten_tieu_chi": "x"}
        | row
        | {"tieu_chi_con": _filled(row.get("tieu_chi_con", []), f"{start}-{n}")}
        for n, row in enumerate(rows)
    ]


def test_there_are_cases() -> None:
    assert len(CASES) >= 4


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = YAML(typ="base").load(path.read_text(encoding="utf-8"))
    rows = BoTieuChi.model_validate(
        {"bang_tieu_chi": _filled(case["bang_tieu_chi"]), "tong_diem": case["tong_diem"], "nam": "2024"}
    )

    computed, problems = totals(rows, "bo-tieu-chi.yaml")

    assert computed.tong_diem == parse_points(case["tong_dung"])
    assert [problem.message for problem in problems] == case["sai_lech"]


def test_the_real_criteria_set_adds_up_to_100(year: Year) -> None:
    """I 22, II 41, III 10, IV 7, V 10, VI 10."""
    assert year.table
    sums = maxima(year.table)
    sections = [sums.diem[row.dinh_danh] for row in year.table.content.bang_tieu_chi]

    assert sections == [22, 41, 10, 7, 10, 10]
    assert sums.tong_diem == Decimal(100)


def _leaf(identity: str, most: str, **more: str) -> dict[str, str]:
    return {"dinh_danh": identity, "cap_hang": "tieu_chi", "ten_tieu_chi": "x", "diem_toi_da": most, **more}


def _table() -> Bang:
    """A section of two criteria, one of two more, and a penalty."""
    first = {**_leaf("a", "3"), "tieu_chi_con": [_leaf("a1", "1"), _leaf("a2", "2")]}
    second = {**_leaf("b", "7"), "tieu_chi_con": [_leaf("b1", "7"), _leaf("b2", "0", thuong_phat="true")]}
    return Bang(BoTieuChi.model_validate({"nam": "2026", "tong_diem": "10", "bang_tieu_chi": [first, second]}))


def test_a_column_is_added_up_at_every_level() -> None:
    points = {"a1": Decimal("0.75"), "a2": Decimal(2), "b1": Decimal("6.5"), "b2": Decimal("-0.25")}
    sums = column_totals(_table(), points, {})

    assert sums.diem == {**points, "a": Decimal("2.75"), "b": Decimal("6.25")}
    assert sums.tong_diem == Decimal(9)


def test_what_does_not_apply_counts_neither_as_points_nor_as_maximum() -> None:
    """A criterion that a unit does not have takes nothing from it; with all rows below it out, a row has no points."""
    points = {"a1": Decimal(1), "b1": Decimal(7)}

    assert column_totals(_table(), points, {"a2"}).diem == {**points, "a": 1, "b": 7}
    assert applicable_points(_table(), {"a2"}) == 8
    assert "a" not in column_totals(_table(), points, {"a"}).diem
    assert applicable_points(_table(), {"a"}) == 7
    assert applicable_points(_table(), {"a", "b"}) == 0


def test_headings_and_the_notes_right_below_them_must_not_end_a_page() -> None:
    """A note at the end of its group may."""
    note = {"cap_hang": "ghi_chu", "ten_tieu_chi": "x"}
    rows = [{"dinh_danh": "n1", **note}, {"dinh_danh": "n2", **note}, _leaf("a1", "1"), {"dinh_danh": "n3", **note}]
    first = {**_leaf("a", "1"), "tieu_chi_con": rows}
    second = {**_leaf("b", "9"), "tieu_chi_con": [{"dinh_danh": "n4", **note}]}

    table = Bang(BoTieuChi.model_validate({"nam": "2026", "tong_diem": "10", "bang_tieu_chi": [first, second]}))

    assert table.headings == {"a", "n1", "n2", "b"}
