"""Cells become texts exactly, or are named: numbers, percentages, days, and what Excel makes of them."""

import pytest

from pipeline.forms.amounts import taken
from pipeline.forms.book import Cell
from pipeline.forms.layout import Sort
from pipeline.problem import Severity


def _taken(
    kind: str, text: str, code: str = "General", sort: Sort = "text", *, from_1904: bool = False, before: str = ""
) -> tuple[str, list[str]]:
    found = taken(Cell(kind, text, code, is_formula=False), sort, before, from_1904=from_1904)
    return found.text, [doubt.code for doubt in found.doubts]


@pytest.mark.parametrize(
    "text",
    [
        "50,4",
        "1,10",
        "1.100",
        "02",
        "12%",
        "1.100 tấn trở lên",
        "=1+1",
        "'02",
        "24/8/2023",
        "1,5 - 2",
        "0",
        "-",
        "E5",
        "1E",
        "5 E+3 ha",
    ],
)
def test_a_text_stays_as_it_was_typed(text: str) -> None:
    assert _taken("s", text) == (text, [])


@pytest.mark.parametrize(("typed", "text"), [(" 50,4 ", "50,4"), ("50,4\u00a0ha", "50,4 ha"), ("Cha\u0323m", "Chạm")])
def test_only_blanks_around_and_spelling_of_letters_are_put_right(typed: str, text: str) -> None:
    assert _taken("s", typed) == (text, [])


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        ("50.4", "General", "50,4"),
        ("50.399999999999999", "General", "50,4"),
        ("0.30000000000000004", "General", "0,3"),
        ("1.1000000000000001", "0.00", "1,10"),
        ("1100", "General", "1100"),
        ("1100", "#,##0", "1.100"),
        ("1100.5", "#,##0", "1.100,5"),
        ("1234567.25", "[$-42A]#,##0.00", "1.234.567,25"),
        ("2", "00", "02"),
        ("0.12", "0%", "12%"),
        ("0.12345", "0.0%", "12,345%"),
        ("1E-3", "General", "0,001"),
        ("-0.5", "General", "-0,5"),
        ("5", '0" ha"', "5 ha"),
        ("1100", "#,##0_);(#,##0)", "1.100"),
        ("5", "# ?/?", "5"),
        ("100", "@", "100"),
    ],
)
def test_a_number_in_a_column_of_texts_is_taken_as_excel_shows_it_with_every_digit_and_said(
    raw: str, code: str, text: str
) -> None:
    assert _taken("n", raw, code) == (text, ["o-la-so"])


@pytest.mark.parametrize(
    ("raw", "text"), [("1.25", "1,25"), ("2", "2"), ("-0.5", "-0,5"), ("1.3333", "1,3333"), ("0.1", "0,1")]
)
def test_points_are_numbers(raw: str, text: str) -> None:
    """Too many decimals are for check to name; nothing is rounded."""
    assert _taken("n", raw, "0.0", "points") == (text, [])


def test_points_that_stay_keep_their_zeros() -> None:
    assert _taken("n", "2", "General", "points", before="2,0") == ("2,0", [])
    assert _taken("n", "3", "General", "points", before="2,0") == ("3", [])


@pytest.mark.parametrize(
    ("kind", "raw", "code", "sort", "found"),
    [
        ("n", "46301", "d-mmm", "text", "excel-doi-ngay"),
        ("n", "46301", "d-mmm", "points", "excel-doi-ngay"),
        ("n", "0.5", "h:mm", "text", "excel-doi-ngay"),
        ("n", "60", "dd/mm/yyyy", "day", "excel-doi-ngay"),
        ("n", "1E+9", "dd/mm/yyyy", "day", "excel-doi-ngay"),
        ("n", "-1", "dd/mm/yyyy", "day", "excel-doi-ngay"),
        ("n", "46301", "General", "day", "ngay-khong-hop-le"),
        ("n", "123456789012345678", "General", "text", "so-mu"),
        ("n", "1200000", "0.00E+00", "text", "so-mu"),
        ("s", "1,2E+05", "@", "text", "so-mu"),
        ("n", "0.5", "0%", "points", "o-la"),
        ("n", "1E999999", "General", "text", "o-la"),
        ("n", "nan", "General", "points", "o-la"),
        ("n", "abc", "General", "points", "o-la"),
        ("b", "1", "General", "text", "o-la"),
        ("e", "#N/A", "General", "text", "o-loi"),
        ("d", "hôm nay", "General", "day", "o-la"),
    ],
)
def test_what_excel_changed_for_good_is_named(kind: str, raw: str, code: str, sort: Sort, found: str) -> None:
    _, doubts = _taken(kind, raw, code, sort)
    assert doubts == [found]
    assert (
        taken(Cell(kind, raw, code, is_formula=False), sort, "", from_1904=False).doubts[0].severity is Severity.ERROR
    )


@pytest.mark.parametrize(
    ("raw", "from_1904", "text"),
    [
        ("46380", False, "24/12/2026"),
        ("44918", True, "24/12/2026"),
        ("1", False, "01/01/1900"),
        ("61", False, "01/3/1900"),
        ("0", True, "01/01/1904"),
    ],
)
def test_a_day_counts_from_1900_or_1904(raw: str, text: str, *, from_1904: bool) -> None:
    assert _taken("n", raw, "dd/mm/yyyy", "day", from_1904=from_1904) == (text, [])


def test_a_day_may_be_a_text_or_an_iso_day() -> None:
    assert _taken("s", "/12/2026", sort="day") == ("/12/2026", [])
    assert _taken("s", "5/1/2026", sort="day") == ("5/1/2026", [])
    assert _taken("d", "2026-12-24T00:00:00", sort="day") == ("24/12/2026", [])


def test_a_formula_gives_its_value_and_says_so() -> None:
    found = taken(Cell("n", "1.5", "General", is_formula=True), "points", "", from_1904=False)
    empty = taken(Cell("f", "=A1", "General", is_formula=True), "points", "", from_1904=False)

    assert (found.text, [doubt.code for doubt in found.doubts], found.doubts[0].severity) == (
        "1,5",
        ["o-cong-thuc"],
        Severity.WARNING,
    )
    assert (empty.text, empty.doubts[0].severity) == ("=A1", Severity.ERROR)


@pytest.mark.parametrize(
    ("sort", "text"),
    [("text", "Mất 1,5 ha; do bão"), ("evidence", "Mất 1,5 ha; do bão")],
)
def test_lines_of_a_cell_become_one_line_and_that_is_said(sort: Sort, text: str) -> None:
    """Two documents in two lines stay two documents."""
    typed = "Mất 1,5 ha;\r\n do bão" if sort == "text" else "Mất 1,5 ha\ndo bão"
    assert _taken("s", typed, sort=sort) == (text, ["o-xuong-dong"])
