"""The lists of units: the law's own counts, Cẩm Thủy before and after, and what is known only between two lists."""

import collections
import datetime as dt
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT
from unit_lists import TARGET, make, tidy

from pipeline.input.units import (
    LISTS,
    Unit,
    find_unit,
    history,
    is_certain,
    list_at,
    neighbours,
    possible_units,
    units_at,
)

PLAN = dt.date(2023, 8, 24)
LAST_DAY, FIRST_DAY = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
CAM_THUY = {
    "15127": "Phong Sơn",
    "15133": "Cẩm Thành",
    "15136": "Cẩm Quý",
    "15139": "Cẩm Lương",
    "15142": "Cẩm Thạch",
    "15145": "Cẩm Liên",
    "15148": "Cẩm Giang",
    "15151": "Cẩm Bình",
    "15154": "Cẩm Tú",
    "15160": "Cẩm Châu",
    "15163": "Cẩm Tâm",
    "15169": "Cẩm Ngọc",
    "15172": "Cẩm Long",
    "15175": "Cẩm Yên",
    "15178": "Cẩm Tân",
    "15181": "Cẩm Phú",
    "15184": "Cẩm Vân",
}


def _kinds(day: dt.date) -> dict[str, int]:
    return dict(collections.Counter(unit.loai_don_vi for unit in units_at(day).values()))


def test_counts_are_those_of_the_official_lists() -> None:
    """10.035 units until 30/6/2025; 3.321 of 2.621 xã, 687 phường and 13 đặc khu since, and no thị trấn."""
    assert len(units_at(LAST_DAY)) == 10_035
    assert set(_kinds(LAST_DAY)) == {"xã", "phường", "thị trấn"}
    assert _kinds(FIRST_DAY) == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert len(units_at(PLAN)) == 10_598
    assert {unit.huyen for unit in units_at(FIRST_DAY).values()} == {""}
    assert all(unit.huyen for unit in units_at(LAST_DAY).values())
    assert len({unit.tinh for unit in units_at(LAST_DAY).values()}) == 63
    assert len({unit.tinh for unit in units_at(FIRST_DAY).values()}) == 34


@pytest.mark.parametrize("day", [PLAN, LAST_DAY])
def test_the_district_of_cam_thuy_has_seventeen_units(day: dt.date) -> None:
    district = {unit.ma_don_vi: unit.ten_don_vi for unit in (*neighbours("15139", day), units_at(day)["15139"])}

    assert district == CAM_THUY
    assert find_unit("15139", day) == Unit("15139", "xã", "Cẩm Lương", "huyện Cẩm Thủy", "tỉnh Thanh Hóa")
    assert find_unit("15127", day) == Unit("15127", "thị trấn", "Phong Sơn", "huyện Cẩm Thủy", "tỉnh Thanh Hóa")


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("15142", "Cẩm Thạch", "Cẩm Thạch"),
        ("15127", "Phong Sơn", "Cẩm Thủy"),
        ("15148", "Cẩm Giang", "Cẩm Tú"),
        ("15163", "Cẩm Tâm", "Cẩm Vân"),
        ("15178", "Cẩm Tân", "Cẩm Tân"),
        ("15139", "Cẩm Lương", None),
        ("15154", "Cẩm Tú", None),
    ],
)
def test_codes_were_given_anew_in_2025(code: str, before: str, after: str | None) -> None:
    """The five new units of the former district, and which old codes they took."""
    unit = find_unit(code, FIRST_DAY)

    assert find_unit(code, LAST_DAY) == units_at(LAST_DAY)[code]
    assert units_at(LAST_DAY)[code].ten_don_vi == before
    assert (unit and unit.ten_don_vi) == after
    assert [each.ten_don_vi for _, each in history(code)] == [before] * 3 + ([after] if after else [])
    assert [each.era for each, _ in history(code)] == [0, 0, 0] + ([1] if after else [])


def test_neighbours_since_2025_are_those_of_the_province() -> None:
    """Nghị quyết 1686/NQ-UBTVQH15: tỉnh Thanh Hóa has 166 units, 147 xã and 19 phường."""
    around = neighbours("15148", FIRST_DAY)

    assert len(around) == 165
    assert "Cẩm Tú" not in {unit.ten_don_vi for unit in around}
    assert neighbours("15139", FIRST_DAY) == ()


