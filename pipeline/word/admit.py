"""Take a Word template apart, and leave out what Word adds by itself and a form has no need of.

What is left is a package of the plain form: the text in word/document.xml, properties and settings written anew from a
list of what is allowed, so that nothing about whoever saved the template reaches a document.
"""

import functools
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from pipeline.problem import TemplateError, short
from pipeline.word.package import EncryptedError, read_package
from pipeline.word.vet import parsed

MAIN, CORE, SETTINGS = "word/document.xml", "docProps/core.xml", "word/settings.xml"
TYPES, _ROOT_RELATIONS, _MAIN_RELATIONS = "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "File > Save As > Word Document (*.docx)"
# What Word, its add-ins and other systems put into a file by themselves; none of it prints.
_NEEDLESS = re.compile(
    r"docProps/(app|custom)\.xml|docProps/thumbnail\.\w+|docMetadata/.*|customXml/.*|word/glossary/.*"
    r"|word/(webSettings|people|stylesWithEffects|customizations|intelligence\d*)\.xml"
    r"|word/_rels/(settings|webSettings|customizations)\.xml\.rels|word/printerSettings.*\.bin|word/documentTasks/.*"
    r"|word/fontTable\.xml|word/_rels/fontTable\.xml\.rels|\[trash\]/.*|__MACOSX/.*|(.*/)?\.DS_Store"
)
# Kinds of parts that Word got after the standard; those that run or speak are told by vet.
_LATER_KIND = re.compile(
    r"http://schemas\.microsoft\.com/office/20\d\d/(\d\d/)?relationships/(?!vba|wordVba|active|comment).*"
)
_OF_THE_FORM = re.compile(
    r"word/(document|styles|settings|numbering|header.*|footer.*|footnotes|endnotes|theme/.*)\.xml"
)
_EMBEDDED_FONT = re.compile(r"word/fonts/.*|.*\.(odttf|fntdata|ttf)", re.IGNORECASE)
_SETTINGS_KEPT = ("zoom", "defaultTabStop", "characterSpacingControl", "compat", "themeFontLang", "clrSchemeMapping")
_ALLOWED_SETTINGS = frozenset((*_SETTINGS_KEPT, "compatSetting", "decimalSymbol", "listSeparator"))


def admitted(data: bytes, path: str) -> dict[str, bytes]:
    """Unpack a Word template, and give the parts that a document may be made of, by name.

    Raises TemplateError, with Word's own way to mend it, for a file that is of another format.
    """
    _refuse_other_formats(data, path)
    try:
        parts = read_package(data)
    except EncryptedError as error:
        raise TemplateError(f"{path}: mẫu đặt mật khẩu: File > Info > Protect Document, bỏ mật khẩu") from error
    except ValueError as error:
        raise TemplateError(f"{path}: không mở được mẫu Word ({error})") from error
    if b"opendocument" in parts.get("mimetype", b""):
        raise TemplateError(f"{path}: tệp OpenDocument, không phải .docx: {_SAVE_AS}")
    main = _main_name(parts)
    if main not in parts:
        raise TemplateError(f"{path}: không phải tệp .docx (không có {MAIN})")
    if any(_STRICT in parts.get(part_name, b"") for part_name in (_ROOT_RELATIONS, main)):
        raise TemplateError(f"{path}: mẫu lưu dạng Strict Open XML Document: {_SAVE_AS}, không chọn dạng Strict")
    if any("vbaProject" in part_name for part_name in parts):
        raise TemplateError(f"{path}: mẫu có macro (vbaProject): {_SAVE_AS}, dạng này không giữ macro")
    if any(map(_EMBEDDED_FONT.fullmatch, parts)):
        how = "File > Options > Save > bỏ “Embed fonts in the file” rồi lưu lại"
        raise TemplateError(f"{path}: mẫu có phông nhúng: {how}")
    renamed = _renamed(parts, main)
    needless = frozenset(_needless(renamed))
    return _anew({name: each for name, each in renamed.items() if name not in needless}, needless, path)


def main_part(template: bytes) -> etree._Element:
    """Give the text of a template, for reading alone. Raises ValueError for a file that does not open."""
    try:
        return parsed(admitted(template, "")[MAIN])
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from error


def _refuse_other_formats(data: bytes, path: str) -> None:
    if data.startswith(_OLE) and _PASSWORD in data:
        how = "File > Info > Protect Document > Encrypt with Password, xóa mật khẩu rồi lưu lại"
        raise TemplateError(f"{path}: mẫu đặt mật khẩu: {how}")
    if data.startswith((_OLE, b"{\\rtf", b"%PDF-")):
        kind = {b"{": "RTF", b"%": "PDF"}.get(data[:1], ".doc đời cũ")
        raise TemplateError(f"{path}: tệp {kind}, không phải .docx: {_SAVE_AS}")


def _main_name(parts: Mapping[str, bytes]) -> str:
    """Give the name of the part that holds the text, as the package says it; word/document.xml where it does not."""
    for relation in _elements(parts.get(_ROOT_RELATIONS, b"")):
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return MAIN


