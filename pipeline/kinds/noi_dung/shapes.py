"""Tell the shapes of a template's own fields apart, and check that the data have what it asks for, in that shape."""

import difflib
import re
from collections.abc import Iterator, Mapping

from pipeline.emphasis import parse_emphasis
from pipeline.input.load import AT_KEY, Tree
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.problem import Key, short
from pipeline.word.asked import ELSE, Asked

LEVELS = ("I", "1", "a", "dieu", "doan", "gach")
"""The keys of an outline's items: headings I. / 1. / a), Điều, a paragraph, an item after a dash."""
OUTLINE_PARTS = frozenset({"cap", "ky_hieu", "chu"})
BRACES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A field's name in braces within a text of the data; its value is printed there."""

_SHAPE_WORDS = {
    "text": "một đoạn chữ",
    "lines": "danh sách, mỗi mục một dòng bắt đầu bằng “- ”",
    "outline": f"danh sách các dòng “- I: …”, “- 1: …”, “- doan: …” (khóa: {', '.join(LEVELS)})",
    "rows": "danh sách các hàng, mỗi hàng có",
}


def shape_asked(field: Asked) -> str:
    """Give the shape in which a template asks for a field: text, lines, outline or rows."""
    if field.looped and field.parts:
        return "outline" if "chu" in field.parts and field.parts <= OUTLINE_PARTS else "rows"
    return "lines" if field.looped else "text"


def unasked(values: Mapping[str, Tree], asked: Mapping[str, Asked], template: str) -> Iterator[Finding]:
    """Find values that no template prints; `template` is its file's name."""
    for name in values:
        if name not in asked:
            near = difflib.get_close_matches(name, asked, n=1)
            hint = f"có phải `{near[0]}`?" if near else "bỏ dòng này, hoặc thêm trường ấy vào mẫu Word"
            yield Finding((name, AT_KEY), f"mẫu `{template}` không in trường `{name}`", hint)


def missing(values: Mapping[str, Tree], asked: Mapping[str, Asked], template: str) -> Iterator[Finding]:
    """Find fields that a template prints and the data do not have, with the words of the template around them."""
    for name, field in asked.items():
        if name not in values:
            message = f"thiếu `{name}` mà mẫu `{template}` in ở đoạn “{short(field.words)}”"
            hint = f"thêm `{name}: …` dưới `noi_dung`, ở tệp này hoặc tệp của loại văn bản; hoặc sửa tên trong mẫu"
            yield Finding((AT_KEY,), message, hint)


def misshapen(values: Mapping[str, Tree], asked: Mapping[str, Asked]) -> Iterator[Finding]:
    """Find values in another shape than the template prints, and marks of emphasis that it would print as stars."""
    for name, value in values.items():
        if name not in asked:
            continue
        shape = shape_asked(asked[name])
        if not _fits(value, shape, asked[name].parts):
            parts = f" {', '.join(sorted(asked[name].parts))}" if shape == "rows" else ""
            yield Finding((name,), f"`{name}` phải là {_SHAPE_WORDS[shape]}{parts}", "xem docs/them-loai-van-ban.md")
        else:
            yield from _marks(value, (name,), asked[name].emphasised)
            yield from _unprinted(value, name, asked[name])


def _unprinted(value: Tree, name: str, field: Asked) -> Iterator[Finding]:
    """Find items of an outline whose level the template has no paragraph for: they would vanish."""
    if shape_asked(field) != "outline" or not field.choices or ELSE in field.choices:
        return
    for position, item in enumerate(value):
        for level in item if isinstance(item, dict) else ():
            if level not in field.choices:
                message = f"mẫu không có đoạn cho dòng `{level}` của `{name}`"
                hint = (
                    f"dùng một trong: {', '.join(sorted(field.choices & set(LEVELS)))}; hoặc thêm đoạn ấy vào mẫu Word"
                )
                yield Finding((name, position, level, AT_KEY), message, hint)


def _fits(value: Tree, shape: str, parts: frozenset[str]) -> bool:
    match shape:
        case "text":
            return isinstance(value, str)
        case "lines":
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        case "outline":
            return isinstance(value, list) and all(_is_outline_item(each) for each in value)
        case _:
            return isinstance(value, list) and all(
                isinstance(each, dict) and each.keys() == parts and all(isinstance(text, str) for text in each.values())
                for each in value
            )


def _is_outline_item(item: Tree) -> bool:
    return (
        isinstance(item, dict)
        and len(item) == 1
        and next(iter(item)) in LEVELS
        and isinstance(next(iter(item.values())), str)
    )


def _marks(value: Tree, key: Key, emphasised: frozenset[str]) -> Iterator[Finding]:
    """Find unclosed marks, and marks in a field that is printed without emphasis; outlines are printed with it."""
    match value:
        case str():
            part = next((each for each in reversed(key[1:]) if isinstance(each, str)), "")
            may_have = part in emphasised or part in LEVELS
            try:
                has_face = any(stretch.dam is not None for stretch in parse_emphasis(value))
            except ValueError:
                if may_have:
                    yield Finding(key, "dấu * nhấn mạnh mở mà không đóng", "đóng dấu, hoặc viết dấu sao thật là \\*")
                return
            if has_face and not may_have:
                message = "mẫu Word in trường này không có kiểu chữ riêng"
                yield Finding(key, message, f"bỏ các dấu *, hoặc ghi {{{{r {key[0]} }}}} trong mẫu")
        case list():
            for position, each in enumerate(value):
                yield from _marks(each, (*key, position), emphasised)
        case dict():
            for name, each in value.items():
                yield from _marks(each, (*key, name), emphasised)