def test_a_merger_between_two_lists_is_not_certain() -> None:
    """Phường Tân Sơn, 14788, was merged away between the lists of 2023 and of January 2025."""
    between, merged = dt.date(2024, 6, 1), "14788"

    assert find_unit(merged, between) == units_at(PLAN)[merged]
    assert find_unit(merged, dt.date(2025, 1, 4)) is None
    assert not is_certain(merged, between)
    assert is_certain(merged, LISTS[0].since)
    assert is_certain("15139", between)
    assert is_certain("99999", between)


def test_every_name_that_a_code_may_have_is_given() -> None:
    """15442 was Yên Lạc in 2023 and Yên Ninh in January 2025."""
    names = [unit.ten_don_vi for unit in possible_units("15442", dt.date(2024, 6, 1))]

    assert names == ["Yên Lạc", "Yên Ninh"]
    assert [unit.ten_don_vi for unit in possible_units("15139", PLAN)] == ["Cẩm Lương"]
    assert possible_units("00000", PLAN) == ()


@pytest.mark.parametrize("day", [dt.date(2019, 1, 1), dt.date(2026, 9, 21)])
def test_days_outside_all_lists_are_not_certain(day: dt.date) -> None:
    assert not is_certain("15142", day)
    assert find_unit("15142", day)


def test_the_eras_do_not_mix() -> None:
    """The day before the new law still has the old unit, surely; the day itself the new one."""
    assert (list_at(LAST_DAY).era, list_at(FIRST_DAY).era) == (0, 1)
    assert list_at(LAST_DAY).until == LAST_DAY
    assert [unit.ten_don_vi for unit in possible_units("15148", LAST_DAY)] == ["Cẩm Giang"]
    assert [unit.ten_don_vi for unit in possible_units("15148", FIRST_DAY)] == ["Cẩm Tú"]
    assert is_certain("15148", LAST_DAY)
    assert is_certain("15148", FIRST_DAY)
    assert is_certain("15148", LISTS[-1].until)


def test_names_are_composed_and_bare() -> None:
    """NFC, as TCVN 6909:2001 has letters; no blanks around, no kind in the name."""
    for each in LISTS:
        for code, unit in units_at(each.since).items():
            text = f"{unit.ten_don_vi}\t{unit.huyen}\t{unit.tinh}"
            assert unicodedata.is_normalized("NFC", text)
            assert text == "\t".join(part.strip() for part in text.split("\t"))
            assert code == unit.ma_don_vi
            assert len(code) == 5
            assert unit.ten_don_vi
            # Phường Phường Đúc in Huế is called so.
            assert code == "19780" or not unit.ten_don_vi.startswith(("Xã ", "Phường ", "Thị trấn ", "Đặc khu "))


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("Xã Yên Hoà", "Xã Yên Hòa"),
        ("Xã Thuỵ  Lâm ", "Xã Thụy Lâm"),
        ("Xã Hoàng Văn Thụ", "Xã Hoàng Văn Thụ"),
        ("Xã Lý Quý", "Xã Lý Quý"),
        ("Xã Ea H’Leo", "Xã Ea H'Leo"),
    ],
)
def test_names_have_one_spelling(written: str, tidied: str) -> None:
    assert tidy(unicodedata.normalize("NFD", written)) == tidied


def test_the_list_is_not_read_before_it_is_asked_for() -> None:
    code = "import pipeline.input.units as u, datetime as d; n = u._units.cache_info().misses"
    command = [sys.executable, "-c", f"{code}; u.find_unit('1', d.date.min); print(n, u._units.cache_info().misses)"]

    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout == "0 1\n"


def test_the_file_is_what_the_sources_say() -> None:
    """The packages are installed by nox, outside of the environment of the tests."""
    folder = os.environ.get("UNIT_SOURCES", "")
    if not folder and not os.environ.get("CI"):
        pytest.skip("UNIT_SOURCES is not set; run by: nox -s tests")

    assert TARGET.read_text(encoding="utf-8") == make(Path(folder)), "run: nox -s units"
