"""Put values into the tree of a unit's file, and keep its comments at what they are about."""

import copy
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from pipeline.authoring.format import write
from pipeline.authoring.notes import Notes, comments, read_notes
from pipeline.forms.layout import DAY, NUMBER, PAPERS
from pipeline.input.load import Tree, load
from pipeline.problem import Key

Changes = Mapping[Key, str]
"""New texts by key; a text that is empty takes the key away where the file can do without it."""


def changed(data: bytes, changes: Changes, order: Sequence[str], model: type[BaseModel]) -> bytes | None:
    """Give the bytes of a unit's file with changes, in canonical form with all comments.

    `order` are the identities in the order of the table: a new value gets its place among them. None when that would
    lose something, which is for an engineer to look at.
    """
    tree = load(data, "")[0]
    if not isinstance(tree, dict):
        return None
    new = with_changes(tree, changes, order)
    notes = read_notes(data)
    _move(notes, list(_keys(tree, ())), set(_keys(new, ())))
    content = write(new, model, notes)
    return content if load(content, "")[0] == new and comments(content) == comments(data) else None


def with_changes(tree: Mapping[str, Tree], changes: Changes, order: Sequence[str]) -> dict[str, Tree]:
    """Give a tree with changes."""
    new: dict[str, Tree] = copy.deepcopy(dict(tree))
    papers = new.get(PAPERS)
    for key, text in changes.items():
        if key[0] == PAPERS:
            papers = new.setdefault(PAPERS, {})
            if isinstance(papers, dict):
                _set_paper(papers, key, text)
            continue
        column, identity = map(str, key)
        values = new.setdefault(column, {})
        if isinstance(values, dict):
            if text:
                new[column] = _inserted(values, identity, text, order)
            else:
                values.pop(identity, None)
    return {key: value for key, value in new.items() if value != {} or tree.get(key) == {}}


def _set_paper(papers: dict[str, Tree], key: Key, text: str) -> None:
    """Set a side of a paper; a new paper gets number and date, both of which it must have."""
    _, kind, side = map(str, key)
    paper = papers.setdefault(kind, {NUMBER: "", DAY: ""})
    if isinstance(paper, dict):
        if text or side in {NUMBER, DAY}:
            paper[side] = text
        else:
            paper.pop(side, None)


def _inserted(values: Mapping[str, Tree], identity: str, text: str, order: Sequence[str]) -> dict[str, Tree]:
    """Put a value into a column: in its old place, else after the last of those that come before it in the table."""
    if identity in values:
        return {**values, identity: text}
    places = {each: number for number, each in enumerate(order)}
    before = [each for each in values if places.get(each, -1) < places.get(identity, len(places))]
    items = list(values.items())
    position = list(values).index(before[-1]) + 1 if before else 0
    return dict([*items[:position], (identity, text), *items[position:]])


def _keys(tree: Tree, above: Key) -> Iterator[Key]:
    """Give the keys of all values in the order of the file."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in parts:
        yield (*above, name)
        yield from _keys(value, (*above, name))


def _move(notes: Notes, old: Sequence[Key], left: set[Key]) -> None:
    """Move the comments of keys that are gone before the next key that is still there, else to the end."""
    loose: list[str] = []
    for key in old:
        if key in left:
            if loose:
                notes.before[key][:0] = loose
                loose = []
            continue
        loose += notes.before.pop(key, [])
        if beside := notes.beside.pop(key, ""):
            loose.append(beside)
    notes.foot[:0] = loose
