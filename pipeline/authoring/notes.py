"""Attach the comments and empty lines of a data file to the keys that they belong to.

Positions come from the parser's events. The round-trip loader of ruamel.yaml attaches a comment to the key before it,
so comments would go astray when keys change places.
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
    """A comment or an empty line: its text, its position, and whether it has the line for itself."""

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
    text, points, spans = _scan(data)
    return _attach(list(_notes(text, spans)), points)


def comments(data: bytes) -> list[str]:
    """Give the texts of all comments of a file that loads, sorted."""
    text, _, spans = _scan(data)
    return sorted(note.text for note in _notes(text, spans) if note.text)


def _scan(data: bytes) -> tuple[str, list[tuple[int, Key]], list[tuple[int, int, bool]]]:
    """Read a file that loads: its text, the positions of keys, items and values, and the spans of scalars."""
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
    """Record points and spans of the node that starts with `event`; give its text, empty unless it is a scalar."""
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
        while type(key_event := next(events)).__name__ != "MappingEndEvent":
            count = len(points)
            child = (*key, _walk(key_event, events, key, points, spans))
            points[count:] = [(key_event.start_mark.index, child)]
            _walk(next(events), events, child, points, spans)
    return ""


def _notes(text: str, spans: list[tuple[int, int, bool]]) -> Iterator[_Note]:
    """Find comments and empty lines; outside of scalars, every # starts a comment."""
    scalars = sorted(spans)
    starts = [start for start, _, _ in scalars]
    index = 0
    for line in text.split("\n"):
        at, end = index, index + len(line)
        while at < end:
            position = bisect.bisect_right(starts, at) - 1
            start, stop, is_block = scalars[position] if position >= 0 else (0, 0, False)
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


def _attach(loose_notes: list[_Note], points: list[tuple[int, Key]]) -> Notes:
    """Attach a note on a line of its own to the key, item or value after it, any other to the one before it."""
    notes = no_notes()
    starts = [start for start, _ in points]
    for note in loose_notes:
        following = bisect.bisect_right(starts, note.index)
        if following == 0:
            notes.head.append(note.text)
        elif note.alone and following == len(points):
            notes.foot.append(note.text)
        elif note.alone:
            notes.before[points[following][1]].append(note.text)
        elif points[following - 1][1] in notes.beside:
            notes.before[points[following - 1][1]].append(note.text)
        else:
            notes.beside[points[following - 1][1]] = note.text
    return notes
