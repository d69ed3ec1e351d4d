"""Run the fill stage: print the values of fields into a compiled Word template. The only user of docxtpl."""

import dataclasses
import functools
import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import jinja2
import jinja2.sandbox
from docxtpl.template import DocxTemplate
from lxml import etree
from markupsafe import Markup

from pipeline.emphasis import Doan
from pipeline.files import MAX_BYTES
from pipeline.problem import TemplateError, short
from pipeline.word.admit import DECLARATION, TYPES, admitted, title_fault
from pipeline.word.asked import Asked, Fields, asked_fields, merged
from pipeline.word.clean import clean, mark_faults, page_faults, style_faults, used_styles
from pipeline.word.controls import control_faults, lost_words
from pipeline.word.language import language_faults, words_on
from pipeline.word.package import MAX_UNPACKED, Entry, compress, write_package
from pipeline.word.vet import MAX_TEXT, parsed, vet, vet_text

_TEXT_PART = re.compile(r"(word/(document|header\d*|footer\d*|footnotes)|docProps/core)\.xml")
_TEXT_ROOT = re.compile(rb"<w:(document|hdr|ftr|footnotes|endnotes)[ >]")
_STYLES, _TITLE = "word/styles.xml", "tieu_de"
# What docxtpl and empty fields leave behind: in a plan more runs than have words, for every later reader to parse.
_EMPTY_RUN = '<w:r><w:t xml:space="preserve"></w:t></w:r>'
_PARAGRAPH = re.compile(r"<w:p[ >]")
# Word opens no cell, header or footer without a paragraph (ECMA-376-1, 17.4.65): where conditions leave none, this is.
_EMPTY_CELL = re.compile(r"(<w:tc>|</w:tcPr>|<w:tcPr/>|<w:(?:hdr|ftr)(?: [^<>]*)?>)\s*(?=</w:(?:tc|hdr|ftr)>)")
LIBRARY_ERRORS = (
    *(jinja2.TemplateError, etree.Error, LookupError, AttributeError, TypeError, ValueError, ArithmeticError),
    *(RuntimeError, MemoryError, SyntaxError, re.error),
)
"""What libraries raise at a template that nobody thought of; never a traceback."""
# The mark of a row that Word keeps whole on a page (ECMA-376-1, 17.4.6), and the loops that print rows.
_WHOLE, _MAY_BREAK = "<w:cantSplit/>", "rat_dai"
# The mark of a paragraph that stays with the next one (17.3.1.15); of its properties only the style comes before it.
_WITH_NEXT, _IS_HEADING = "<w:keepNext/>", "la_tieu_de"
_PROPERTIES = re.compile(r'(<w:pPr>(?:<w:pStyle w:val="[^"]*"/>)?)(?!<w:pStyle|<w:keepNext)')
_NO_PROPERTIES = re.compile(r"(<w:p(?: [^>]*)?(?<!/)>)(?:<w:pPr/>|(?!<w:pPr>))")
_ROW = re.compile("<w:tr[ >].*?</w:tr>", re.DOTALL)
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
        how = "File > Options > Save > bỏ “Embed fonts in the file”; bỏ ảnh, hoặc Picture Format > Compress Pictures"
        raise TemplateError(f"{path}: mẫu lớn hơn {MAX_BYTES} byte: {how}")
    try:
        return _compiled(data, path, fields)
    except LIBRARY_ERRORS as error:
        how = "chép hết sang một tệp Word mới rồi lưu"
        raise TemplateError(f"{path}: không đọc được mẫu Word ({type(error).__name__}): {how}") from error


def _compiled(data: bytes, path: str, fields: Fields) -> Template:
    parts = admitted(data, path)
    vet(parts, path)
    text_parts = [
        part_name
        for part_name, content in sorted(parts.items())
        if _TEXT_PART.fullmatch(part_name) or _TEXT_ROOT.search(content[:4096])
    ]
    title = title_fault(parts, _TITLE) if _TITLE in fields.names else None
    roots = {part_name: parsed(parts.pop(part_name)) for part_name in text_parts}
    _refuse_marks(roots, parts.get(_STYLES), path)
    compiled = {part_name: _compile_part(part_name, root, path, fields) for part_name, root in roots.items()}
    if title:
        raise TemplateError(f"{path}: {title}")
    asked = merged(each for _, each in compiled.values())
    moving = {part_name: program for part_name, (program, _) in compiled.items()}
    # Word expects the list of content types first.
    ordered_names = sorted(parts, key=lambda part_name: (part_name != TYPES, part_name))
    fixed = tuple(compress(part_name, parts[part_name]) for part_name in ordered_names)
    return Template(hashlib.sha256(data).hexdigest(), asked, fixed, moving)


