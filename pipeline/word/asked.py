"""Find which fields a Word template asks for, in which shape and where, so that missing data are named before filling.

The shape follows from the tags alone: `{{ x }}` asks for a text, a loop that prints its item for lines, a loop that
prints parts of its item for items, `{{r x }}` for a text with emphasis.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from jinja2 import nodes
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EMPHASISED = re.compile(r"\{\{r\s+(\w+)(?:\.(\w+))?")
_LOOP = re.compile(r"\{%\w*\s*for\s+(\w+)\s+in\s+(\w+)")
_PART = re.compile(r"cot_[1-9][0-9]?")
_TAG = re.compile(r"\{[{%].*?[%}]\}")
_CONTROL = re.compile(r"\{%.*?%\}")
_QUOTED = re.compile("[\"'“”‘’][^\"'“”‘’]*[\"'“”‘’]")
_NAME = re.compile(r"([^\W\d]\w*)(?:\.(\w+))?")
_OWN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ENGINE = frozenset({"self", "loop", "caller", "varargs", "kwargs"})
"""Names that jinja2 gives a meaning of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """How a template asks for a field: looped over or not, with which parts, which of these with emphasis.

    `words` are those of the first paragraph that names it. An empty name in `emphasised` stands for the field itself.
    `choices` are the texts that a part of the item is compared with: for others, the template prints nothing.
    """

    words: str
    looped: bool = False
    parts: frozenset[str] = frozenset()
    emphasised: frozenset[str] = frozenset()
    printed: bool = False
    choices: frozenset[str] = frozenset()
    part_words: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def is_askable(self, name: str) -> bool:
        """Tell whether data can have this field: names of their form, and parts only of what is looped over."""
        names_fit = all(_OWN.fullmatch(each) for each in (name, *self.parts))
        return names_fit and name not in _ENGINE and (self.looped or not self.parts)


