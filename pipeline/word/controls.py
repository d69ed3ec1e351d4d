"""Hold the tags of a Word template to their form, before docxtpl deletes what stands beside them.

docxtpl takes a paragraph or row with a `{%p` or `{%tr` tag away with all that it holds, and joins the paragraphs over
which a tag runs; here such a template is refused, with its own words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.problem import short
from pipeline.word.clean import words_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROW, _CELL, _PARAGRAPH, _TEXT = (f"{_W}{name}" for name in ("tr", "tc", "p", "t"))
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_MARKUP = re.compile(r"<[^<>]*>")
_HALF = re.compile(r"\{[{%#]|[}%#]\}")
_STATEMENT = re.compile(r"\{%(?P<level>p|tr)?(?:\s+|(?=[a-z]))(?P<word>\w+)?")
_LEVEL = re.compile(r"\{[{%#](tr|tc|p|r) ")
_WORDS = ("if", "elif", "else", "endif", "for", "endfor")
_ENDS = {"endif": "if", "elif": "if", "else": "if", "endfor": "for"}
_MORE_THAN_TEXT = tuple(
    f"{_W}{name}" for name in ("sectPr", "drawing", "pict", "fldSimple", "instrText", "object", "footnoteReference")
)


class _Open(NamedTuple):
    """A loop or condition that is not closed yet: its word, how it is written, what it stands in, the tag."""

    word: str
    level: str
    holder: etree._Element
    tag: str


def control_faults(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Find the tags of a part that docxtpl would take for something else: the fault, and the words of the place."""
    for row in root.iter(_ROW):
        text = words_of(row)
        if "{%tr " in text and (not _is_one_tag(text) or _holds_more(row)):
            yield _beside("hàng", "tr", text), text
    open_tags: list[_Open] = []
    for paragraph in root.iter(_PARAGRAPH):
        text = words_of(paragraph)
        if half := _HALF.search(_TAG.sub(" ", text)):
            yield f"`{half[0]}` lẻ: thẻ phải mở và đóng trong cùng một đoạn", text
            continue
        for tag in _TAG.findall(text):
            if fault := _form_fault(tag):
                yield fault, text
        if "{%p " in text and (not _is_one_tag(text) or _holds_more(paragraph)):
            yield _beside("đoạn", "p", text), text
        yield from _pair_faults(paragraph, text, open_tags)
    for each in open_tags:
        yield f"`{short(each.tag)}` không có `end{each.word}`", each.tag


def _is_one_tag(text: str) -> bool:
    tag = _TAG.fullmatch(text)
    return tag is not None and not _HALF.search(text[2:-2])


def _holds_more(element: etree._Element) -> bool:
    """Tell whether a paragraph or row has more than text: a section break, a picture, a field."""
    return next(element.iter(*_MORE_THAN_TEXT), None) is not None


def _beside(what: str, level: str, text: str) -> str:
    words = _TAG.sub(" ", text).strip()
    shown = f"“{short(words)}”" if words else "thứ khác"
    return f"{what} có thẻ {{%{level} … %}} biến mất khi in, nên không được có {shown} bên cạnh"


def _form_fault(tag: str) -> str:
    """Say what is wrong with a tag by itself; empty for a good one."""
    shown = short(tag)
    if tag.startswith("{#"):
        return f"`{shown}` là ghi chú, không in ra: xóa đi"
    if tag.startswith(("{%-", "{{-")) or tag.endswith(("-%}", "-}}")):
        return f"`{shown}`: bỏ dấu gạch trong thẻ, nó xóa chữ ở đoạn bên cạnh"
    level = _LEVEL.match(tag)
    if level and (level[1] == "tc" or (level[1] == "r") == tag.startswith("{%")):
        return f"`{shown}`: chỉ có {{%p … %}}, {{%tr … %}} và {{{{r … }}}}"
    if tag.startswith("{%"):
        statement = _STATEMENT.match(tag)
        if not statement or statement["word"] not in _WORDS:
            return f"không có thẻ `{shown}`; chỉ dùng {', '.join(_WORDS)}"
    return ""


def _pair_faults(paragraph: etree._Element, text: str, open_tags: list[_Open]) -> Iterator[tuple[str, str]]:
    """Find tags that end what another form began, such as `{% for %}` with `{%p endfor %}`."""
    for tag in _TAG.findall(text):
        statement = _STATEMENT.match(tag) if tag.startswith("{%") else None
        if not statement or statement["word"] not in _WORDS:
            continue
        word, level = str(statement["word"]), statement["level"] or ""
        holder = _holder(paragraph, level)
        if word in {"if", "for"}:
            open_tags.append(_Open(word, level, holder, tag))
            continue
        if not open_tags or open_tags[-1].word != _ENDS[word]:
            yield f"`{short(tag)}` không có `{_ENDS[word]}` trước nó", text
            return
        begun = open_tags[-1]
        if begun.level != level:
            yield f"`{short(begun.tag)}` và `{short(tag)}` phải viết cùng dạng (cùng {{%p, {{%tr hoặc {{%)", text
        elif begun.holder is not holder:
            yield f"`{short(begun.tag)}` và `{short(tag)}` không ở cùng một {_PLACES[level]}", text
        if word.startswith("end"):
            open_tags.pop()


_PLACES = {"": "đoạn", "p": "ô bảng hoặc thân văn bản", "tr": "bảng"}


def _holder(paragraph: etree._Element, level: str) -> etree._Element:
    """Give what all tags of a loop or condition must share: the paragraph, what holds it, or the table."""
    if not level:
        return paragraph
    inner = next(paragraph.iterancestors(_ROW), paragraph) if level == "tr" else paragraph
    parent = inner.getparent()
    return inner if parent is None else parent


def lost_words(before: str, after: str) -> str:
    """Give the first words of a part that docxtpl has deleted or moved; empty where it changed tags alone."""
    texts = ["".join(_TAG.sub("", _MARKUP.sub("", xml)).split()) for xml in (before, after)]
    if texts[0] == texts[1]:
        return ""
    at = next((n for n, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1]), min(map(len, texts)))
    return texts[0][at:] or texts[1][at:]
