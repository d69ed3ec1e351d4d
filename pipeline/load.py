"""The load stage: bytes of a YAML file to a tree of texts, or to problems with their places."""

import codecs
import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.problem import Key, Place, Problem, Severity

Tree = str | list["Tree"] | dict[str, "Tree"]
"""YAML's failsafe schema: every scalar is text, so that `1.100`, `1,10` and `15139` stay as typed."""

AT_KEY = "\0"
"""Ends the key of a problem that is about the key itself and not about its value."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24

# Control, zero-width, bidirectional and non-characters: invisible in an editor, or not allowed in XML 1.0 (§2.2).
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
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


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """Carries the first problem out of the recursive reader."""

    def __init__(self, code: str, message: str, hint: str, mark: Any) -> None:
        super().__init__(message)
        self.problem = Problem(Place("", mark.line + 1, mark.column + 1), code, message, hint)


def load(data: bytes, path: str) -> tuple[Tree | None, tuple[Problem, ...]]:
    """Read one YAML document strictly.

    Returns the tree, texts in NFC, and warnings about the file's letters; or None and the problem that stopped the
    reading. Refused: files over 256 KiB, other encodings than UTF-8, unprintable characters, repeated keys, anchors,
    aliases, tags, several documents, nesting over 24 levels. YAML null is refused because it would print as the word.
    """
    tree, problems, _ = _read(data, path)
    return tree, problems


def locate(data: bytes, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Give problems the text of their line and, where they know only their key, its line and column.

    The file is read once more. A key that is not in it takes the place of the nearest one above it that is.
    """
    marks = _read(data, "")[2]
    text = _decoded(data, "")
    lines = text.split("\n") if isinstance(text, str) else []
    return tuple(dataclasses.replace(problem, place=_placed(problem.place, marks, lines)) for problem in problems)


def _placed(place: Place, marks: dict[Key, tuple[int, int]], lines: Sequence[str]) -> Place:
    line, column = place.line, place.column
    if not line:
        key = place.key
        while key not in marks and key:
            key = key[:-1]
        line, column = marks.get(key, (1, 1))
    excerpt = lines[line - 1] if line <= len(lines) else ""
    if place.words:
        column = max(column, excerpt.find(place.words, column - 1) + 1)
    excerpt = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", excerpt)
    return dataclasses.replace(place, line=line, column=column, excerpt=excerpt)


def _read(data: bytes, path: str) -> tuple[Tree | None, tuple[Problem, ...], dict[Key, tuple[int, int]]]:
    marks: dict[Key, tuple[int, int]] = {}
    text = _decoded(data, path)
    if isinstance(text, Problem):
        return None, (text,), marks
    if found := _UNPRINTABLE.search(text):
        return (
            None,
            (Problem(_place_in(text, found.start(), path), "ky-tu-la", *_about_character(found.group())),),
            marks,
        )
    try:
        tree = _document(iter(YAML(typ="base").parse(text)), marks)
    except _Refused as refused:
        place = dataclasses.replace(refused.problem.place, path=path)
        return None, (dataclasses.replace(refused.problem, place=place),), marks
    except YAMLError as error:
        mark = isinstance(error, MarkedYAMLError) and (error.problem_mark or error.context_mark)
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path, 1, 1)
        words = error.problem if isinstance(error, MarkedYAMLError) else ""
        message = _YAML_FAULTS.get(words, "không đúng cú pháp YAML")
        hint = "xem lại dấu hai chấm, ngoặc kép và thụt đầu dòng ở dòng này và dòng trên; ví dụ đúng: data/README.md"
        return None, (Problem(place, "sai-yaml", message, hint),), marks
    return tree, tuple(_warnings(data, path)), marks


def _decoded(data: bytes, path: str) -> str | Problem:
    """Give the file's text in NFC with plain line ends, or what keeps it from being one."""
    if len(data) > MAX_BYTES:
        message = f"tệp dài hơn giới hạn {MAX_BYTES} byte"
        return Problem(Place(path, 1, 1), "tep-qua-lon", message, "mỗi tệp chỉ chứa dữ liệu của một xã")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        guess = "có vẻ là UTF-16" if utf_16 else "có vẻ là bảng mã cũ: Windows-1258, TCVN3 hoặc VNI"
        message = f"tệp không phải UTF-8 (byte thứ {error.start + 1} là 0x{data[error.start]:02x}); {guess}"
        return Problem(Place(path, line, 1), "sai-bang-ma", message, "mở tệp, chọn Lưu với bảng mã (Encoding) UTF-8")
    return unicodedata.normalize("NFC", text)


