"""Cases of tests/totals/*.yaml, in the form's own words; adding a case is dropping a file in."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.kinds.bang_tieu_chi.totals import totals
from pipeline.kinds.ke_hoach.model import BoTieuChi
from pipeline.kinds.ke_hoach.read import Year
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
def test_case(path: Path, year: Year) -> None:
    case = YAML(typ="base").load(path.read_text(encoding="utf-8"))
    rows = BoTieuChi.model_validate(
        {"bang_tieu_chi": _filled(case["bang_tieu_chi"]), "tong_diem": case["tong_diem"]}
        | dict.fromkeys(("noi_bao_cao", "nguoi_cho_y_kien"), "x")
        | {"nam_ke_hoach": "2024", "trich_yeu": ["x"], "so_trang_it_nhat": "1", "so_trang_nhieu_nhat": "2"}
        | {
            key: getattr(year.criteria_set, key)
            for key in ("loai_van_ban", "co_quan_ban_hanh", "van_ban_can_cu", "tieu_de_cot")
        }
    )

    computed, problems = totals(rows, "bo-tieu-chi.yaml")

    assert computed.tong_diem == parse_points(case["tong_dung"])
    assert [problem.message for problem in problems] == case["sai_lech"]


def test_the_real_criteria_set_adds_up_to_100(year: Year) -> None:
    """I 22, II 41, III 10, IV 7, V 10, VI 10."""
    sections = [year.totals.diem[row.dinh_danh] for row in year.criteria_set.bang_tieu_chi]

    assert sections == [22, 41, 10, 7, 10, 10]
    assert year.totals.tong_diem == Decimal(100)
