"""Put a data file in its one canonical form; what it says and its comments stay.

Keys in the order of the model, block style, two blanks for a level and none before a list's dashes, texts on one line
and without quotes where that is safe, codes and labels in double quotes, NFC, LF. The form is written here and not by
ruamel's round trip: that hangs comments on the key before them, so they would go astray where keys change places.
"""

import bisect
import collections
import dataclasses
import functools
import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from pipeline.authoring.schema import schema
from pipeline.files import write_atomic
from pipeline.input.load import Tree, load
from pipeline.input.sources import CRITERIA_SET_FILE, read_source
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.problem import Key, Place, Problem

# YAML's indicators; `=` and `<` are words of older readers.
_FIRST_UNSAFE = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
_UNSAFE = re.compile(r": |:$| #|^\s|^\.\.\.|\s$|\n|\t")
# Words that YAML readers take for something else than a text.
_WORDS = re.compile(r"~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan", re.IGNORECASE)
_BLOCK_HEAD = re.compile(r"[|>][-+0-9]*[ ]*(#.*)?")


@dataclasses.dataclass(frozen=True, slots=True)
class _Note:
    """A comment or an empty line: its text, where it is, and whether it has the line for itself."""

    text: str
    index: int
    alone: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Notes:
    """Comments by the key that they belong to: on lines before it, and beside it; the rest at the file's two ends."""

    head: list[str]
    before: collections.defaultdict[Key, list[str]]
    beside: dict[Key, str]
    foot: list[str]


def canonical_file(path: Path, *, write: bool) -> tuple[bool, tuple[Problem, ...]]:
    """Put a file in canonical form, or only look; a file that cannot be read is left alone.

    Returns whether it was in that form before, and what keeps it from being read. Raises UsageError as read_source.
    """
    source = read_source(path)
    kind = BoTieuChi if path.name == CRITERIA_SET_FILE else Commune
    made, problems = canonical(source.content, kind, source.path)
    if write and made is not None and made != source.content:
        write_atomic(path.parent, path.name, made)
    return made == source.content, problems


def canonical(data: bytes, kind: type[BaseModel], path: str) -> tuple[bytes | None, tuple[Problem, ...]]:
    """Give a data file's bytes in canonical form, or None and the problem that keeps it from being read.

    `kind` decides the order of keys; keys that it does not have come last, in their order. That the tree of the result
    is the same, and no comment lost, is checked here: a file where it is not is refused.
    """
    tree, problems = load(data, path)
    if tree is None:
        return None, problems
    text, points, spans = _scanned(data)
    notes = list(_notes(text, spans))
    made = _written(tree, _shape(kind), _placed(notes, points)).encode()
    if not _same(tree, load(made, path)[0]) or _comments(notes) != _comments(_notes(*_scanned(made)[::2])):
        message = "không đưa được về dạng chuẩn mà giữ nguyên nội dung và chú thích"
        return None, (Problem(Place(path, 1, 1), "khong-chuan-hoa-duoc", message, "để nguyên tệp; báo người giữ mã"),)
    return made, ()


@functools.cache
def _shape(kind: type[BaseModel]) -> dict[str, Any]:
    """Give the schema of a kind of file with its references tied to what they name."""
    made = schema(kind)
    parts = made.get("definitions", {})
    for part in (made, *parts.values()):
        for below in part["properties"].values():
            if reference := below.get("items", {}).get("$ref"):
                below["items"] = parts[reference.rpartition("/")[2]]
    return made


def _comments(notes: Iterable[_Note]) -> list[str]:
    return sorted(note.text for note in notes if note.text)


def _same(tree: Tree, other: Tree | None) -> bool:
    """Tell whether two trees say the same: mappings have no order, and only one of them has been read."""
    return other is not None and json.dumps(tree, sort_keys=True) == json.dumps(other, sort_keys=True)


def _scanned(data: bytes) -> tuple[str, list[tuple[int, Key]], list[tuple[int, int, bool]]]:
    """Read a file that loads: its text, where the keys, items and values start, and where scalars start and end."""
    text = unicodedata.normalize("NFC", data.decode("utf-8-sig").replace("\r\n", "\n"))
    points: list[tuple[int, Key]] = []
    spans: list[tuple[int, int, bool]] = []
    events = iter(YAML(typ="base").parse(text))
    for event in itertools.islice(events, 2, None):
        _walk(event, events, (), points, spans)
        break
    return text, points, spans


def _walk(
    event: Any, events: Iterator[Any], key: Key, points: list[tuple[int, Key]], spans: list[tuple[int, int, bool]]
) -> str:
    """Note the node that starts with `event`; give its text, when it has one."""
    kind, start = type(event).__name__, event.start_mark.index
    if kind == "ScalarEvent":
        points.append((start, key))
        spans.append((start, event.end_mark.index, event.style in {"|", ">"}))
        return unicodedata.normalize("NFC", event.value)
    if kind == "SequenceStartEvent":
        for position in itertools.count():
            if type(item := next(events)).__name__ == "SequenceEndEvent":
                break
            points.append((item.start_mark.index, (*key, position)))
            _walk(item, events, (*key, position), points, spans)
    else:
        while type(name := next(events)).__name__ != "MappingEndEvent":
            known = len(points)
            child = (*key, _walk(name, events, key, points, spans))
            points[known:] = [(name.start_mark.index, child)]
            _walk(next(events), events, child, points, spans)
    return ""


