"""The ranking of communes: percentages, ranks, classes; each rule is quoted where it is tested."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.kinds.xep_hang.model import XepHang
from pipeline.kinds.xep_hang.present import NOT_HANDED_IN, ranking_fields
from pipeline.kinds.xep_hang.ranking import Scored, ranking

POINTS = st.decimals("0", "100", places=2)


def _keys(*classes: tuple[str, str, str | None], **more: object) -> XepHang:
    rows = [
        {"ten_loai": name, "tu_ty_le": start} | ({"ty_le_toi_da": most} if most else {})
        for name, start, most in classes
    ]
    return XepHang.model_validate({"cot_diem": "diem", "xep_loai": rows, **more})


KEYS = _keys(("xuất sắc", "90", "20"), ("tốt", "70", None), ("khá", "50", None), ("yếu", "0", None))


def _units(*reached: str, most: str = "100") -> list[Scored]:
    return [Scored(f"{n:05d}", f"xã {n}", Decimal(each), Decimal(most)) for n, each in enumerate(reached, 1)]


def test_a_percentage_is_of_the_points_that_apply() -> None:
    """84,15 of 99 is 85,00 %: rank goes by percentage, since maxima differ."""
    assert Scored("1", "x", Decimal("84.15"), Decimal(99)).percentage == Decimal("85.00")
    assert Scored("1", "x", Decimal(0), Decimal(0)).percentage == 0


def test_percentages_have_two_decimals_half_up() -> None:
    assert Scored("1", "x", Decimal(1), Decimal(800)).percentage == Decimal("0.13")
    assert Scored("1", "x", Decimal(2), Decimal(3)).percentage == Decimal("66.67")


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    ranked = ranking(_units("80", "90", "80", "70"), KEYS)

    assert [(each.unit.code, each.rank) for each in ranked] == [("00002", 1), ("00001", 2), ("00003", 2), ("00004", 4)]


def test_a_share_takes_the_best_and_the_rest_fall_into_the_next_class() -> None:
    """20 % of ten units are two; who does not fit falls below."""
    ranked = ranking(_units("99", "98", "97", *["60"] * 7), KEYS)

    assert [each.class_name for each in ranked] == ["xuất sắc", "xuất sắc", "tốt", *["khá"] * 7]


def test_units_of_one_rank_are_never_parted_by_a_share() -> None:
    """Where two share the last place of a class, neither gets it."""
    ranked = ranking(_units("99", "98", "98", *["60"] * 7), KEYS)

    assert [each.class_name for each in ranked][:3] == ["xuất sắc", "tốt", "tốt"]


def test_a_share_is_rounded_down() -> None:
    assert ranking(_units("95", "60", "60", "60"), KEYS)[0].class_name == "tốt"


def test_an_exception_wins_over_the_percentage_and_takes_no_place_of_others() -> None:
    keys = _keys(
        ("xuất sắc", "90", "20"), ("tốt", "0", None), xep_khac={"00001": {"xep_loai": "tốt", "ly_do": "kỷ luật"}}
    )
    ranked = ranking(_units("99", "98", "60", "60", "60"), keys)

    assert [(each.rank, each.class_name) for each in ranked][:2] == [(1, "tốt"), (2, "xuất sắc")]


@given(st.lists(POINTS, min_size=1, max_size=30))
def test_a_higher_percentage_is_never_ranked_or_classed_lower(points: list[Decimal]) -> None:
    names = [each.ten_loai for each in KEYS.xep_loai]
    ranked = ranking([Scored(str(n), "x", each, Decimal(100)) for n, each in enumerate(points)], KEYS)

    assert len(ranked) == len(points)
    for better, worse in pairwise(ranked):
        assert better.unit.percentage >= worse.unit.percentage
        assert better.rank <= worse.rank
        assert names.index(better.class_name) <= names.index(worse.class_name)
        assert (better.rank == worse.rank) == (better.unit.percentage == worse.unit.percentage)
    best = sum(each.class_name == "xuất sắc" for each in ranked)
    assert best <= len(points) * 20 // 100


def test_units_without_points_are_listed_at_the_end_as_such() -> None:
    fields = ranking_fields(_units("80", "90"), ["xã Chưa"], KEYS)
    rows = fields["cac_don_vi"]
    assert isinstance(rows, tuple)

    assert [row["ten_don_vi"] for row in rows] == ["Xã 2", "Xã 1", "Xã Chưa"]
    assert dict(rows[2]) == {
        **dict.fromkeys(("thu_hang", "diem_toi_da", "diem_dat", "ty_le", "ly_do"), ""),
        "ten_don_vi": "Xã Chưa",
        "xep_loai": NOT_HANDED_IN,
    }
    assert fields["so_don_vi"] == "3"
