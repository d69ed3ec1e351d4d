"""Read what the tags of a Word template name and ask: fields, parts of items, conditions on them."""

import re
from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from types import SimpleNamespace

NAME = r"[^\W\d]\w*"
_TOKEN = re.compile(rf"{NAME}(?:\.{NAME})?|\"[^\"\\]*\"|'[^'\\]*'|==|!=|[()]|\S")
_KEYWORDS = frozenset(["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"])
# Word and LibreOffice turn the quotation marks of tags into typographic ones.
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")

Scope = dict[str, object]
"""The values of fields and of loops' items, by name."""
Get = Callable[[Scope], object]


def item_of(value: object) -> object:
    """Return a value whose parts are attributes."""
    return SimpleNamespace(**value) if isinstance(value, Mapping) else value


def value_of(name: str) -> Get:
    """Read the name of a field or item, or of a part of one. Raises ValueError for anything else."""
    if not re.match(NAME, name) or name in _KEYWORDS:
        raise ValueError(f"“{name}” is no field")
    name, _, part = name.partition(".")
    if not part:
        return itemgetter(name)
    get = attrgetter(part)
    return lambda scope: get(scope[name])


def condition_of(text: str) -> Get:
    """Read names, `==`, `!=`, `not`, `and`, `or`, parentheses. Raises ValueError for anything else."""
    tokens = _TOKEN.findall(text.translate(_STRAIGHT))
    condition = _either(tokens)
    if tokens:
        raise ValueError(f"{tokens[0]} in the condition {text}")
    return condition


def _either(tokens: list[str]) -> Get:
    one = _both(tokens)
    if not _took(tokens, "or"):
        return one
    other = _either(tokens)
    return lambda scope: one(scope) or other(scope)


def _both(tokens: list[str]) -> Get:
    one = _compared(tokens)
    if not _took(tokens, "and"):
        return one
    other = _both(tokens)
    return lambda scope: one(scope) and other(scope)


def _compared(tokens: list[str]) -> Get:
    if _took(tokens, "not"):
        denied = _compared(tokens)
        return lambda scope: not denied(scope)
    one = _operand(tokens)
    if _took(tokens, "=="):
        other = _operand(tokens)
        return lambda scope: one(scope) == other(scope)
    if _took(tokens, "!="):
        other = _operand(tokens)
        return lambda scope: one(scope) != other(scope)
    return one


def _operand(tokens: list[str]) -> Get:
    if _took(tokens, "("):
        inner = _either(tokens)
        if not _took(tokens, ")"):
            raise ValueError("a parenthesis is not closed")
        return inner
    token = tokens.pop(0) if tokens else ""
    if len(token) > 1 and token[0] in "'\"":
        constant = token[1:-1]
        return lambda _: constant
    return value_of(token)


def _took(tokens: list[str], word: str) -> bool:
    """Take the next token away if it is this one, and tell whether it was."""
    is_next = tokens[:1] == [word]
    del tokens[: int(is_next)]
    return is_next
