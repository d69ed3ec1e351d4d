"""Open a finished .docx with the reader of the layout checker: body, title, headers, and the faces of its styles.

That reader (the_thuc/reading) knows nothing of what fills templates. Where it passes over what is damaged in anybody's
file, a finished document of ours must be whole: every part is XML that can be read, is of a stated type, and every
relationship leads to a part.
"""

import dataclasses
import functools
import posixpath
from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.the_thuc.reading.opened import Package, R, StrangeFileError, W, package_of
from pipeline.the_thuc.reading.properties import OFF
from pipeline.the_thuc.reading.styles import Styles, styles_of
from pipeline.word.package import read_package

PLAIN = "0"
FACES = ("0", "1", "2", "3")
"""A face is one digit: 1 for bold, 2 for italic, 3 for both."""
WORDS = {f"{W}t": "", f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
"""What prints, and as what; empty for what has a text of its own."""
BOLD_TAG, ITALIC_TAG, VALUE = f"{W}b", f"{W}i", f"{W}val"
SWITCHES = frozenset({BOLD_TAG, ITALIC_TAG})

_PARAGRAPH, _BODY, _HEADER, _TYPE, _ID = f"{W}p", f"{W}body", f"{W}headerReference", f"{W}type", f"{R}id"
_SECTIONS = etree.XPath("w:p/w:pPr/w:sectPr | w:sectPr", namespaces={"w": W[1:-1]})
_CORE, _TYPES, _MAIN = "docProps/core.xml", "[Content_Types].xml", "/word/document.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_KEPT = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """What a .docx holds: its body, title, the texts of its page headers, and the faces of its paragraph styles.

    `headers` are those of the first page and of the others, of each section; `faces` has the default one under None.
    """

    body: etree._Element
    title: str
    headers: tuple[str, ...]
    faces: Mapping[str | None, str]


def open_parts(data: bytes) -> Parts:
    """Open a .docx. Raises ValueError for a file that does not open, or of which a part is not what it says."""
    parts = read_package(data)
    _require_whole(parts)
    try:
        package = package_of(parts)
    except StrangeFileError as error:
        raise ValueError(error.reason) from error
    body = package.main.find(_BODY)
    if body is None:
        raise ValueError("no body")
    title = _parsed(parts[_CORE]).findtext(_TITLE) or "" if _CORE in parts else ""
    return Parts(body, title, tuple(_headers(body, package)), _faces(styles_of(package.styles, package.theme)))


def _require_whole(parts: Mapping[str, bytes]) -> None:
    """Raise ValueError for a part that is no XML or of no type, and for a relationship that leads nowhere.

    By ECMA-376-2, 6.5 and 7.2. Documents of one template share most parts, which are read once.
    """
    if _TYPES not in parts:
        raise ValueError("no content types")
    defaults, overrides = _content_types(parts[_TYPES])
    if overrides.get(_MAIN) != _DOCUMENT:
        raise ValueError("no Word document")
    for name, content in parts.items():
        if name != _TYPES and f"/{name}" not in overrides and name.rpartition(".")[2].lower() not in defaults:
            raise ValueError(f"{name} is of no type")
        if not name.endswith((".xml", ".rels")) or f"/{name}" == _MAIN:  # that one is parsed below, once
            continue
        try:
            root = _parsed(content)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise ValueError(f"{name} is damaged") from error
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in root:
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                if relation.get("TargetMode") != "External" and target not in parts:
                    raise ValueError(f"{name} leads to {target}, which is not there")


@functools.lru_cache(maxsize=4)
def _content_types(content: bytes) -> tuple[frozenset[str], Mapping[str, str]]:
    """Give the endings that have a type, and the types of single parts by their names."""
    try:
        root = _parsed(content)
    except etree.XMLSyntaxError as error:
        raise ValueError("content types are damaged") from error
    defaults = frozenset(each.get("Extension", "").lower() for each in root.iterfind("{*}Default"))
    return defaults, {each.get("PartName", ""): each.get("ContentType", "") for each in root.iterfind("{*}Override")}


def _parsed(content: bytes) -> etree._Element:
    """Parse a part; small ones are kept, because documents of one template have the same."""
    return _parsed_once(content) if len(content) <= _KEPT else etree.fromstring(content, _PARSER)


@functools.lru_cache(maxsize=32)
def _parsed_once(content: bytes) -> etree._Element:
    return etree.fromstring(content, _PARSER)


def _headers(body: etree._Element, package: Package) -> Iterator[str]:
    """Give each section's headers; one that a section does not state is that of the section before."""
    found = {"first": "", "default": ""}
    for section in _SECTIONS(body):
        stated = {each.get(_TYPE): each.get(_ID, "") for each in section.iterchildren(_HEADER)}
        if missing := [name for name in stated.values() if name not in package.related]:
            raise ValueError(f"no header {missing[0]}")
        found = {kind: _text(package.related[stated[kind]]) if kind in stated else each for kind, each in found.items()}
        yield from found.values()


@functools.lru_cache(maxsize=16)
def _text(part: etree._Element) -> str:
    """Give the text of a part's paragraphs, a line each."""
    return "\n".join(
        "".join(WORDS[str(each.tag)] or each.text or "" for each in paragraph.iter(*WORDS))
        for paragraph in part.iter(_PARAGRAPH)
    )


@functools.lru_cache(maxsize=4)
def _faces(styles: Styles) -> Mapping[str | None, str]:
    """Give the face of every style, by its id; None stands for the default style of paragraphs."""
    usual = {name: styles.usual(name, "")[1] for name in (*styles.names(), styles.default)}
    digits: dict[str | None, str] = {name: FACES[face.bold + 2 * face.italic] for name, face in usual.items()}
    return digits | {None: digits[styles.default]}


def switched(face: str, tag: str, value: str | None) -> str:
    """Switch bold or italic on or off in a face."""
    digit = int(face)
    bit = 1 if tag == BOLD_TAG else 2
    return FACES[digit & ~bit if value in OFF else digit | bit]
