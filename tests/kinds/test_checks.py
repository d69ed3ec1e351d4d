"""Rules whose cases do not fit into one bad file: eras of the units, labels of any length, old encodings."""

import re
from pathlib import Path

import pytest
from conftest import SMALL
from hypothesis import given
from hypothesis import strategies as st
from years import small_year

from pipeline.input.load import load
from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.checks import check_table
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile
from pipeline.kinds.bang_tieu_chi.labels import expected_labels, letter
from pipeline.kinds.bang_tieu_chi.model import CapHang, TieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.loai.unit import read_unit
from pipeline.problem import Severity
from pipeline.vietnamese import spelling_key

FOLDER = SMALL / "data" / "2024"
COMMUNE = (FOLDER / "15142-cam-thach.yaml").read_text(encoding="utf-8")


def _codes(**values: str) -> set[str]:
    """Give the codes of what is wrong with the small commune when some of its values are others."""
    text = COMMUNE
    for key, value in values.items():
        text = re.sub(rf"^( *{key}:).*$", rf"\1 {value}", text, flags=re.MULTILINE)
    return {problem.code for problem in read_unit(Source("data/2024/x.yaml", text.encode()), small_year())[1]}


@pytest.mark.parametrize(
    ("date", "code", "kind", "name", "codes"),
    [
        ("/8/2023", "15148", "xã", "Cẩm Giang", set()),
        ("/8/2023", "15148", "xã", "Cẩm Tú", {"sai-don-vi"}),
        ("/8/2025", "15148", "xã", "Cẩm Tú", set()),
        ("/8/2025", "15148", "xã", "Cẩm Giang", {"sai-don-vi"}),
        ("/8/2023", "15127", "thị trấn", "Phong Sơn", set()),
        ("/8/2025", "15127", "thị trấn", "Phong Sơn", {"sai-don-vi"}),
        ("/8/2025", "15139", "xã", "Cẩm Lương", {"sai-don-vi"}),
        ("/8/2023", "15142", "xã", "Cẩm Thạnh", {"sai-don-vi"}),
        ("/8/2023", "99999", "xã", "Cẩm Thạch", {"sai-don-vi"}),
        ("/8/2025", "00004", "phường", "Ba Đình", set()),
    ],
)
def test_units_are_those_of_the_documents_date(date: str, code: str, kind: str, name: str, codes: set[str]) -> None:
    """Codes were given anew on 2025-07-01: 15148 was Cẩm Giang and is Cẩm Tú."""
    found = _codes(ngay_ban_hanh=date, ma_don_vi=f'"{code}"', loai_don_vi=kind, ten_don_vi=name, dia_danh=name)

    assert found & {"sai-don-vi", "don-vi-khong-chac", "dia-danh-khac"} == codes


def test_a_name_may_place_its_tone_mark_the_other_way() -> None:
    assert spelling_key("xã Cẩm Thuỷ") == spelling_key("xã Cẩm Thủy")
    assert spelling_key("xã Cẩm Thúy") != spelling_key("xã Cẩm Thủy")
    assert spelling_key("Ea H’leo") == spelling_key("Ea H'leo")


@given(st.integers(1, 15), st.integers(1, 15))
def test_labels_count_up_past_nine(sections: int, criteria: int) -> None:
    """1,9 is followed by 1,10; VIII by IX."""
    roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"]
    rows = tuple(_row("tieu_chi", f"1,{number}", ()) for number in range(1, criteria + 1))
    group = _row("nhom_tieu_chi", "1", rows)
    table = tuple(_row("muc_lon", label, (group,) if label == "I" else ()) for label in roman[:sections])

    assert _label_problems(table) == []
    assert _label_problems((*table, _row("muc_lon", "Ix", ()))) == [
        f"ký hiệu là `Ix`, theo thứ tự phải là `{_next(roman, sections)}`"
    ]
    doubled = (*rows, _row("tieu_chi", f"1,{criteria}", ()))
    assert _label_problems((_row("muc_lon", "I", (_row("nhom_tieu_chi", "1", doubled),)),)) == [
        f"ký hiệu là `1,{criteria}`, theo thứ tự phải là `1,{criteria + 1}`"
    ]


def _next(roman: list[str], sections: int) -> str:
    return [*roman, "XVI"][sections]


def _row(level: CapHang, label: str, below: tuple[TieuChi, ...]) -> TieuChi:
    return TieuChi.model_validate(
        {"dinh_danh": "x", "cap_hang": level, "ky_hieu": label, "ten_tieu_chi": "x", "tieu_chi_con": below}
    )


def _label_problems(table: tuple[TieuChi, ...]) -> list[str]:
    small = small_year().table
    assert small
    content = small.content.model_copy(update={"bang_tieu_chi": table})
    problems = check_table(TableFile(Bang(content), "2024"), Path("2024/x.yaml"))
    return [problem.message for problem in problems if problem.code == "sai-ky-hieu"]


@pytest.mark.parametrize(
    ("style", "above", "labels"),
    [
        ("I", "", ["I", "II", "III", "IV"]),
        ("1", "II", ["1", "2", "3", "4"]),
        ("1,1", "3", ["3,1", "3,2", "3,3", "3,4"]),
        ("1.1.1", "2.4", ["2.4.1", "2.4.2", "2.4.3", "2.4.4"]),
        ("a", "1", ["a", "b", "c", "d"]),
        ("i", "", ["i", "ii", "iii", "iv"]),
    ],
)
def test_labels_have_the_form_of_their_level(style: str, above: str, labels: list[str]) -> None:
    assert [expected_labels(style, above, number)[0] for number in range(1, 5)] == labels


def test_letters_count_by_the_vietnamese_alphabet() -> None:
    """“các điểm … theo thứ tự bảng chữ cái tiếng Việt”; sections A, B, C may go by either alphabet."""
    assert [letter(number) for number in range(1, 10)] == ["a", "b", "c", "d", "đ", "e", "g", "h", "i"]
    assert letter(23) == "y"
    assert letter(24) == "aa"
    assert expected_labels("A", "", 5) == ("Đ", "E")


@pytest.mark.parametrize(
    "text", ["KÕ ho¹ch ph¸t triÓn kinh tÕ - x· héi", "Phaùt trieån kinh teá – xaõ hoäi ñòa phöông"]
)
def test_text_of_the_old_encodings_is_named_as_such(text: str) -> None:
    """TCVN3 and VNI read as Western text have signs that Vietnamese has not."""
    source = Source("data/2024/15142-cam-thach.yaml", COMMUNE.replace("6 ha", text).encode())
    (problem,) = read_unit(source, small_year())[1]

    assert problem.code == "chu-la"
    assert "TCVN3" in problem.hint


def test_composed_letters_are_asked_for_where_the_first_is_not() -> None:
    _, problems = load("a: Cẩm\nb: x Ca\u0302\u0309m\n".encode(), "tep.yaml")

    assert [(str(p.place), p.code, p.severity) for p in problems] == [("tep.yaml:2:7", "chu-to-hop", Severity.WARNING)]
