"""Run the parse stage: turn a tree of texts into a typed model, or into problems that name keys."""

import difflib
import functools
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.input.load import AT_KEY, Tree
from pipeline.problem import Key, Place, Problem, few, short

Model = TypeVar("Model", bound=BaseModel)

_LOOK = "xem ví dụ có chú thích từng khóa trong data/README.md"
_SHAPES = {
    "string_type": "một dòng chữ",
    "tuple_type": "danh sách, mỗi dòng bắt đầu bằng dấu gạch và dấu cách",
    "dict_type": "các dòng `khóa: giá trị` thụt vào bên dưới",
    "model_type": "các dòng `khóa: giá trị` thụt vào bên dưới",
}


def parse(
    kind: type[Model], tree: Tree, path: str, others: tuple[type[BaseModel], ...] = ()
) -> tuple[Model | None, tuple[Problem, ...]]:
    """Check the names and types of all keys at once and build the model.

    Returns the frozen model, or None and the problems (the first 200), each with the key it is about.
    """
    try:
        return kind.model_validate(tree), ()
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return None, tuple(few(_problem((kind, *others), details, path) for details in errors))


def _problem(kinds: tuple[type[BaseModel], ...], error: ErrorDetails, path: str) -> Problem:
    """Turn one of pydantic's errors into a problem in Vietnamese, by its type; pydantic's English is never shown."""
    key, value, limits = error["loc"], error["input"], error.get("ctx", {})
    if key[-1] == "[key]":  # what pydantic calls a key itself, which does not fit
        *above, _ = key
        message = f"khóa `{short(value)}` không đúng dạng"
        return Problem(Place(path, key=(*above, AT_KEY)), "sai-dang", message, "dùng chữ thường không dấu, gạch nối")
    name, place = short(key[-1]), Place(path, key=key)
    match error["type"]:
        case "extra_forbidden":
            return Problem(Place(path, key=(*key, AT_KEY)), "khoa-la", *_about_unknown(name, *kinds))
        case "missing":
            return Problem(
                Place(path, key=key[:-1]), "thieu-khoa", f"thiếu khóa `{name}`", f"thêm dòng `{name}: …`; {_LOOK}"
            )
        case "string_type" | "tuple_type" | "dict_type" | "model_type" as shape:
            return Problem(place, "sai-kieu", f"`{name}` phải là {_SHAPES[shape]}", _LOOK)
        case "literal_error":
            choices = ", ".join(map(repr, _choices(kinds[0], key)))
            return Problem(place, "gia-tri-la", f"`{name}` là `{short(value)}`", f"chỉ dùng một trong: {choices}")
        case "string_pattern_mismatch":
            mend = 'thay “ ” bằng "' if set(value) & set("“”‘’„") else _LOOK
            return Problem(place, "sai-dang", f"`{name}` là `{short(value)}`, không đúng dạng", mend)
        case "string_too_short" | "too_short":
            after_colon, in_lines = "ghi giá trị sau dấu hai chấm", "ghi mỗi mục một dòng, bắt đầu bằng “- ”"
            mend = after_colon if isinstance(value, str) else in_lines
            return Problem(place, "bo-trong", f"`{name}` để trống", mend)
        case "too_long" | "string_too_long" as limit:
            count, what = (len(value), "chữ") if limit == "string_too_long" else (limits["actual_length"], "mục")
            message = f"`{name}` có {count} {what}, nhiều nhất {limits['max_length']}"
            return Problem(place, "qua-dai", message, "rút ngắn")
        case own_code:
            return Problem(place, own_code, f"`{name}`: {error['msg']}", _LOOK)


def _about_unknown(name: str, kind: type[BaseModel], *others: type[BaseModel]) -> tuple[str, str]:
    """Say of a key that its place does not have: that it belongs elsewhere, is spelled otherwise, or is none."""
    keys = _known_keys(kind)
    if name in keys:
        home = f"đặt dưới `{keys[name]}`, thụt vào hai dấu cách" if keys[name] else "đặt ở đầu dòng, không thụt vào"
        return f"khóa `{name}` không đặt ở đây", f"{home}; {_LOOK}"
    if any(name in _known_keys(other) for other in others):
        return f"khóa `{name}` không đặt ở đây", f"khóa này thuộc tệp khác của năm; bỏ dòng này, {_LOOK}"
    similar_keys = difflib.get_close_matches(name, keys, n=1)
    return f"không có khóa `{name}`", f"có phải `{similar_keys[0]}`?" if similar_keys else _LOOK


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """Give the models that a type names, itself or in its arguments, in Annotated, tuple, dict, or Optional."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for argument in get_args(kind):
        yield from _models(argument)


@functools.cache
def _known_keys(kind: type[BaseModel]) -> Mapping[str, str]:
    """Give the keys of a model and of all models in it, each with the key that it stands under, empty at the root."""
    homes: dict[str, str] = {}
    visited: set[type[BaseModel]] = set()
    queue: list[tuple[type[BaseModel], str]] = [(kind, "")]
    while queue:
        model, home = queue.pop(0)
        if model in visited:
            continue
        visited.add(model)
        for name, field in model.model_fields.items():
            homes.setdefault(name, home)
            queue += [(submodel, name) for submodel in _models(field.annotation)]
    return homes


def _choices(kind: type[BaseModel], key: Key) -> tuple[object, ...]:
    """Give the values that a Literal allows, for a key in a model."""
    *parents, name = (part for part in key if isinstance(part, str))
    for part in parents:
        kind = next(_models(kind.model_fields[part].annotation))
    return get_args(kind.model_fields[name].annotation)
