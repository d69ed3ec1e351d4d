"""Run the load stage: turn the bytes of a YAML file into a tree of texts, or into problems with their places."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.input.decode import ABOUT_CROWDS, crowd, decoded, place_in, put_right
from pipeline.input.slips import conflict, scalar_slips, syntax_slip
from pipeline.problem import Key, Place, Problem, short

Tree = str | list["Tree"] | dict[str, "Tree"]
"""YAML's failsafe schema: every scalar is text, so that `1.100`, `1,10` and `15139` stay as typed."""

AT_KEY = "\0"
"""Ends the key of a problem that is about the key itself and not about its value."""

MAX_DEPTH = 24

# Control, zero-width, bidirectional and non-characters: invisible in an editor, or not allowed in XML 1.0 (§2.2).
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)
_UNPRINTABLE_IN_VALUE = re.compile(f"{_UNPRINTABLE.pattern[:-1]}\n]")
# libyaml's own words for the mistakes that people make.
_YAML_FAULTS = {
    "did not find expected alphabetic or numeric character": "giá trị bắt đầu bằng * hoặc & phải đặt trong ngoặc kép",
    "found unexpected end of stream": "ngoặc kép mở mà không đóng",
    "mapping values are not allowed in this context": "có dấu hai chấm trong giá trị, hoặc thụt đầu dòng sai",
    "did not find expected key": "thụt đầu dòng không khớp các dòng trên, hoặc ngoặc kép chưa đóng đúng chỗ",
    "could not find expected ':'": "thiếu dấu hai chấm sau khóa",
    "found character that cannot start any token": "giá trị bắt đầu bằng ký tự đặc biệt phải đặt trong ngoặc kép",
    "block sequence entries are not allowed in this context": "dấu gạch đầu dòng không đúng chỗ",
    "did not find expected '-' indicator": "các dòng của danh sách không thẳng hàng",
}
_NULLS = frozenset({"~", "null", "Null", "NULL"})


class _Refusal(Exception):  # noqa: N818 - never leaves this module
    """Carries the first problem out of the recursive reader."""

    def __init__(self, code: str, message: str, hint: str, mark: Any) -> None:
        super().__init__(message)
        self.problem = Problem(Place("", mark.line + 1, mark.column + 1), code, message, hint)


def load(data: bytes, path: str) -> tuple[Tree | None, tuple[Problem, ...]]:
    """Read one YAML document strictly.

    Returns the tree, texts in NFC, and warnings about the file's letters; or None and the problem that stopped the
    reading. Refused: files over 256 KiB, other encodings than UTF-8, unprintable characters, repeated keys, tags,
    several documents, nesting over 24 levels, anchors and aliases (by which a small file grows without bound, the
    “billion laughs” attack), and YAML null, because it would print as that word.
    """
    tree, problems, _ = _read(data, path)
    return tree, problems


