"""Count labels: I, II; A, B; 1, 2; 1,9, 1,10; a, b, c, d, đ; by the form that a level of the table begins with."""

import re

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
LETTERS = "abcdđeghiklmnopqrstuvxy"
"""The letters that count, in their order (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 6, điểm d)."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_LAST = re.compile(r"(?:.*(?P<separator>[.,]))?(?P<form>[AaIi1])")


def expected_labels(style: str, above: str, number: int) -> tuple[str, ...]:
    """Give the labels that the `number`th row of a level may have; more than one only for capital letters.

    `style` is the label of the level's first row, such as I, 1 or 1,1; of `1,1` the first part is the label `above`.
    """
    match = _LAST.fullmatch(style)
    if match is None:
        raise ValueError(style)
    front = f"{above}{match['separator']}" if match["separator"] else ""
    return tuple(f"{front}{each}" for each in _counted(match["form"], number))


def _counted(form: str, number: int) -> tuple[str, ...]:
    match form:
        case "1":
            return (str(number),)
        case "I":
            return (roman(number),)
        case "i":
            return (roman(number).lower(),)
        case "a":
            return (letter(number),)
        case _:
            # Sections A, B, C … are counted by either alphabet in practice; the decree has no rule for capitals.
            return tuple(dict.fromkeys((letter(number).upper(), _nth(_LATIN, number).upper())))


def letter(number: int) -> str:
    """Give the letter of a count from 1: d is followed by đ, and there is no f, j, w or z; then aa, ab and so on."""
    return _nth(LETTERS, number)


def _nth(letters: str, number: int) -> str:
    """Count in words of these letters, the shorter ones first (bijective numeration)."""
    word = ""
    while number:
        number, position = divmod(number - 1, len(letters))
        word = letters[position] + word
    return word


def roman(number: int) -> str:
    """Write a number from 1 to 3999 in Roman numerals, by taking away the greatest value that fits."""
    numeral = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral
