"""Figures out of prose: one number or none; an empty cell is better than a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kinds.bang_tieu_chi.figures import figure


@pytest.mark.parametrize(
    ("target", "number", "unit"),
    [
        ("Năm 2023: 162,1 triệu đồng", "162.1", "triệu đồng"),
        ("Quý II/2026 đạt 5 hộ", "5", "hộ"),
        ("20/11/2026: 5 hộ", "5", "hộ"),
        ("Giảm 2%/năm", "2", "%"),
        ("1.250 người trở lên.", "1250", "người"),
        ("78 triệu đồng/ha", "78", "triệu đồng/ha"),
    ],
)
def test_times_and_bounds_are_no_part_of_a_figure(target: str, number: str, unit: str) -> None:
    found = figure(target)

    assert found
    assert (str(found.so), found.don_vi_tinh) == (number, unit)


@pytest.mark.parametrize(
    "target",
    [
        *("từ 400 đến 440 ha", "400 - 440 ha", "400–440 ha", "400 đến 440 ha", "12/15 thôn", "3 xã, 5 thôn"),
        *("năm 2026", "6 ha rừng và 2 km đường", "50 km đường", "1.10 tấn", "giai đoạn 2026-2030", "5 xyz", "O2"),
    ],
)
def test_ranges_several_numbers_and_unknown_units_are_no_figure(target: str) -> None:
    assert figure(target) is None


@given(st.integers(2000, 2100), st.integers(0, 9999))
def test_a_year_is_never_the_figure(year: int, amount: int) -> None:
    found = figure(f"Năm {year}: {amount} hộ")

    assert found
    assert found.so == amount
