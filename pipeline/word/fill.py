"""Run the fill stage: print the values of fields into a compiled Word template. The only user of docxtpl."""

import dataclasses
import functools
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

import jinja2
import jinja2.sandbox
from docxtpl.template import DocxTemplate
from jinja2 import nodes
from lxml import etree
from markupsafe import Markup

from pipeline.emphasis import Doan
from pipeline.files import MAX_BYTES
from pipeline.problem import TemplateError
from pipeline.word.asked import Asked, Fields, asked_fields, merged
from pipeline.word.package import MAX_UNPACKED, Entry, compress, read_package, write_package
from pipeline.word.vet import MAX_TEXT, parsed, vet, vet_text

_TEXT_PART = re.compile(r"(word/(document|header\d*|footer\d*|footnotes)|docProps/core)\.xml")
# All that a template may consist of: an allowlist. All else in jinja2 (calls, filters, arithmetic, imports) is code.
_ALLOWED_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or),
)
_UNPRINTABLE_NODES = (nodes.Const, nodes.Compare, nodes.Not, nodes.And, nodes.Or)
_MAX_NESTING = 30
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What docxtpl and empty fields leave behind: in a plan more runs than have words, for every later reader to parse.
_EMPTY_RUN = '<w:r><w:t xml:space="preserve"></w:t></w:r>'
_PARAGRAPH = re.compile(r"<w:p[ >]")
# The mark of a row that Word keeps whole on a page (ECMA-376-1, 17.4.6), and the loops that print rows.
_WHOLE, _MAY_BREAK = "<w:cantSplit/>", "rat_dai"
# The mark of a paragraph that stays with the next one (17.3.1.15); of its properties only the style comes before it.
_WITH_NEXT, _IS_HEADING = "<w:keepNext/>", "la_tieu_de"
_PROPERTIES = re.compile(r'(<w:pPr>(?:<w:pStyle w:val="[^"]*"/>)?)(?!<w:pStyle|<w:keepNext)')
_NO_PROPERTIES = re.compile(r"(<w:p(?: [^>]*)?(?<!/)>)(?:<w:pPr/>|(?!<w:pPr>))")
_LOOP = re.compile(r"{%\s*for (?P<item>\w+) in (?P<items>\w+) .*?{%\s*endfor", re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """A Word template, checked and compiled once; `digest` is the SHA-256 of its file, `asked` the fields it names."""

    digest: str
    asked: Mapping[str, Asked]
    fixed: tuple[Entry, ...]
    moving: Mapping[str, jinja2.Template]


class _Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """The sandbox: templates see the parts of items, which are mappings; no methods, no internals.

    It is the second defence against template injection, behind _ALLOWED_NODES.
    """

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=True, finalize=_to_markup)
        self.globals.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - jinja2's signature
        return False


def _to_markup(value: object) -> object:
    """Turn stretches of text into Word runs; jinja2 escapes every other value."""
    return _runs(value) if isinstance(value, tuple) else value


@functools.lru_cache(maxsize=4096)
def _runs(stretches: tuple[Doan, ...]) -> Markup:
    """Write runs, cached: most cells are the same in every commune."""
    return Markup("".join(map(_run, stretches)))  # noqa: S704 - _run escapes


def _run(stretch: Doan) -> str:
    """Write a run: a stretch with emphasis sets bold and italic, another leaves them to the paragraph's style."""
    face = ""
    if stretch.dam is not None:
        bold, italic = ("" if on else ' w:val="0"' for on in (stretch.dam, stretch.nghieng))
        face = f"<w:rPr><w:b{bold}/><w:bCs{bold}/><w:i{italic}/><w:iCs{italic}/></w:rPr>"
    return f'<w:r>{face}<w:t xml:space="preserve">{escape(stretch.chu)}</w:t></w:r>'


def environment() -> jinja2.Environment:
    """Give the sandboxed, strict, autoescaping environment that templates run in."""
    return _Environment()


def compile_template(data: bytes, path: str, fields: Fields) -> Template:
    """Check a Word template and compile its text parts; `fields` are what it may name.

    Raises TemplateError, naming the place, for a damaged or unsafe file (macros, external links, embedded objects,
    tracked changes, hidden text), a tag that jinja2 cannot read, and a field that is not among them.
    """
    if len(data) > MAX_BYTES:
        raise TemplateError(f"{path}: mẫu lớn hơn {MAX_BYTES} byte: bỏ ảnh, phông nhúng rồi lưu lại")
    try:
        parts = read_package(data)
    except ValueError as error:
        raise TemplateError(f"{path}: không mở được mẫu Word ({error})") from error
    if "word/document.xml" not in parts:
        raise TemplateError(f"{path}: không phải tệp .docx (không có word/document.xml)")
    vet(parts, path)
    text_parts = [part_name for part_name in sorted(parts) if _TEXT_PART.fullmatch(part_name)]
    compiled = {part_name: _compile_part(part_name, parts.pop(part_name), path, fields) for part_name in text_parts}
    asked = merged(each for _, each in compiled.values())
    moving = {part_name: program for part_name, (program, _) in compiled.items()}
    # Word expects the list of content types first.
    ordered_names = sorted(parts, key=lambda part_name: (part_name != "[Content_Types].xml", part_name))
    fixed = tuple(compress(part_name, parts[part_name]) for part_name in ordered_names)
    return Template(hashlib.sha256(data).hexdigest(), asked, fixed, moving)