def _elements(content: bytes) -> Iterator[etree._Element]:
    """Give the elements below the root of a part; none of one that is damaged, which is told elsewhere."""
    try:
        yield from parsed(content).iterchildren("*")
    except (etree.XMLSyntaxError, ValueError):
        return


def _renamed(parts: dict[str, bytes], main: str) -> dict[str, bytes]:
    """Give the text its usual name: some systems write word/document2.xml."""
    folder, file = posixpath.split(main)
    if main == MAIN or folder != "word":
        return parts
    names = {main: MAIN, f"word/_rels/{file}.rels": f"word/_rels/{posixpath.basename(MAIN)}.rels"}
    return {names.get(part_name, part_name): content for part_name, content in parts.items()}


def _needless(parts: Mapping[str, bytes]) -> Iterator[str]:
    """Give the names of the parts to leave out: known ones, and what the text has in relations of later kinds."""
    yield from filter(_NEEDLESS.fullmatch, parts)
    for relation in _elements(parts.get(_MAIN_RELATIONS, b"")):
        if _LATER_KIND.fullmatch(relation.get("Type", "")) and relation.get("TargetMode") != "External":
            target = _target(relation, "word")
            if not _OF_THE_FORM.fullmatch(target):
                yield target


def _target(relation: etree._Element, folder: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")


def _anew(parts: dict[str, bytes], needless: frozenset[str], path: str) -> dict[str, bytes]:
    """Write types, relations, properties and settings anew, without anything of what is left out."""
    changed = dict(parts)
    for part_name, content in parts.items():
        if part_name == TYPES:
            changed[part_name] = _changed(content, lambda each: _is_type(each, parts))
        elif part_name == _ROOT_RELATIONS:
            changed[part_name] = _changed(content, lambda each: _is_kept(each, "", needless))
        elif part_name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(part_name))
            changed[part_name] = _changed(content, functools.partial(_is_kept, folder=folder, needless=needless))
        elif part_name in {CORE, SETTINGS}:
            try:
                changed[part_name] = _core(parsed(content)) if part_name == CORE else _settings(parsed(content))
            except (etree.XMLSyntaxError, ValueError) as error:
                raise TemplateError(f"{path}: {part_name} hỏng ({error})") from error
    return changed


def _changed(content: bytes, is_kept: Callable[[etree._Element], bool]) -> bytes:
    """Take elements out of a part, or give it as it is; `is_kept` may change those that stay."""
    try:
        root = parsed(content)
    except (etree.XMLSyntaxError, ValueError):
        return content  # vet tells
    if root.getroottree().docinfo.internalDTD is not None:
        return content
    before = etree.tostring(root)
    for element in list(root.iterchildren("*")):
        if not is_kept(element):
            root.remove(element)
    return content if etree.tostring(root) == before else _written(root)


def _is_type(element: etree._Element, parts: Mapping[str, bytes]) -> bool:
    """Keep the types of parts that are there; a template (.dotx) and one for macros are the documents made of them."""
    if "main+xml" in element.get("ContentType", ""):
        element.set("PartName", f"/{MAIN}")
        element.set("ContentType", _MAIN_TYPE)
        return True
    ending = element.get("Extension", "").lower()
    part_name = element.get("PartName", "").lstrip("/")
    return part_name in parts or any(each.lower().endswith(f".{ending}") for each in parts if ending)


def _is_kept(element: etree._Element, folder: str, needless: frozenset[str]) -> bool:
    """Keep the relations to parts that are kept, and to missing ones: vet tells. The text is where it now lies."""
    if not folder and element.get("Type", "").endswith("/officeDocument"):
        if posixpath.dirname(element.get("Target", "").lstrip("/")) == "word":
            element.set("Target", MAIN)
        return True
    return element.get("TargetMode") == "External" or _target(element, folder) not in needless


def _core(root: etree._Element) -> bytes:
    """Write the properties anew: title and language, and nothing about people and times."""
    core = etree.Element(f"{{{_CP}}}coreProperties", nsmap={key: root.nsmap[key] for key in root.nsmap} or None)
    for name in ("title", "language"):
        if text := root.findtext(f"{_DC}{name}"):
            etree.SubElement(core, f"{_DC}{name}").text = text
    return _written(core)


def _settings(root: etree._Element) -> bytes:
    """Write the settings anew: no tracking, protection, names of templates, or variables."""
    for element in list(root.iterdescendants("*")):
        name = str(element.tag).rpartition("}")[2]
        parent = element.getparent()
        if parent is not None and (name not in _ALLOWED_SETTINGS or not str(element.tag).startswith(_W)):
            parent.remove(element)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return (DECLARATION + etree.tostring(root, encoding="unicode")).encode()


def title_fault(parts: Mapping[str, bytes], field: str) -> str | None:
    """Say why the title of documents would not be theirs; None where the properties print it."""
    title = parsed(parts[CORE]).findtext(f"{_DC}title") or "" if CORE in parts else ""
    if re.fullmatch(rf"\s*\{{\{{\s*{field}\s*\}}\}}\s*", title):
        return None
    there = f"tiêu đề là “{short(title)}”" if title.strip() else "mẫu không có tiêu đề (Google Docs bỏ mất)"
    return f"{there}: ghi {{{{ {field} }}}} vào File > Info > Title"