def _notes(text: str, spans: list[tuple[int, int, bool]]) -> Iterator[_Note]:
    """Find comments and empty lines: outside of scalars every # starts a comment."""
    covered = sorted(spans)
    starts = [start for start, _, _ in covered]
    index = 0
    for line in text.split("\n"):
        at, end = index, index + len(line)
        while at < end:
            position = bisect.bisect_right(starts, at) - 1
            start, stop, is_block = covered[position] if position >= 0 else (0, 0, False)
            if is_block and at == start and (comment := _BLOCK_HEAD.match(text, at)) and comment[1]:
                yield _Note(comment[1].rstrip(), comment.start(1), alone=False)
            if start <= at < stop:
                at = stop
            elif text[at] == "#":
                yield _Note(text[at:end].rstrip(), at, alone=not text[index:at].strip())
                break
            else:
                at += 1
        if not line.strip():
            yield _Note("", index, alone=True)
        index = end + 1


def _placed(notes: list[_Note], points: list[tuple[int, Key]]) -> _Notes:
    """Hang notes on keys: a note on its own line on the key, item or value after it, another on the one before it."""
    placed = _Notes([], collections.defaultdict(list), {}, [])
    starts = [start for start, _ in points]
    for note in notes:
        following = bisect.bisect_right(starts, note.index)
        if following == 0:
            placed.head.append(note.text)
        elif note.alone and following == len(points):
            placed.foot.append(note.text)
        elif note.alone:
            placed.before[points[following][1]].append(note.text)
        elif points[following - 1][1] in placed.beside:
            placed.before[points[following - 1][1]].append(note.text)
        else:
            placed.beside[points[following - 1][1]] = note.text
    return placed


def _written(tree: Tree, shape: dict[str, Any], notes: _Notes) -> str:
    body = _block(tree, (), shape, notes, "") if tree else ["{}"]
    lines = [line.rstrip() for line in (*notes.head, *body, *notes.foot)]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip("\n") + "\n"


def _block(tree: Tree, key: Key, shape: dict[str, Any], notes: _Notes, pad: str) -> Iterator[str]:
    """Write a mapping or a list that is not empty, every line after `pad`."""
    if isinstance(tree, dict):
        known = [name for name in shape.get("properties", {}) if name in tree]
        for name in (*known, *(name for name in tree if name not in known)):
            below = shape.get("properties", {}).get(name) or shape.get("additionalProperties") or {}
            value, child = tree[name], (*key, name)
            yield from (pad + line for line in notes.before[child])
            yield f"{pad}{scalar(name, {})}:{_beside(value, below, notes.beside.get(child, ''))}"
            if value and not isinstance(value, str):
                yield from _block(value, child, below, notes, pad + "  " * isinstance(value, dict))
    else:
        for position, value in enumerate(tree):
            yield from _item(value, (*key, position), shape.get("items", {}), notes, pad)


def _item(value: Tree, key: Key, shape: dict[str, Any], notes: _Notes, pad: str) -> Iterator[str]:
    """Write an item of a list. Comments of its first key come before the dash, where there is room."""
    yield from (pad + line for line in notes.before[key])
    beside = notes.beside.get(key, "")
    if isinstance(value, str) or not value:
        yield f"{pad}-{_beside(value, shape, beside)}"
        return
    lines = list(_block(value, key, shape, notes, pad + "  "))
    first = next(n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    yield from (pad + line.strip() for line in ([beside] if beside else []))
    yield from (pad + line.strip() for line in lines[:first])
    yield f"{pad}- {lines[first][len(pad) + 2 :]}"
    yield from lines[first + 1 :]


def _beside(value: Tree, shape: dict[str, Any], comment: str) -> str:
    """Give what stands on the line of a key or dash: the value, when it needs one line, and a comment."""
    text = scalar(value, shape) if isinstance(value, str) else "" if value else "{}" if value == {} else "[]"
    return (text and f" {text}") + (comment and f"  {comment}")


def scalar(text: str, shape: dict[str, Any]) -> str:
    """Write a text: plain where that is safe and not a code, else double-quoted, whose escapes are JSON's."""
    is_code = shape.get("type") == "string" and "enum" not in shape and "/" not in shape.get("pattern", "")
    is_flag = shape.get("type") == "boolean" and text in {"true", "false"}
    is_word = not is_flag and _WORDS.fullmatch(text)
    safe = text and text[0] not in _FIRST_UNSAFE and not _UNSAFE.search(text)
    return text if safe and not is_code and not is_word else json.dumps(text, ensure_ascii=False)
