"""Comments and empty lines of a data file, hung on the keys that they belong to.

Places come from the parser's events. ruamel's round trip hangs comments on the key before them, so they would go astray
where keys change places.
"""

import bisect
import collections
import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from pipeline.problem import Key

_BLOCK_HEAD = re.compile(r"[|>][-+0-9]*[ ]*(#.*)?")


@dataclasses.dataclass(frozen=True, slots=True)
class _Note:
    """A comment or an empty line: its text, where it is, and whether it has the line for itself."""

    text: str
    index: int
    alone: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Notes:
    """Comments by the key that they belong to: on lines before it, and beside it; the rest at the file's two ends."""

    head: list[str]
    before: collections.defaultdict[Key, list[str]]
    beside: dict[Key, str]
    foot: list[str]


def no_notes() -> Notes:
    """Give the notes of a file without comments."""
    return Notes([], collections.defaultdict(list), {}, [])


def read_notes(data: bytes) -> Notes:
    """Read the comments of a file that loads."""
    text, points, spans = _scanned(data)
    return _placed(list(_notes(text, spans)), points)


def comments(data: bytes) -> list[str]:
    """Give the texts of all comments of a file that loads, sorted."""
    text, _, spans = _scanned(data)
    return sorted(note.text for note in _notes(text, spans) if note.text)


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


def _placed(notes: list[_Note], points: list[tuple[int, Key]]) -> Notes:
    """Hang notes on keys: a note on its own line on the key, item or value after it, another on the one before it."""
    placed = no_notes()
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
