"""Check letters: only those of Vietnamese (no homoglyphs), and one way to place tone marks."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.kinds.van_ban.checks.rule import Finding, TextFile, UnitFile, YearFile
from pipeline.problem import Key
from pipeline.vietnamese import LETTERS

_VIETNAMESE = frozenset(LETTERS)
# Letters of other alphabets that look like Latin ones.
_LOOK_ALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеорсухіѕјԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοvν",
        "ABESIJKMHOPCTXYaeopcyxisjdhABEZHIKMNOPTYXovv",
        strict=True,
    )
)
# What Vietnamese in the old 8-bit encodings looks like when it is read as Western text.
_OLD_ENCODING = frozenset("µ¸¶·¹¨»¾¼½Æ©ÇÊÈËÐÌÎÏÑªÒÖÕÓÔ×ÝØÜÞ®ßäå«æç¬ëîïñøöûüþÄÅÂÃÀÁÙÚÛ§¥¤¦¡¢£")
_ENOUGH = 3
# Open syllables in oa, oe, uy: “hòa, khỏe, thủy” or “hoà, khoẻ, thuỷ”; “quý” is written so in both.
_ON_FIRST = re.compile(r"(?:[òóỏõọ][ae]|[ùúủũụ]y)(?!\w)", re.IGNORECASE)
_ON_SECOND = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)


def letters_are_vietnamese(file: TextFile) -> Iterator[Finding]:
    """Refuse letters that are not Vietnamese: a homoglyph such as the Cyrillic а looks right and is another letter."""
    yield from _letter_problems(file.texts)


def _letter_problems(texts: Iterable[tuple[Key, str]]) -> Iterator[Finding]:
    for key, text in texts:
        letter = next(_foreign_letters(text), "")
        if not letter:
            continue
        letter_name = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
        message = f"“{letter}” ({letter_name}) không phải chữ tiếng Việt, trong “{_excerpt(text, letter)}”"
        if sum(c in _OLD_ENCODING for c in text) >= _ENOUGH:
            hint = "chữ theo bảng mã cũ (TCVN3, VNI): chuyển sang Unicode bằng bộ gõ, ví dụ UniKey, rồi chép lại"
        elif letter in _LOOK_ALIKE:
            hint = f"gõ lại chữ {_LOOK_ALIKE[letter]} bằng bàn phím tiếng Việt"
        else:
            hint = "gõ lại chữ này bằng bàn phím tiếng Việt"
        yield Finding(key, message, hint, letter)


def _foreign_letters(text: str) -> Iterator[str]:
    """Give the letters and marks that Vietnamese does not have, and signs of the old encodings inside words."""
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if letter.isascii() or letter in _VIETNAMESE:
            continue
        in_word = before.isalpha() or after.isalpha()
        if unicodedata.category(letter)[0] in "LM" or (letter in _OLD_ENCODING and in_word):
            yield letter


def _excerpt(text: str, letter: str) -> str:
    position = text.index(letter)
    return text[max(position - 15, 0) : position + 15].strip()


def tone_marks_are_placed_one_way(file: UnitFile) -> Iterator[Finding]:
    """Question tone marks not placed as in the criteria set: either hòa, thủy or hoà, thuỷ in one document."""
    yield from _tone_problems(file.texts, on_first=file.criteria is None or _weight(file.criteria) >= 0)


def common_tone_marks_are_placed_one_way(file: YearFile) -> Iterator[Finding]:
    """Question the rarer way to place tone marks in a criteria set."""
    yield from _tone_problems(file.texts, on_first=_weight(file) >= 0)


@functools.lru_cache(maxsize=8)
def _weight(file: YearFile) -> int:
    """Count the texts of a criteria set that place the mark on the first vowel, less those that do on the second."""
    return sum(bool(_ON_FIRST.search(text)) - bool(_ON_SECOND.search(text)) for _, text in file.texts)


def _tone_problems(texts: Iterable[tuple[Key, str]], *, on_first: bool) -> Iterator[Finding]:
    usual, other = ("hòa, thủy", _ON_SECOND) if on_first else ("hoà, thuỷ", _ON_FIRST)
    for key, text in texts:
        if match := other.search(text):
            word = re.split(r"\W", text[: match.end()])[-1]
            message = f"“{word}” đặt dấu thanh khác các chỗ còn lại của văn bản ({usual})"
            yield Finding(key, message, "dùng một cách trong cả văn bản", word)
