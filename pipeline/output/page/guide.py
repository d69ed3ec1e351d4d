"""Make a page of HUONG-DAN.md, the guide for clerks and offices who edit the data."""

import functools
from pathlib import Path

from markdown_it import MarkdownIt

FILE = "huong-dan.html"
_GUIDE = Path(__file__).parents[3] / "HUONG-DAN.md"


@functools.cache
def guide() -> str:
    """Give the guide as HTML without its title; empty when there is no such file.

    Pictures and comments are left out: the page that they show is a click away.
    """
    if not _GUIDE.is_file():
        return ""
    _, _, text = _GUIDE.read_text(encoding="utf-8").partition("\n")
    markdown = MarkdownIt("commonmark").enable("table")
    for kind in ("image", "html_block", "html_inline"):
        markdown.add_render_rule(kind, lambda *_: "")
    return str(markdown.render(text))
