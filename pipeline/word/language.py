"""Hold a parsed template to the language of templates/README.md: fields, loops over them, conditions, nothing else."""

import re
from collections.abc import Iterator

from jinja2 import nodes

# All that a template may consist of: an allowlist. All else in jinja2 (calls, filters, arithmetic, imports) is code.
_ALLOWED_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or),
)
_UNPRINTABLE_NODES = (nodes.Const, nodes.Compare, nodes.Not, nodes.And, nodes.Or)
_MAX_NESTING = 30


def language_faults(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Give line and fault of everything in a template other than fields, loops over them and conditions."""
    if _depth(tree) > _MAX_NESTING:
        yield 1, f"có thẻ lồng quá {_MAX_NESTING} cấp"
        return
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED_NODES):
            yield node.lineno or 1, f"mẫu chỉ dùng trường, for và if; không dùng {type(node).__name__}"
        elif isinstance(node, nodes.Getattr) and not isinstance(node.node, nodes.Name):
            yield node.lineno, f"không có trường `{node.attr}`"
        elif isinstance(node, nodes.Output) and any(isinstance(each, _UNPRINTABLE_NODES) for each in node.nodes):
            yield node.lineno, "mẫu chỉ in trường"
        elif isinstance(node, nodes.For) and node.find(nodes.For):
            yield node.lineno, "vòng for lồng nhau"
        elif isinstance(node, nodes.For) and not (
            isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name)
        ):
            yield node.lineno, "vòng for có dạng `for dòng in danh_sách`"


def _depth(tree: nodes.Node) -> int:
    """Count the levels of a tree; the time of compiling grows with their cube."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in node.iter_child_nodes()]
    return depth


def words_on(source: str, line: int) -> str:
    """Give the text of the paragraph on a line, as a person sees it in Word; of loops and conditions only if alone."""
    words = re.sub(r"<[^>]+>", "", source.split("\n")[line - 1]).strip()
    return re.sub(r"{%.*?%}", "", words).strip() or words
