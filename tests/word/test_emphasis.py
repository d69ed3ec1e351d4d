"""Marks in a data file's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.emphasis import Doan, parse_emphasis, plain_text


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("thường", (Doan("thường"),)),
        ("**đậm** thường", (Doan("đậm", dam=True, nghieng=False), Doan(" thường", dam=False, nghieng=False))),
        ("*nghiêng*", (Doan("nghiêng", dam=False, nghieng=True),)),
        ("***cả hai***", (Doan("cả hai", dam=True, nghieng=True),)),
        (
            "**đậm *cả hai***",
            (Doan("đậm ", dam=True, nghieng=False), Doan("cả hai", dam=True, nghieng=True)),
        ),
        (r"5 \* 3", (Doan("5 * 3"),)),
        (r"a\\b \n", (Doan(r"a\b \n"),)),
    ],
)
def test_marks(text: str, stretches: tuple[Doan, ...]) -> None:
    assert parse_emphasis(text) == stretches


@pytest.mark.parametrize("text", ["**mở", "*mở", "đóng*", "**lệch*", "****"])
def test_an_open_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_emphasis(text)


@given(st.text())
def test_every_text_can_be_escaped(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("*", "\\*")

    assert plain_text(escaped) == text