def _warnings(data: bytes, path: str) -> Iterator[Problem]:
    """Say what was put right while reading."""
    hint = "chạy `nox -s format`"
    if data.startswith(codecs.BOM_UTF8):
        message = "tệp bắt đầu bằng dấu BOM, đã bỏ qua"
        yield Problem(Place(path, 1, 1), "co-bom", message, hint, Severity.WARNING)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if not unicodedata.is_normalized("NFC", text):
        lines = text.split("\n")
        line = next(number for number, each in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", each))
        column = next(n for n in range(1, len(lines[line - 1])) if _is_apart(lines[line - 1][: n + 1]))
        message = "chữ có dấu rời (Unicode tổ hợp, NFD), đã ghép lại thành chữ dựng sẵn (NFC)"
        yield Problem(Place(path, line, column), "chu-to-hop", message, hint, Severity.WARNING)


def _is_apart(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text)


def _place_in(text: str, position: int, path: str) -> Place:
    return Place(path, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


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
        raise _Refused("tep-rong", "tệp không có dữ liệu", "xem ví dụ trong data/README.md", start.start_mark)
    first = next(events)
    tree = _node(first, events, (), marks)
    next(events)  # document end
    after = next(events)
    if type(after).__name__ != "StreamEndEvent":
        message = "tệp có nhiều tài liệu YAML (dấu ---)"
        raise _Refused("nhieu-tai-lieu", message, "mỗi tệp một tài liệu: bỏ dấu ---", after.start_mark)
    if not isinstance(tree, dict):
        raise _Refused(
            "sai-yaml", "tệp phải gồm các dòng `khóa: giá trị`", "xem ví dụ trong data/README.md", first.start_mark
        )
    return tree


def _node(event: Any, events: Iterator[Any], key: Key, marks: dict[Key, tuple[int, int]]) -> Tree:
    """Build the value that starts with `event`; every mapping entry and list item leaves its mark."""
    kind = type(event).__name__
    if kind == "AliasEvent" or event.anchor is not None:
        message = "không dùng neo & và bí danh * của YAML"
        raise _Refused("neo-yaml", message, "viết giá trị trong ngoặc kép", event.start_mark)
    if event.tag is not None:
        message = f"không dùng thẻ YAML ({event.tag})"
        raise _Refused("the-yaml", message, "viết giá trị trong ngoặc kép", event.start_mark)
    if kind == "ScalarEvent":
        if event.value:
            marks[key] = _at(event)
        return _scalar(event)
    if len(key) >= MAX_DEPTH:
        message = f"dữ liệu lồng quá {MAX_DEPTH} cấp"
        raise _Refused("qua-sau", message, "xem ví dụ trong data/README.md", event.start_mark)
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
            raise _Refused("sai-yaml", "khóa phải là chữ", "xem ví dụ trong data/README.md", event.start_mark)
        if name in mapping:
            message = f"khóa `{name}` có hai lần, lần đầu ở dòng {marks[*key, name, AT_KEY][0]}"
            raise _Refused("khoa-lap-lai", message, "bỏ một trong hai", event.start_mark)
        marks[*key, name] = marks[*key, name, AT_KEY] = _at(event)
        mapping[name] = _node(next(events), events, (*key, name), marks)
    return mapping


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> str:
    value = cast("str", event.value)
    if found := _UNPRINTABLE_IN_VALUE.search(value):
        raise _Refused("ky-tu-la", *_about_character(found.group()), event.start_mark)
    if value in _NULLS and not event.style:
        raise _Refused("gia-tri-null", f"giá trị `{value}`", "để trống sau dấu hai chấm", event.start_mark)
    # Escapes of double-quoted scalars can bring combining marks in after the file was normalised.
    return unicodedata.normalize("NFC", value)