def locate(data: bytes, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Add to problems the text of their line and, where they know only their key, its line and column.

    The file is read once more. A key that is missing from it gets the place of its nearest parent that is there.
    """
    marks = _read(data, "")[2]
    text = decoded(data, "")
    lines = text.split("\n") if isinstance(text, str) else []
    return tuple(dataclasses.replace(problem, place=_add_position(problem.place, marks, lines)) for problem in problems)


def _add_position(place: Place, marks: dict[Key, tuple[int, int]], lines: Sequence[str]) -> Place:
    """Give a place with its line, column and excerpt."""
    line, column = place.line, place.column
    if not line:
        key = place.key
        while key not in marks and key:
            key = key[:-1]
        line, column = marks.get(key, (1, 1))
    line = min(line, len(lines) or line)  # the parser may see the end of a file on the line after its last
    excerpt = lines[line - 1] if line <= len(lines) else ""
    if place.words:
        column = max(column, excerpt.find(place.words, column - 1) + 1)
    excerpt = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", excerpt)
    return dataclasses.replace(place, line=line, column=column, excerpt=excerpt)


def _read(data: bytes, path: str) -> tuple[Tree | None, tuple[Problem, ...], dict[Key, tuple[int, int]]]:
    """Read one document: its tree or None, its problems, and the line and column of every key met."""
    marks: dict[Key, tuple[int, int]] = {}
    text = decoded(data, path)
    if isinstance(text, Problem):
        return None, (text,), marks
    if character_match := _UNPRINTABLE.search(text):
        place = place_in(text, character_match.start(), path)
        return None, (Problem(place, "ky-tu-la", *_about_character(character_match.group())),), marks
    if marker := conflict(text, path):
        return None, (marker,), marks
    scalars: list[Any] = []
    try:
        tree = _document(_noting(YAML(typ="base").parse(text), scalars), marks)
    except _Refusal as refusal:
        place = dataclasses.replace(refusal.problem.place, path=path)
        return None, (dataclasses.replace(refusal.problem, place=place),), marks
    except YAMLError as error:
        return None, (syntax_slip(error, text.split("\n"), path) or _syntax_fault(error, path),), marks
    lines = text.split("\n")
    slips = (slip for scalar in scalars for slip in scalar_slips(scalar, lines, path))
    return tree, (*put_right(data, path), *slips), marks


def _noting(events: Iterator[Any], scalars: list[Any]) -> Iterator[Any]:
    """Pass events through and keep those of scalars."""
    for event in events:
        if type(event).__name__ == "ScalarEvent":
            scalars.append(event)
        yield event


def _syntax_fault(error: YAMLError, path: str) -> Problem:
    """Say in Vietnamese what the parser says, at its place."""
    mark = isinstance(error, MarkedYAMLError) and (error.problem_mark or error.context_mark)
    place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path, 1, 1)
    words = error.problem if isinstance(error, MarkedYAMLError) else ""
    message = _YAML_FAULTS.get(words, "không đúng cú pháp YAML")
    hint = "xem lại dấu hai chấm, ngoặc kép và thụt đầu dòng ở dòng này và dòng trên; ví dụ đúng: data/README.md"
    return Problem(place, "sai-yaml", message, hint)


def _about_character(character: str) -> tuple[str, str]:
    if character == "\t":
        return "có dấu tab", "thay dấu tab bằng dấu cách"
    if character == "\n":
        return "có dấu xuống dòng trong một giá trị", "viết giá trị trên một dòng, hoặc dùng >- để nối các dòng"
    return f"có ký tự không in được U+{ord(character):04X}", "xóa ký tự này (thường do sao chép từ trang web hoặc PDF)"


def _document(events: Iterator[Any], marks: dict[Key, tuple[int, int]]) -> Tree:
    next(events)  # stream start
    start = next(events)
    if type(start).__name__ == "StreamEndEvent":
        raise _Refusal("tep-rong", "tệp không có dữ liệu", "xem ví dụ trong data/README.md", start.start_mark)
    root_event = next(events)
    tree = _node(root_event, events, (), marks)
    next(events)  # document end
    next_event = next(events)
    if type(next_event).__name__ != "StreamEndEvent":
        message = "tệp có nhiều tài liệu YAML (dấu ---)"
        raise _Refusal("nhieu-tai-lieu", message, "mỗi tệp một tài liệu: bỏ dấu ---", next_event.start_mark)
    if not isinstance(tree, dict):
        raise _Refusal(
            "sai-yaml", "tệp phải gồm các dòng `khóa: giá trị`", "xem ví dụ trong data/README.md", root_event.start_mark
        )
    return tree


def _node(event: Any, events: Iterator[Any], key: Key, marks: dict[Key, tuple[int, int]]) -> Tree:
    """Build the value that starts with `event`; put the position of every mapping entry and list item into `marks`."""
    kind = type(event).__name__
    if kind == "AliasEvent" or event.anchor is not None:
        message = "không dùng neo & và bí danh * của YAML"
        raise _Refusal("neo-yaml", message, "viết giá trị trong ngoặc kép", event.start_mark)
    if event.tag is not None:
        message = f"không dùng thẻ YAML ({short(event.tag)})"
        raise _Refusal("the-yaml", message, "viết giá trị trong ngoặc kép", event.start_mark)
    if kind == "ScalarEvent":
        if event.value:
            marks[key] = _at(event)
        return _scalar(event)
    if len(key) >= MAX_DEPTH:
        message = f"dữ liệu lồng quá {MAX_DEPTH} cấp"
        raise _Refusal("qua-sau", message, "xem ví dụ trong data/README.md", event.start_mark)
    if kind == "SequenceStartEvent":
        return _sequence(events, key, marks)
    return _mapping(events, key, marks)


def _sequence(events: Iterator[Any], key: Key, marks: dict[Key, tuple[int, int]]) -> list[Tree]:
    items: list[Tree] = []
    while type(event := next(events)).__name__ != "SequenceEndEvent":
        marks[*key, len(items)] = _at(event)
        items.append(_node(event, events, (*key, len(items)), marks))
    return items


def _mapping(events: Iterator[Any], key: Key, marks: dict[Key, tuple[int, int]]) -> dict[str, Tree]:
    mapping: dict[str, Tree] = {}
    while type(event := next(events)).__name__ != "MappingEndEvent":
        name = _node(event, events, (*key, AT_KEY), {})
        if not isinstance(name, str):
            raise _Refusal("sai-yaml", "khóa phải là chữ", "xem ví dụ trong data/README.md", event.start_mark)
        if name in mapping:
            message = f"khóa `{short(name)}` có hai lần, lần đầu ở dòng {marks[*key, name, AT_KEY][0]}"
            raise _Refusal("khoa-lap-lai", message, "bỏ một trong hai", event.start_mark)
        marks[*key, name] = marks[*key, name, AT_KEY] = _at(event)
        mapping[name] = _node(next(events), events, (*key, name), marks)
    return mapping


def _at(event: Any) -> tuple[int, int]:
    """Give an event's line and column, from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> str:
    value = cast("str", event.value)
    if character_match := _UNPRINTABLE_IN_VALUE.search(value):
        if character_match.group() == "\n" and event.style == ">":
            message, hint = "có dòng trống trong giá trị viết bằng >-", "bỏ dòng trống bên trong giá trị này"
            raise _Refusal("ky-tu-la", message, hint, event.start_mark)
        raise _Refusal("ky-tu-la", *_about_character(character_match.group()), event.start_mark)
    if value in _NULLS and not event.style:
        raise _Refusal("gia-tri-null", f"giá trị `{value}`", "để trống sau dấu hai chấm", event.start_mark)
    # Escapes of double-quoted scalars can bring combining marks in after the file was normalised.
    if crowd(value):
        raise _Refusal("qua-nhieu-dau", *ABOUT_CROWDS, event.start_mark)
    return unicodedata.normalize("NFC", value)
