"""Read the tags of a Word template: fields, and loops and conditions as steps that print what they stand for.

An own reading of the template language of templates/README.md; it shares no code with what fills templates.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from pipeline.verify.conditions import NAME, Get, Scope, condition_of, item_of, value_of
from pipeline.verify.paper import OUTSIDE, Paragraph, Place

_TAG = re.compile(r"\{(?:\{(?P<field>.*?)\}|%(?P<statement>.*?)%)\}", re.DOTALL)
_STRAY = re.compile(r"\{[{%#]|[}%#]\}")
_FIELD = re.compile(rf"(r\s)?\s*({NAME}(?:\.{NAME})?)\s*")
_STATEMENT = re.compile(r"\s*(if|elif|else|endif|for|endfor)\b\s*(.*?)\s*", re.DOTALL)
_LOOP = re.compile(rf"({NAME})\s+in\s+({NAME}(?:\.{NAME})?)")
_BARE = frozenset({"else", "endif", "endfor"})

Spoken = tuple[str, tuple[tuple[str, str], ...]]
"""The text of a paragraph, and that text again as stretches of one face each."""
Say = Callable[[Scope], Spoken]


class Printer:
    """What steps print to: the paragraphs so far, the place of the next; stretches and face of one with conditions."""

    __slots__ = ("face", "paragraphs", "place", "row", "stretches", "table")

    def __init__(self, face: str = "") -> None:
        self.paragraphs: list[Paragraph] = []
        self.place: Place = OUTSIDE
        self.table = self.row = -1
        self.stretches: list[tuple[str, str]] = []
        self.face = face


Step = Callable[[Scope, Printer], None]


class Control(NamedTuple):
    """A tag that begins, parts or ends a loop or condition, and what follows its first word."""

    word: str
    argument: str


class Field(NamedTuple):
    """A tag that prints a value; one of stretches (`{{r … }}`) brings their faces along."""

    get: Get
    of_stretches: bool


class Face(NamedTuple):
    """A change of face."""

    digit: str


Token = Control | Field | Face | str
"""What a paragraph consists of; a str is text of the template itself."""


def tokens_of(text: str, marks: Iterable[tuple[int, Token]] = ()) -> list[Token]:
    """Split the text of a paragraph at its tags, and at marks, which stand at a position of the text.

    A tag that Word has split over runs is whole again where it begins, so marks inside a tag go. Raises ValueError.
    """
    tags = list(_TAG.finditer(text))
    if stray := _STRAY.search(_TAG.sub(" ", text)):
        raise ValueError(f"a stray {stray[0]} in “{text}”")
    kept = [(at, token) for at, token in marks if not any(tag.start() < at < tag.end() for tag in tags)]
    # Marks come first: what begins at the same position stands in their face.
    events: list[tuple[int, int, Token]] = [(at, at, token) for at, token in kept]
    events += [(tag.start(), tag.end(), _token(tag)) for tag in tags]
    tokens: list[Token] = []
    last = 0
    for start, end, token in sorted(events, key=itemgetter(0)):
        tokens += [*filter(None, [text[last:start]]), token]
        last = end
    return [*tokens, *filter(None, [text[last:]])]


def _token(tag: re.Match[str]) -> Token:
    if tag["statement"] is not None:
        return _statement(tag["statement"])
    if not (field := _FIELD.fullmatch(tag["field"])):
        raise ValueError(f"{tag[0]} is no field")
    return Field(value_of(field[2]), bool(field[1]))


def control_of(text: str, level: str) -> Control | None:
    """Return the tag that makes a whole paragraph (`p`) or row (`tr`) vanish; None for one without such a tag.

    Raises ValueError for words beside the tag: they would vanish too.
    """
    if f"{{%{level} " not in text:
        return None
    tag = _TAG.fullmatch(text.strip())
    if tag is None or not tag["statement"] or "%}" in tag["statement"]:
        raise ValueError(f"more than a tag in “{text.strip()}”")
    return _statement(tag["statement"].removeprefix(level))


def _statement(words: str) -> Control:
    match = _STATEMENT.fullmatch(words)
    if not match or (match[1] in _BARE) != (not match[2]):
        raise ValueError(f"{{%{words}%}} is no statement")
    return Control(match[1], match[2])


def steps_of(parts: Iterable[Control | Step]) -> tuple[Step, ...]:
    """Put loops and conditions together, each to one step. Raises ValueError where they do not pair."""
    return _until(iter(parts), ())[0]


def _until(parts: Iterator[Control | Step], ends: tuple[str, ...]) -> tuple[tuple[Step, ...], Control]:
    """Return the steps before one of the tags that end them, and that tag."""
    steps: list[Step] = []
    for part in parts:
        if not isinstance(part, Control):
            steps.append(part)
        elif part.word == "if":
            steps.append(_choice(part, parts))
        elif part.word == "for":
            steps.append(_loop(part, parts))
        elif part.word in ends:
            return tuple(steps), part
        else:
            raise ValueError(f"{part.word} without its beginning")
    if ends:
        raise ValueError(f"no {ends[-1]}")
    return tuple(steps), Control("", "")


def _choice(part: Control, parts: Iterator[Control | Step]) -> Step:
    branches: list[tuple[Get, tuple[Step, ...]]] = []
    while part.word != "endif":
        condition = condition_of(part.argument) if part.argument else _always
        steps, part = _until(parts, ("elif", "else", "endif") if part.argument else ("endif",))
        branches.append((condition, steps))

    def step(scope: Scope, printer: Printer) -> None:
        for condition, steps in branches:
            if condition(scope):
                for each in steps:
                    each(scope, printer)
                return

    return step


def _always(_: Scope) -> object:
    return True


def _loop(part: Control, parts: Iterator[Control | Step]) -> Step:
    match = _LOOP.fullmatch(part.argument)
    if not match:
        raise ValueError(f"{{% for {part.argument} %}} is no loop")
    name, items = match[1], value_of(match[2])
    steps, _ = _until(parts, ("endfor",))

    def step(scope: Scope, printer: Printer) -> None:
        inside = dict(scope)
        values = items(scope)
        if not isinstance(values, Iterable):
            raise TypeError(f"{match[2]} is no list")
        for item in values:
            inside[name] = item_of(item)
            for each in steps:
                each(inside, printer)

    return step
