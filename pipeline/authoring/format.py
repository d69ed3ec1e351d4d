"""Put a data file in its one canonical form; its content and its comments stay.

Keys in the order of the model, block style, two blanks for a level and none before a list's dashes, texts on one line
and without quotes where that is safe, codes and labels in double quotes, NFC, LF. Every data file is written
by `write`.
"""

import difflib
import functools
import itertools
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
from pipeline.input.sources import CRITERIA_SET_FILE, DEFAULTS_FILE, Folders, read_source, year_files
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.year import read_year, year_sources
from pipeline.kinds.van_ban.model import Chung
from pipeline.kinds.van_ban.values import QUOTED
from pipeline.problem import Key, Place, Problem, Severity, has_error, short

_MEND = "không bắt buộc, văn bản vẫn dựng; để máy sửa: `nox -s format`"
_MOST_DIFFERENCES = 20
# YAML's indicators; `=` and `<` are special in YAML 1.1.
_FIRST_UNSAFE = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
_UNSAFE = re.compile(r": |:$| #|^\s|^\.\.\.|\s$|\n|\t")
# Words that a YAML reader takes for null, a boolean or a number.
_WORDS = re.compile(r"~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan", re.IGNORECASE)


def canonical_file(path: Path, folders: Folders, *, write: bool) -> tuple[bool, tuple[Problem, ...]]:
    """Put a file in canonical form or, without `write`, only compare; a file that cannot be read stays as it is.

    Returns whether it was in that form before, and the problems that keep it from being read or, without `write`,
    warnings at what is not in that form. Raises UsageError as read_source does.
    """
    source = read_source(path)
    kind = _model(path, folders)
    content, problems = canonical(source.content, kind, source.path)
    if write and content is not None and content != source.content:
        write_atomic(path.parent, path.name, content, keep_mode=True)
    if not write and content is not None:
        problems = (*problems, *itertools.islice(_differences(source.content, content, source.path), _MOST_DIFFERENCES))
    return content == source.content, problems


def _differences(data: bytes, content: bytes, path: str) -> Iterator[Problem]:
    """Warn at each stretch of lines that is not as in the canonical form."""
    now, wanted = (each.decode("utf-8", "replace").splitlines() for each in (data, content))
    for tag, start, end, first, last in difflib.SequenceMatcher(None, now, wanted).get_opcodes():
        if tag == "equal":
            continue
        old, new = (short(" ".join(" ".join(lines).split())) for lines in (now[start:end], wanted[first:last]))
        message = f"chưa theo dạng chuẩn: `{old}`, dạng chuẩn là `{new}`"
        if old == new:
            message = "chưa theo dạng chuẩn: khác ở khoảng trắng hay dòng trống"
        yield Problem(Place(path, start + 1, 1), "chua-chuan", message, _MEND, Severity.WARNING)
    if data != content and now == wanted:
        yield Problem(Place(path, 1, 1), "chua-chuan", "chưa theo dạng chuẩn: dấu xuống dòng", _MEND, Severity.WARNING)


def _model(path: Path, folders: Folders) -> type[BaseModel]:
    """Give the model of a data file, by its name; of a unit's file the one of its year, with that year's columns."""
    if path.name in {CRITERIA_SET_FILE, DEFAULTS_FILE}:
        return BoTieuChi if path.name == CRITERIA_SET_FILE else Chung
    if path.name[:1].isalpha():
        return LoaiVanBan
    files = year_files(path.parent)
    return read_year(year_sources(folders, files)[0]).unit_model


def canonical(data: bytes, kind: type[BaseModel], path: str) -> tuple[bytes | None, tuple[Problem, ...]]:
    """Give a data file's bytes in canonical form, or None and the problem that keeps it from being read.

    `kind` decides the order of keys; keys that it does not have come last, in their order. The result is read back: a
    file whose tree would change, or that would lose a comment, is refused.
    """
    tree, problems = load(data, path)
    if tree is None or has_error(problems):  # to write a slip in good form would take away what shows it
        return None, problems
    content = write(tree, kind, read_notes(data))
    if content == data:
        return content, ()
    if not _same(tree, load(content, path)[0]) or comments(data) != comments(content):
        message = "không đưa được về dạng chuẩn mà giữ nguyên nội dung và chú thích"
        return None, (Problem(Place(path, 1, 1), "khong-chuan-hoa-duoc", message, "để nguyên tệp; báo người giữ mã"),)
    return content, ()


@functools.cache
def _shape(kind: type[BaseModel]) -> dict[str, Any]:
    """Give the schema of a kind of file with each reference replaced by the very part that it names."""
    shape = schema(kind)
    parts = shape.get("definitions", {})
    for part in (shape, *parts.values()):
        for below in part.get("properties", {}).values():
            if reference := below.get("items", {}).get("$ref"):
                below["items"] = parts[reference.rpartition("/")[2]]
    return shape


def _same(tree: Tree, other: Tree | None) -> bool:
    """Tell whether two trees have the same content; the order of keys in a mapping does not count."""
    return other is not None and json.dumps(tree, sort_keys=True) == json.dumps(other, sort_keys=True)


def write(tree: Tree, kind: type[BaseModel], notes: Notes) -> bytes:
    """Write a tree in canonical form; `kind` decides the order of keys, keys that it does not have come last."""
    body = _block(tree, (), _shape(kind), notes, "") if tree else ["{}"]
    lines = [line.rstrip() for line in (*notes.head, *body, *notes.foot)]
    single_spaced = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return ("\n".join(single_spaced).strip("\n") + "\n").encode()


def _block(tree: Tree, key: Key, shape: dict[str, Any], notes: Notes, pad: str) -> Iterator[str]:
    """Write a mapping or a list that is not empty, every line indented by `pad`."""
    if isinstance(tree, dict):
        in_order = [field for field in shape.get("properties", {}) if field in tree]
        for field in (*in_order, *(field for field in tree if field not in in_order)):
            other = shape.get("additionalProperties")
            below = shape.get("properties", {}).get(field) or (other if isinstance(other, dict) else {})
            value, child = tree[field], (*key, field)
            yield from (pad + line for line in notes.before[child])
            yield f"{pad}{scalar(field, {})}:{_beside(value, below, notes.beside.get(child, ''))}"
            if value and not isinstance(value, str):
                yield from _block(value, child, below, notes, pad + "  " * isinstance(value, dict))
    else:
        for position, value in enumerate(tree):
            yield from _item(value, (*key, position), shape.get("items", {}), notes, pad)


def _item(value: Tree, key: Key, shape: dict[str, Any], notes: Notes, pad: str) -> Iterator[str]:
    """Write an item of a list. Comments of its first key come before the dash, where a line is free for them."""
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
