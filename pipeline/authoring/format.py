"""Put a data file in its one canonical form; what it says and its comments stay.

Keys in the order of the model, block style, two blanks for a level and none before a list's dashes, texts on one line
and without quotes where that is safe, codes and labels in double quotes, NFC, LF. Everything that writes a data file
writes it by `write`.
"""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.authoring.notes import Notes, comments, read_notes
from pipeline.authoring.schema import schema
from pipeline.files import write_atomic
from pipeline.input.load import Tree, load
from pipeline.input.sources import CRITERIA_SET_FILE, read_source
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.van_ban.model import QUOTED
from pipeline.problem import Key, Place, Problem

# YAML's indicators; `=` and `<` are words of older readers.
_FIRST_UNSAFE = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
_UNSAFE = re.compile(r": |:$| #|^\s|^\.\.\.|\s$|\n|\t")
# Words that YAML readers take for something else than a text.
_WORDS = re.compile(r"~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan", re.IGNORECASE)


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
    made = write(tree, kind, read_notes(data))
    if not _same(tree, load(made, path)[0]) or comments(data) != comments(made):
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


def _same(tree: Tree, other: Tree | None) -> bool:
    """Tell whether two trees say the same: mappings have no order, and only one of them has been read."""
    return other is not None and json.dumps(tree, sort_keys=True) == json.dumps(other, sort_keys=True)


def write(tree: Tree, kind: type[BaseModel], notes: Notes) -> bytes:
    """Write a tree in canonical form; `kind` decides the order of keys, keys that it does not have come last."""
    body = _block(tree, (), _shape(kind), notes, "") if tree else ["{}"]
    lines = [line.rstrip() for line in (*notes.head, *body, *notes.foot)]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return ("\n".join(kept).strip("\n") + "\n").encode()


def _block(tree: Tree, key: Key, shape: dict[str, Any], notes: Notes, pad: str) -> Iterator[str]:
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


def _item(value: Tree, key: Key, shape: dict[str, Any], notes: Notes, pad: str) -> Iterator[str]:
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
    is_code = bool(shape.get(QUOTED))
    is_flag = shape.get("type") == "boolean" and text in {"true", "false"}
    is_word = not is_flag and _WORDS.fullmatch(text)
    safe = text and text[0] not in _FIRST_UNSAFE and not _UNSAFE.search(text)
    return text if safe and not is_code and not is_word else json.dumps(text, ensure_ascii=False)
