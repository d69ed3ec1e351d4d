"""Number, date and slug forms, each against the sentence of the rule it follows."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese import (
    LETTERS,
    format_header_date,
    format_number,
    format_points,
    format_short_date,
    parse_date,
    parse_points,
    slug,
)


@given(st.dates(dt.date(1945, 9, 2), dt.date(2999, 12, 31)))
def test_header_date(day: dt.date) -> None:
    """“Đối với những số thể hiện ngày nhỏ hơn 10 và tháng 1, 2 phải ghi thêm số 0 phía trước.”."""
    printed = format_header_date(day.day, day.month, day.year)
    found = re.fullmatch(r"ngày (\d\d) tháng (\d\d?) năm (\d{4})", printed)

    assert found
    assert [int(part) for part in found.groups()] == [day.day, day.month, day.year]
    assert (len(found[2]) == 2) == (day.month in {1, 2, 10, 11, 12})


@pytest.mark.parametrize(
    ("date", "printed"),
    [
        ((5, 1, 2020), "ngày 05 tháng 01 năm 2020"),
        ((29, 6, 2019), "ngày 29 tháng 6 năm 2019"),
        ((None, 8, 2023), "ngày      tháng 8 năm 2023"),
    ],
)
def test_header_date_as_the_decree_s_examples(date: tuple[int | None, int, int], printed: str) -> None:
    assert re.sub(" {2,}", "      ", format_header_date(*date)) == re.sub(" {2,}", "      ", printed)


@given(st.dates(dt.date(1945, 9, 2), dt.date(2999, 12, 31)))
def test_a_date_is_read_as_it_is_written(day: dt.date) -> None:
    assert parse_date(format_short_date(day.day, day.month, day.year)) == (day.day, day.month, day.year)
    assert parse_date(f"/{day.month}/{day.year}") == (None, day.month, day.year)


@pytest.mark.parametrize(
    "text", ["30/2/2023", "29/2/2023", "0/1/2023", "1/13/2023", "2023-08-24", "24.8.2023", "", "/0/2023"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_date(text)


@given(st.integers(1, 999_999))
def test_number(number: int) -> None:
    """“Đối với những số nhỏ hơn 10 phải ghi thêm số 0 phía trước.”."""
    assert format_number(str(number)) == (f"0{number}" if number < 10 else str(number))


def test_a_number_not_yet_given_leaves_room() -> None:
    assert format_number("") == "      "


@given(st.decimals(0, 999, places=2) | st.decimals(0, 999, places=1) | st.decimals(0, 999, places=0))
def test_points_are_written_with_a_comma_and_read_back_exactly(points: Decimal) -> None:
    written = format_points(points)

    assert "." not in written
    assert parse_points(written) == points
    assert format_points(parse_points(written)) == written


@pytest.mark.parametrize("text", ["0.5", "1,", ",5", "-1", "1e2", "١", "1,234", "1000", "", " 1"])
def test_other_forms_are_no_points(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_points(text)


@pytest.mark.parametrize(("written", "kept"), [("2,0", "2,0"), ("11,5", "11,5"), ("22", "22")])
def test_points_keep_their_precision(written: str, kept: str) -> None:
    assert format_points(parse_points(written)) == kept


@given(st.text(alphabet=LETTERS + "abcdkxz -’", min_size=1))
def test_slug_is_ascii_and_stable(name: str) -> None:
    made = slug(name)

    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", made)
    assert slug(made) == made
    assert slug(unicodedata.normalize("NFD", name)) == made


@pytest.mark.parametrize(
    ("name", "made"), [("Cẩm Lương", "cam-luong"), ("Đắk Ơ", "dak-o"), ("Phường 7", "phuong-7"), ("Ia O’", "ia-o")]
)
def test_slug_of_names(name: str, made: str) -> None:
    assert slug(name) == made


def test_letters_are_the_134_with_marks_and_the_plain_vowels() -> None:
    """Twelve vowels in six tones and đ, both cases, each one code point."""
    assert len(LETTERS) == 146
    assert len([letter for letter in LETTERS if ord(letter) > 127]) == 134
    assert unicodedata.is_normalized("NFC", LETTERS)