ELSE = "\0"
"""Stands among choices for all others: a condition about the item has an else."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fields:
    """What the code gives to a template: the names of fields, and of those that are items the names of their parts.

    A template of an `is_open` kind may name other fields, too: these are asked of the data. Parts named by a column's
    place, such as cot_3, are any number. Rows of the items `may_break` break over a page where their part `rat_dai` is
    true, and stay with the next row where `la_tieu_de` is.
    """

    names: frozenset[str]
    items: tuple[tuple[str, frozenset[str]], ...] = ()
    is_open: bool = False
    may_break: str = ""

    def unknown(self, asked: Mapping[str, Asked]) -> Iterator[tuple[Asked, str]]:
        """Give what a template asks for and is not among these, with the fault in words."""
        items = dict(self.items)
        for name, field in asked.items():
            if name not in self.names and not (self.is_open and field.is_askable(name)):
                yield field, f"không có trường `{name}`"
            allowed = items.get(name, frozenset())
            for part in sorted(field.parts) if name in self.names else ():
                if part not in allowed and not (_PART.fullmatch(part) and "cot_1" in allowed):
                    there = dataclasses.replace(field, words=field.part_words.get(part, field.words))
                    yield there, f"không có trường `{part}` trong `{name}`"


def asked_fields(tree: nodes.Template, root: etree._Element, words: Callable[[int], str]) -> dict[str, Asked]:
    """Give the fields that a part of a template names, by name, in the order of the text.

    `root` is the part as Word holds it, `words` gives the text of a paragraph by its line in the tree.
    """
    fields: dict[str, Asked] = {}
    _visit(tree, {}, fields, words)
    loops: dict[str, str] = {}
    places: dict[tuple[str, str], str] = {}
    for paragraph in root.iter(f"{_W}p"):
        text = "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))
        loops.update(_LOOP.findall(text))
        shown = _CONTROL.sub("", text).strip() or text.strip()
        for name, part in _NAME.findall(_QUOTED.sub("", " ".join(_TAG.findall(text)))):
            for each in ("", part):
                places.setdefault((loops.get(name, name), each), shown)
        for name, part in _EMPHASISED.findall(text):
            field = loops.get(name, name)
            if field in fields:
                fields[field] = dataclasses.replace(fields[field], emphasised=fields[field].emphasised | {part})
    return {name: _placed(name, field, places) for name, field in fields.items()}


def _placed(name: str, field: Asked, places: Mapping[tuple[str, str], str]) -> Asked:
    """Give a field with the words of the very paragraphs that name it: printed, a `{%p` leaves its own."""
    part_words = {part: places.get((name, part), field.words) for part in field.parts}
    return dataclasses.replace(field, words=places.get((name, ""), field.words), part_words=part_words)


def merged(several: Iterable[Mapping[str, Asked]]) -> dict[str, Asked]:
    """Put the fields of several parts together."""
    fields: dict[str, Asked] = {}
    for asked in several:
        for name, field in asked.items():
            _note(fields, name, field)
    return fields


def _visit(node: nodes.Node, items: Mapping[str, str], fields: dict[str, Asked], words: Callable[[int], str]) -> None:
    """Note the fields that a node and those below it name; `items` are the loops around it, field by item."""
    match node:
        case nodes.For(target=nodes.Name(name=item), iter=nodes.Name(name=name)):
            always = frozenset({ELSE} if _prints_always(node, item) else ())
            _note(fields, name, Asked(words(node.lineno), looped=True, choices=always))
            for child in (*node.body, *node.else_):
                _visit(child, {**items, item: name}, fields, words)
            return
        case nodes.Getattr(node=nodes.Name(name=name), attr=part):
            _note(fields, items.get(name, name), Asked(words(node.lineno), parts=frozenset({part})))
            return
        case nodes.Name(name=name) if name not in items:
            _note(fields, name, Asked(words(node.lineno)))
        case nodes.Output(nodes=printed):
            for each in printed:
                if isinstance(each, nodes.Name):
                    _note(fields, items.get(each.name, each.name), Asked(words(each.lineno), printed=True))
        case _:
            _note_choices(node, items, fields, words)
    for child in node.iter_child_nodes():
        _visit(child, items, fields, words)


def _note_choices(
    node: nodes.Node, items: Mapping[str, str], fields: dict[str, Asked], words: Callable[[int], str]
) -> None:
    """Note the texts that a part of an item is compared with; ELSE where other items are printed, too."""
    match node:
        case nodes.Compare(
            expr=nodes.Getattr(node=nodes.Name(name=name)), ops=[nodes.Operand(op=op, expr=nodes.Const(value=value))]
        ):
            choices = frozenset({str(value) if op == "eq" else ELSE})
            _note(fields, items.get(name, name), Asked(words(node.lineno), choices=choices))
        case nodes.If(else_=[_, *_]) | nodes.Not():
            for each in node.find_all(nodes.Getattr):
                if isinstance(each.node, nodes.Name) and (isinstance(node, nodes.Not) or _tests(node, each.node.name)):
                    name = items.get(each.node.name, each.node.name)
                    _note(fields, name, Asked(words(node.lineno), choices=frozenset({ELSE})))
        case _:
            pass


def _tests(node: nodes.Node, item: str) -> bool:
    """Tell whether a condition is about an item."""
    return isinstance(node, nodes.If) and any(
        isinstance(each.node, nodes.Name) and each.node.name == item for each in _getattrs(node.test)
    )


def _getattrs(node: nodes.Node) -> Iterator[nodes.Getattr]:
    if isinstance(node, nodes.Getattr):
        yield node
    yield from node.find_all(nodes.Getattr)


def _prints_always(loop: nodes.For, item: str) -> bool:
    """Tell whether a loop prints its item outside of every condition."""
    outputs = (each for each in loop.body if isinstance(each, nodes.Output))
    return any(
        isinstance(each.node, nodes.Name) and each.node.name == item for out in outputs for each in _getattrs(out)
    )


def _note(fields: dict[str, Asked], name: str, more: Asked) -> None:
    """Put what a template asks of a field together with what is known of it."""
    fields[name] = _together(fields[name], more) if name in fields else more


def _together(one: Asked, other: Asked) -> Asked:
    return Asked(
        one.words,
        one.looped or other.looped,
        one.parts | other.parts,
        one.emphasised | other.emphasised,
        one.printed or other.printed,
        one.choices | other.choices,
        {**other.part_words, **one.part_words},
    )