def fill(template: Template, values: Mapping[str, object]) -> bytes:
    """Print values, by the names of their fields, into a template and give the bytes of the .docx.

    A value is a text, a flag, a tuple of texts or of stretches of text, or items: mappings of such values. A row of
    the data whose `rat_dai` is true may break over a page, all others stay whole; one whose `la_tieu_de` is true
    stays with the next.
    Deterministic: the same template and values give the same bytes, on any machine, at any time.
    Raises TemplateError when the template asks for a field that is not there.
    """
    fields = {name: values[name] for name in template.asked if name in values}
    try:
        text_entries = [compress(name, _print_part(part, fields)) for name, part in template.moving.items()]
    except (jinja2.TemplateError, TypeError) as error:
        raise TemplateError(f"mẫu Word: {error}") from error
    return write_package((*template.fixed, *text_entries))


def _print_part(part: jinja2.Template, fields: Mapping[str, object]) -> bytes:
    """Print a part, of MAX_UNPACKED characters at most: a long row for each of many criteria could fill the memory.

    Raises TemplateError for a longer one.
    """
    pieces, remaining = [], MAX_UNPACKED
    for piece in part.generate(fields):
        pieces.append(piece)
        remaining -= len(piece)
        if remaining < 0:
            raise TemplateError(f"mẫu Word: in ra hơn {MAX_UNPACKED} chữ; bớt chữ trong các vòng for")
    return "".join(pieces).replace(_EMPTY_RUN, "").encode()


def _compile_part(
    part_name: str, content: bytes, path: str, fields: Fields
) -> tuple[jinja2.Template, Mapping[str, Asked]]:
    """Compile a part, its tags brought into jinja2's form; each paragraph is a line, so that errors have a place.

    Returns it with the fields that it names.
    """
    # Through lxml, so that what an editor wrote as &apos; or in another encoding is plain text in the tags.
    root = parsed(content)
    if len(content) > MAX_TEXT or (fault := vet_text(root)):
        fault = fault if len(content) <= MAX_TEXT else f"dài hơn {MAX_TEXT} byte"
        raise TemplateError(f"{path}: {part_name} {fault}; mẫu chỉ gồm câu chữ, trường, for và if")
    xml = _DECLARATION + etree.tostring(root, encoding="unicode")
    source = DocxTemplate(io.BytesIO()).patch_xml(xml)  # type: ignore[no-untyped-call]
    if fields.may_break:
        source = _LOOP.sub(lambda loop: _with_breaks(loop) if loop["items"] == fields.may_break else loop[0], source)
    source = _PARAGRAPH.sub(lambda tag: f"\n{tag[0]}", source)
    sandbox = environment()
    try:
        tree = sandbox.parse(source)
        for line, fault in _faults(tree):
            raise TemplateError(
                f"{path}: {part_name}: {fault}, ở đoạn “{_words(source, line)}”; xem templates/README.md"
            )
        asked = asked_fields(tree, root, lambda line: _words(source, line))
        for field, fault in fields.unknown(asked):
            raise TemplateError(f"{path}: {part_name}: {fault}, ở đoạn “{field.words}”; xem templates/README.md")
        return sandbox.from_string(source), asked
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{path}: {part_name}: {error.message}, ở đoạn “{_words(source, error.lineno)}”") from error
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        # Raised for tags nested too deeply for jinja2 or Python, and for numbers of thousands of digits.
        raise TemplateError(f"{path}: {part_name}: có thẻ quá phức tạp ({type(error).__name__})") from error


def _with_breaks(loop: re.Match[str]) -> str:
    """Keep rows of a loop whole on a page, but for those that may break, and headings of rows with their next."""
    item = loop["item"]
    may_stay = f"{{% if not {item}.{_MAY_BREAK} %}}{_WHOLE}{{% endif %}}"
    with_next = f"{{% if {item}.{_IS_HEADING} %}}{_WITH_NEXT}{{% endif %}}"
    rows = _NO_PROPERTIES.sub(r"\1<w:pPr></w:pPr>", loop[0].replace(_WHOLE, may_stay))
    return _PROPERTIES.sub(rf"\1{with_next}", rows)


def _faults(tree: nodes.Template) -> Iterator[tuple[int, str]]:
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


def _words(source: str, line: int) -> str:
    """Give the text of the paragraph on a line, as a person sees it in Word; of loops and conditions only if alone."""
    words = re.sub(r"<[^>]+>", "", source.split("\n")[line - 1]).strip()
    return re.sub(r"{%.*?%}", "", words).strip() or words
