"""Put a kind's own fields into words: braces filled in, outlines numbered, emphasis parsed."""

import collections
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from pipeline.emphasis import parse_emphasis, plain_text
from pipeline.input.load import Tree
from pipeline.kinds.bang_tieu_chi.labels import letter, roman
from pipeline.kinds.noi_dung.shapes import BRACES, shape_asked
from pipeline.word.asked import Asked

_BELOW = {"I": ("1", "a"), "1": ("a",), "dieu": ("1", "a")}
"""Levels whose count begins anew after an item of a level."""


MOST_LETTERS = 1_000_000
"""The most letters of a paper's own texts once the names in braces are replaced: hostile data could fill the memory."""


class TooLongError(ValueError):
    """The texts of a paper would be longer than any paper is."""


def filled_in(text: str, plain: Mapping[str, str]) -> str:
    """Replace names in braces by their values; an unknown name stays as it is (unknown_names tells of it).

    Raises TooLongError when the text would be too long.
    """
    if "{" not in text:
        return text
    if _length(text, plain) > MOST_LETTERS:
        raise TooLongError(len(text))
    return BRACES.sub(lambda match: plain.get(match[1], match[0]), text)


def unknown_names(texts: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Give the names in braces, within texts, that stand for nothing."""
    for text in texts:
        yield from (match[1] for match in BRACES.finditer(text) if match[1] not in known)


def own_fields(values: Mapping[str, Tree], asked: Mapping[str, Asked], plain: Mapping[str, str]) -> dict[str, object]:
    """Give the fields of a template that no code provides, as it prints them; the values have the right shapes.

    Raises TooLongError when they would be too long.
    """
    fields: dict[str, object] = {}
    length = 0
    for name in asked:
        if name in values:
            length += sum(_length(text, plain) for text in printed_texts(values[name]))
            if length > MOST_LETTERS:
                raise TooLongError(length)
            fields[name] = _printed(values[name], asked[name], plain)
    return fields


def _length(text: str, plain: Mapping[str, str]) -> int:
    """Count the letters that a text will have."""
    return len(text) + sum(len(plain.get(name, "")) for name in BRACES.findall(text))


def _printed(value: Tree, field: Asked, plain: Mapping[str, str]) -> object:
    match value:
        case str():
            text = filled_in(value, plain)
            return parse_emphasis(text) if "" in field.emphasised else text
        case list() if shape_asked(field) == "outline":
            return tuple(_outline(value, plain))
        case list():
            return tuple(
                filled_in(each, plain) if isinstance(each, str) else _row(each, field, plain) for each in value
            )
        case _:
            raise TypeError(value)


def _row(row: Tree, field: Asked, plain: Mapping[str, str]) -> Mapping[str, object]:
    texts = {part: filled_in(str(text), plain) for part, text in row.items()} if isinstance(row, dict) else {}
    return MappingProxyType(
        {part: parse_emphasis(text) if part in field.emphasised else text for part, text in texts.items()}
    )


def _outline(items: Iterable[Tree], plain: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
    """Number an outline: I. / 1. / a), Điều 1.; headings with a Roman number are in capitals.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 6, điểm d and đ.
    """
    counts: collections.Counter[str] = collections.Counter()
    for item in items:
        for level, text in item.items() if isinstance(item, dict) else ():
            counts[level] += 1
            for below in _BELOW.get(level, ()):
                counts[below] = 0
            words = filled_in(str(text), plain)
            chu = parse_emphasis(words.upper() if level == "I" else words)
            yield MappingProxyType({"cap": level, "ky_hieu": _label(level, counts[level]), "chu": chu})


def _label(level: str, number: int) -> str:
    match level:
        case "I":
            return f"{roman(number)}."
        case "1":
            return f"{number}."
        case "a":
            return f"{letter(number)})"
        case "dieu":
            return f"Điều {number}."
        case "gach":
            return "-"
        case _:
            return ""


def printed_texts(value: Tree) -> Iterator[str]:
    """Give every text of a value, without marks of emphasis."""
    match value:
        case str():
            try:
                yield plain_text(value)
            except ValueError:
                yield value
        case list():
            for each in value:
                yield from printed_texts(each)
        case dict():
            for each in value.values():
                yield from printed_texts(each)
