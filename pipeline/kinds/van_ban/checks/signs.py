"""Check signs and slips of typing: signs that the font cannot print, digits with letters among them, telex left over.

The signs are those that both Times New Roman and the free fonts with its measures have; another one would be taken from
any font of the machine, or not be printed at all.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.kinds.van_ban.checks.rule import Finding, TextFile, UnitFile
from pipeline.problem import Key
from pipeline.vietnamese import LETTERS

_RANGES = (
    "20-7e a0-ff 2010 2012-2015 2018-201e 2020-2022 2026 2030 2032-2033 2039-203a 2044 2074-2079 207f 2080-2089"
    " 20ab-20ac 2105 2113 2116 2122 2126 212e 2190-2195 2202 2206 220f 2211-2212 2215 2219-221a 221e-221f 2229 222b"
    " 2248 2260-2261 2264-2265 25a0-25a1 25aa-25ab 25b2 25ba 25bc 25ca-25cb 25cf 25e6"
)
_SIGNS = frozenset(
    chr(code)
    for part in _RANGES.split()
    for code in range(int(part.partition("-")[0], 16), int(part.rpartition("-")[2], 16) + 1)
) | frozenset(LETTERS)
_STRANGE = re.compile(f"[^{re.escape(''.join(sorted(_SIGNS)))}]")
_REPLACED = {"\u2011": "-", "\u2043": "-", "\u2023": "-", "\u2713": "x", "\u2714": "x", "\u2610": "\u25a1"}
# A letter O within a number, or at its end: 1O0, 5O; not before a name such as O2.
_O_AMONG_DIGITS = re.compile(r"(?<!\w)\d+[.,]?\d*[Oo](?:[\dOo.,]*)(?!\w)|(?<!\w)[Oo][.,]\d+(?!\w)")
# What telex leaves when the Vietnamese keyboard is off: a doubled vowel or w, and the letter of a tone mark at the end.
_TELEX = re.compile(
    r"(?<![\w.@/-])[A-Za-zĐđ]*(?:aa|ee|oo|aw|ow|uw|dd)[a-z]*(?:ng|nh|ch|[cmnptiuoay])?[fsrxj](?![\w.@/-])"
)
_LONGEST_SYLLABLE = 9


def signs_can_be_printed(file: TextFile) -> Iterator[Finding]:
    """Refuse a sign that the font of the document does not have."""
    yield from _strange_signs(file.texts)


def _strange_signs(texts: Iterable[tuple[Key, str]]) -> Iterator[Finding]:
    for key, text in texts:
        sign = next((match[0] for match in _STRANGE.finditer(text) if not _is_letter(match[0])), "")
        if sign:
            name = f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
            plain = _REPLACED.get(sign) or unicodedata.normalize("NFKC", sign)
            fits = plain != sign and all(each in _SIGNS for each in plain)
            hint = f"thay bằng “{plain}”" if fits else "bỏ ký hiệu này, hoặc viết bằng chữ"
            yield Finding(key, f"“{sign}” ({name}) không có trong phông chữ của văn bản", hint, sign)


def _is_letter(sign: str) -> bool:
    """Tell whether another rule speaks of a sign: letters that are not Vietnamese, and marks."""
    return unicodedata.category(sign)[0] in "LM"


def digits_are_digits(file: UnitFile) -> Iterator[Finding]:
    """Question a letter O among digits."""
    for key, text in file.texts:
        if match := _O_AMONG_DIGITS.search(text):
            right = match[0].replace("O", "0").replace("o", "0")
            yield Finding(key, f"“{match[0]}” có chữ O trong số", f"nếu là số không thì ghi {right}", match[0])


def telex_is_not_left_over(file: UnitFile) -> Iterator[Finding]:
    """Question a word that looks like Vietnamese typed by telex with the keyboard switched off."""
    for key, text in file.texts:
        for match in _TELEX.finditer(text):
            if len(match[0]) <= _LONGEST_SYLLABLE:
                yield Finding(key, f"“{match[0]}” giống chữ gõ telex chưa thành dấu", "gõ lại từ này có dấu", match[0])
                break
