"""Open a finished .docx with the reader of the layout checker: body, title, headers, and the faces of its styles.

That reader (the_thuc/reading) shares no code with what fills templates. It tolerates damage in anybody's file; a
finished document of ours must be whole: every part is well-formed XML with a content type, and every relationship
leads to a part.
"""

import dataclasses
import functools
import posixpath
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from pipeline.the_thuc.reading.opened import Package, R, StrangeFileError, W, package_of
from pipeline.the_thuc.reading.properties import OFF
from pipeline.the_thuc.reading.styles import Styles, styles_of
from pipeline.word.package import read_package

PLAIN = "0"
FACES = ("0", "1", "2", "3")
"""A face is one digit: 0 for plain, 1 for bold, 2 for italic, 3 for both."""
WORDS = {f"{W}t": "", f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
"""The elements that print, and the text they print as; empty for w:t, which has its own text."""
BOLD_TAG, ITALIC_TAG, VALUE = f"{W}b", f"{W}i", f"{W}val"
SWITCHES = frozenset({BOLD_TAG, ITALIC_TAG})
_RUN_STYLE = f"{W}rStyle"
CHANGES = SWITCHES | {_RUN_STYLE}
"""What changes the face of a run: its style, which comes first, and its own switches."""

_PARAGRAPH, _BODY, _HEADER, _TYPE, _ID = f"{W}p", f"{W}body", f"{W}headerReference", f"{W}type", f"{R}id"
_SECTIONS = etree.XPath("w:p/w:pPr/w:sectPr | w:sectPr", namespaces={"w": W[1:-1]})
_CORE, _TYPES, _MAIN = "docProps/core.xml", "[Content_Types].xml", "/word/document.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_MAX_SHARED = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """What a .docx holds: its body, title, the texts of its page headers, and the faces of its paragraph styles.

    `headers` are those of the first page and of the other pages, for each section. `faces` goes by style id, and has
    the face of the default style under None; `worn` gives a face as a character style makes it, by face and style id.
    """

    body: etree._Element
    title: str
    headers: tuple[str, ...]
    faces: Mapping[str | None, str]
    worn: Callable[[str, str | None], str]

    def changed(self, face: str, style: str, tag: str, value: str | None) -> str:
        """Return the face after an element of CHANGES, in a paragraph whose style has the face `style`."""
        return self.worn(style, value) if tag == _RUN_STYLE else switched(face, tag, value)


def open_parts(data: bytes, *, is_template: bool = False) -> Parts:
    """Open a finished .docx, or a template, which may hold parts that no document gets.

    Raises ValueError for a file that does not open, and for a damaged, untyped or missing part.
    """
    parts = read_package(data)
    if not is_template:
        _require_whole(parts)
    try:
        package = package_of(parts)
    except StrangeFileError as error:
        raise ValueError(error.reason) from error
    body = package.main.find(_BODY)
    if body is None:
        raise ValueError("no body")
    title = _parse(parts[_CORE]).findtext(_TITLE) or "" if _CORE in parts else ""
    styles = styles_of(package.styles, package.theme)
    return Parts(body, title, tuple(_headers(body, package)), _faces(styles), _worn(styles))


def _require_whole(parts: Mapping[str, bytes]) -> None:
    """Raise ValueError for a part that is not well-formed or has no content type, and for a dangling relationship.

    By ECMA-376-2, 6.5 and 7.2.
    """
    if _TYPES not in parts:
        raise ValueError("no content types")
    defaults, overrides = _content_types(parts[_TYPES])
    if overrides.get(_MAIN) != _DOCUMENT:
        raise ValueError("no Word document")
    for part_name, content in parts.items():
        if (
            part_name != _TYPES
            and f"/{part_name}" not in overrides
            and part_name.rpartition(".")[2].lower() not in defaults
        ):
            raise ValueError(f"{part_name} is of no type")
        if (
            not part_name.endswith((".xml", ".rels")) or f"/{part_name}" == _MAIN
        ):  # the main part is parsed in open_parts, once
            continue
        try:
            root = _parse(content)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise ValueError(f"{part_name} is damaged") from error
        if part_name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(part_name))
            for relation in root:
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                if relation.get("TargetMode") != "External" and target not in parts:
                    raise ValueError(f"{part_name} leads to {target}, which is not there")


@functools.lru_cache(maxsize=4)
def _content_types(content: bytes) -> tuple[frozenset[str], Mapping[str, str]]:
    """Return the file extensions that have a default type, and the types of single parts, by part name."""
    try:
        root = _parse(content)
    except etree.XMLSyntaxError as error:
        raise ValueError("content types are damaged") from error
    defaults = frozenset(each.get("Extension", "").lower() for each in root.iterfind("{*}Default"))
    return defaults, {each.get("PartName", ""): each.get("ContentType", "") for each in root.iterfind("{*}Override")}


def _parse(content: bytes) -> etree._Element:
    """Parse a part; small parts are cached, since documents of one template share them."""
    return _parse_once(content) if len(content) <= _MAX_SHARED else etree.fromstring(content, _PARSER)


@functools.lru_cache(maxsize=32)
def _parse_once(content: bytes) -> etree._Element:
    return etree.fromstring(content, _PARSER)


def _headers(body: etree._Element, package: Package) -> Iterator[str]:
    """Yield the text of each section's headers; a header that a section lacks is taken from the section before.

    Raises ValueError for a reference to a header that is not there.
    """
    texts = {"first": "", "default": ""}
    for section in _SECTIONS(body):
        references = {each.get(_TYPE): each.get(_ID, "") for each in section.iterchildren(_HEADER)}
        if missing := [relation_id for relation_id in references.values() if relation_id not in package.related]:
            raise ValueError(f"no header {missing[0]}")
        texts = {
            kind: _text(package.related[references[kind]]) if kind in references else text
            for kind, text in texts.items()
        }
        yield from texts.values()


@functools.lru_cache(maxsize=16)
def _text(part: etree._Element) -> str:
    """Return the text of a part, one line for each paragraph."""
    return "\n".join(
        "".join(WORDS[str(each.tag)] or each.text or "" for each in paragraph.iter(*WORDS))
        for paragraph in part.iter(_PARAGRAPH)
    )


@functools.lru_cache(maxsize=4)
def _faces(styles: Styles) -> Mapping[str | None, str]:
    """Return the face of every style, by style id; None stands for the default paragraph style."""
    faces = {style_id: styles.usual(style_id, "")[1] for style_id in (*styles.names(), styles.default)}
    digits: dict[str | None, str] = {style_id: FACES[face.bold + 2 * face.italic] for style_id, face in faces.items()}
    return digits | {None: digits[styles.default]}


@functools.lru_cache(maxsize=4)
def _worn(styles: Styles) -> Callable[[str, str | None], str]:
    """Return what a character style makes of a paragraph's face: bold twice is not bold (ECMA-376-1, 17.7.3)."""
    base = styles.face(None, "", "")

    @functools.cache
    def worn(face: str, style_id: str | None) -> str:
        own = styles.face(None, style_id or "", "")
        digit = int(face)
        for bit, is_on, is_base in ((1, own.bold, base.bold), (2, own.italic, base.italic)):
            digit ^= bit if is_on and not is_base else 0
        return FACES[digit]

    return worn


def switched(face: str, tag: str, value: str | None) -> str:
    """Return a face with bold or italic (`tag`) turned on or off, by the value of the element."""
    digit = int(face)
    bit = 1 if tag == BOLD_TAG else 2
    return FACES[digit & ~bit if value in OFF else digit | bit]