def _refuse_marks(roots: Mapping[str, etree._Element], styles: bytes | None, path: str) -> None:
    """Clean the text parts, and refuse marks and page numbers that documents may not have."""
    for part_name, root in roots.items():
        clean(root)
        is_header = root.tag == etree.QName(root, "hdr").text
        for fault, words in (*mark_faults(root), *page_faults(root, is_header=is_header)):
            raise TemplateError(f"{path}: {part_name}: {fault}, ở đoạn “{short(words)}”")
    used = frozenset[str]().union(*map(used_styles, roots.values()))
    for fault, style in style_faults(parsed(styles), used) if styles else ():
        raise TemplateError(f"{path}: {_STYLES}: {fault}, ở kiểu “{style}” (Home > Styles > Modify)")


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
    except LIBRARY_ERRORS as error:
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
    text = "".join(pieces).replace(_EMPTY_RUN, "")
    # Counting takes a fourth of the time of looking for such cells, and in most papers there are none.
    is_whole = "<w:body" in text and text.count("</w:tc>") == text.count("</w:p></w:tc>")
    return (text if is_whole else _EMPTY_CELL.sub(r"\1<w:p/>", text)).encode()


def _compile_part(
    part_name: str, root: etree._Element, path: str, fields: Fields
) -> tuple[jinja2.Template, Mapping[str, Asked]]:
    """Compile a part, its tags brought into jinja2's form; each paragraph is a line, so that errors have a place.

    Returns it with the fields that it names.
    """
    # Through lxml, so that what an editor wrote as &apos; or in another encoding is plain text in the tags.
    xml = DECLARATION + etree.tostring(root, encoding="unicode")
    if len(xml) > MAX_TEXT or (fault := vet_text(root)):
        fault = fault if len(xml) <= MAX_TEXT else f"dài hơn {MAX_TEXT} byte"
        raise TemplateError(f"{path}: {part_name} {fault}; mẫu chỉ gồm câu chữ, trường, for và if")
    for fault, words in control_faults(root):
        raise TemplateError(f"{path}: {part_name}: {fault}, ở đoạn “{short(words)}”; xem templates/README.md")
    source = DocxTemplate(io.BytesIO()).patch_xml(xml)  # type: ignore[no-untyped-call]
    if lost := lost_words(xml, source):
        raise TemplateError(f"{path}: {part_name}: thẻ làm mất chữ “{short(lost)}”; xem templates/README.md")
    if fields.may_break:
        source = _LOOP.sub(lambda loop: _with_breaks(loop) if loop["items"] == fields.may_break else loop[0], source)
    source = _PARAGRAPH.sub(lambda tag: f"\n{tag[0]}", source)
    sandbox = environment()
    try:
        tree = sandbox.parse(source)
        for line, fault in language_faults(tree):
            raise TemplateError(
                f"{path}: {part_name}: {fault}, ở đoạn “{words_on(source, line)}”; xem templates/README.md"
            )
        asked = asked_fields(tree, root, lambda line: words_on(source, line))
        for field, fault in fields.unknown(asked):
            raise TemplateError(f"{path}: {part_name}: {fault}, ở đoạn “{field.words}”; xem templates/README.md")
        return sandbox.from_string(tree), asked
    except jinja2.TemplateSyntaxError as error:
        where = words_on(source, error.lineno)
        raise TemplateError(f"{path}: {part_name}: {error.message}, ở đoạn “{where}”") from error
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        # Raised for tags nested too deeply for jinja2 or Python, and for numbers of thousands of digits.
        raise TemplateError(f"{path}: {part_name}: có thẻ quá phức tạp ({type(error).__name__})") from error


def _with_breaks(loop: re.Match[str]) -> str:
    """Keep rows of a loop whole on a page, but for those that may break, and headings of rows with their next."""
    may_stay = f"{{% if not {loop['item']}.{_MAY_BREAK} %}}{_WHOLE}{{% endif %}}"
    return _ROW.sub(functools.partial(_with_next, loop["item"]), loop[0].replace(_WHOLE, may_stay))


def _with_next(item: str, row: re.Match[str]) -> str:
    """Give a row in two forms, asked once for each: a condition in every cell would take a tenth of the time."""
    kept = _PROPERTIES.sub(rf"\1{_WITH_NEXT}", _NO_PROPERTIES.sub(r"\1<w:pPr></w:pPr>", row[0]))
    return f"{{% if {item}.{_IS_HEADING} %}}{kept}{{% else %}}{row[0]}{{% endif %}}"
