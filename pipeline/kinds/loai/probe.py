"""Print awkward values with a Word template, and read them back: what is wrong then is the template's own fault.

So a fault of a template is told once, and not for each paper that is made with it.
"""

import functools
from collections.abc import Iterator, Mapping

from pipeline.emphasis import Doan
from pipeline.problem import TemplateError
from pipeline.verify.expected import script_problems
from pipeline.verify.paper import read_paper
from pipeline.word.asked import ELSE, Asked
from pipeline.word.fill import LIBRARY_ERRORS, Template, fill

_AWKWARD = "A & B <w:p> \"kép\" 'đơn' {{ x }} ]]> \t 5 * 3 – " + "rất dài " * 120
_STRETCHES = (
    Doan("thường, "),
    Doan(_AWKWARD, dam=True, nghieng=False),
    Doan(" nghiêng", dam=False, nghieng=True),
    Doan(" cả hai", dam=True, nghieng=True),
    Doan(" đứng", dam=False, nghieng=False),
)
_LONG_ROW = "rat_dai"


def probe_fault(template: Template, content: bytes) -> str:
    """Say what goes wrong when a template prints awkward values; empty where nothing does.

    `content` is the template's file. It prints long texts with signs of XML, every level of rows, and nothing at all.
    """
    return _fault(_Probe(template, content))


class _Probe:
    """A template to be probed; equal to another of the same file and fields, so that each is probed once."""

    def __init__(self, template: Template, content: bytes) -> None:
        self.template, self.content = template, content
        self._key = template.digest, frozenset(template.asked)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Probe) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@functools.lru_cache(maxsize=64)
def _fault(probe: _Probe) -> str:
    for values in _documents(probe.template.asked):
        try:
            paper = read_paper(fill(probe.template, values))
            found = next(script_problems(paper, probe.content, values, ""), None)
        except TemplateError as error:
            return str(error).removeprefix("mẫu Word: ")
        except LIBRARY_ERRORS as error:
            return f"in ra một tệp Word hỏng ({error})"
        if found:
            return found.message
    return ""


def _documents(asked: Mapping[str, Asked]) -> Iterator[Mapping[str, object]]:
    """Give the values of three documents: everything, nothing, and one of each."""
    for full, one in ((True, False), (False, False), (True, True)):
        yield {name: _value(field, full=full, one=one) for name, field in asked.items()}


def _value(field: Asked, *, full: bool, one: bool) -> object:
    if field.looped:
        items = tuple(_items(field)) if full else ()
        return items[:1] if one else items
    if field.parts:
        return {part: _text(part in field.emphasised, full=full) for part in field.parts}
    if not field.printed and not field.emphasised:
        return full  # of a condition
    return _text("" in field.emphasised, full=full)


def _items(field: Asked) -> Iterator[object]:
    """Give items of a list: a long one, an empty one, and one for each text that a part is compared with."""
    if not field.parts:
        is_marked = "" in field.emphasised
        yield from (_text(is_marked, full=full) for full in (True, False, True))
        return
    for full in (True, False):
        yield {part: full if part == _LONG_ROW else _text(part in field.emphasised, full=full) for part in field.parts}
    for choice in sorted(field.choices - {ELSE}):
        yield {
            part: _STRETCHES if part in field.emphasised else False if part == _LONG_ROW else choice
            for part in field.parts
        }


def _text(is_marked: bool, *, full: bool) -> object:  # noqa: FBT001 - what a part is
    if is_marked:
        return _STRETCHES if full else ()
    return _AWKWARD if full else ""
