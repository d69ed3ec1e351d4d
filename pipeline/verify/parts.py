"""Open a finished .docx with python-docx's package reader, and read the parts that documents of a template share."""

import dataclasses
import functools
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage, Unmarshaller
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.pkgreader import PackageReader
from docx.oxml.ns import nsmap, qn
from lxml import etree

PLAIN = "0"
FACES = ("0", "1", "2", "3")
"""A face is one digit: 1 for bold, 2 for italic, 3 for both."""
WORDS = {qn("w:t"): "", qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
"""What prints, and as what; empty for what has a text of its own."""
OFF = frozenset({"0", "false", "off"})
BOLD_TAG, ITALIC_TAG, VALUE = qn("w:b"), qn("w:i"), qn("w:val")
SWITCHES = frozenset({BOLD_TAG, ITALIC_TAG})

_PARAGRAPH, _BODY, _HEADER, _TYPE, _ID = map(qn, ("w:p", "w:body", "w:headerReference", "w:type", "r:id"))
_SECTIONS = etree.XPath("w:p/w:pPr/w:sectPr | w:sectPr", namespaces={"w": nsmap["w"]})
_STYLE, _STYLE_ID, _DEFAULT, _BASE = map(qn, ("w:style", "w:styleId", "w:default", "w:basedOn"))
_STYLE_FACES = f"{qn('w:rPr')}/*"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_NO_FACES: Mapping[str | None, str] = {None: PLAIN}
_KEPT = 64 * 1024


class Shared(NamedTuple):
    """What a part other than the text may say: a title, the text of its paragraphs, the faces of its styles."""

    title: str
    text: str
    faces: Mapping[str | None, str]


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
    """Open a .docx. Raises ValueError for a file that does not open or has a part that is not the XML it says."""
    try:
        package = OpcPackage()
        reader: Any = PackageReader
        unmarshal: Any = Unmarshaller.unmarshal
        unmarshal(reader.from_file(io.BytesIO(data)), package, _part)
        main = cast("Part", package.main_document_part)
        body = etree.fromstring(main.blob, _PARSER).find(_BODY)
        if body is None or main.content_type != CONTENT_TYPE.WML_DOCUMENT_MAIN:
            raise ValueError("no Word document")  # noqa: TRY301 - joins the others below
        others = {part.partname: _shared(part.blob) for part in package.iter_parts() if _is_xml(part) and part != main}
        styles = [each.target_part for each in main.rels.values() if each.reltype == RELATIONSHIP_TYPE.STYLES]
        faces = others[styles[0].partname].faces if styles else _NO_FACES
        # LibreOffice relates the part of the title by a misspelt name, under which python-docx does not look.
        title = next((part.title for name, part in others.items() if name == "/docProps/core.xml"), "")
        headers = tuple(_headers(body, lambda number: others[main.related_parts[number].partname].text))
    except Exception as error:  # python-docx lets through whatever its XML and zip readers raise
        raise ValueError(type(error).__name__) from error
    return Parts(body, title, headers, faces)


def _part(name: PackURI, content_type: str, _: str, blob: bytes, package: Any) -> Part:
    """Make a part that keeps its bytes; python-docx's own factory parses each, with a class for every element."""
    return Part(name, content_type, blob, package)


def _is_xml(part: Part) -> bool:
    return str(part.content_type).endswith(("+xml", "/xml"))


def _headers(body: etree._Element, text: Callable[[str], str]) -> Iterator[str]:
    """Give each section's headers; one that a section does not state is that of the section before."""
    found = {"first": "", "default": ""}
    for section in _SECTIONS(body):
        stated = {each.get(_TYPE): each.get(_ID) for each in section.iterchildren(_HEADER)}
        found = {kind: text(stated[kind]) if kind in stated else before for kind, before in found.items()}
        yield from found.values()


def _shared(blob: bytes) -> Shared:
    """Read a part; small ones are kept, because documents of one template have the same."""
    return _read_once(blob) if len(blob) <= _KEPT else _read(blob)


def _read(blob: bytes) -> Shared:
    root = etree.fromstring(blob, _PARSER)
    text = "\n".join(
        "".join(WORDS[str(each.tag)] or each.text or "" for each in paragraph.iter(*WORDS))
        for paragraph in root.iter(_PARAGRAPH)
    )
    return Shared(root.findtext(_TITLE) or "", text, _style_faces(root))


_read_once = functools.lru_cache(maxsize=32)(_read)


def switched(face: str, tag: str, value: str | None) -> str:
    """Switch bold or italic on or off in a face."""
    digit = int(face)
    bit = 1 if tag == BOLD_TAG else 2
    return FACES[digit & ~bit if value in OFF else digit | bit]


def _style_faces(styles: etree._Element) -> dict[str | None, str]:
    """Give the face of every paragraph style, by its id; None stands for the default style."""
    found: dict[str | None, etree._Element] = {
        style.get(_STYLE_ID): style for style in styles.iter(_STYLE) if style.get(_TYPE) == "paragraph"
    }
    faces: dict[str | None, str] = {name: _style_face(style, found) for name, style in found.items()}
    default = next((name for name, style in found.items() if style.get(_DEFAULT) == "1"), None)
    return faces | {None: faces.get(default, PLAIN)}


def _style_face(style: etree._Element, styles: Mapping[str | None, etree._Element]) -> str:
    chain: list[etree._Element] = []
    current: etree._Element | None = style
    while current is not None and current not in chain:
        chain.append(current)
        base = current.find(_BASE)
        current = None if base is None else styles.get(base.get(VALUE))
    face = PLAIN
    for each in reversed(chain):
        for switch in each.iterfind(_STYLE_FACES):
            if switch.tag in SWITCHES:
                face = switched(face, str(switch.tag), switch.get(VALUE))
    return face
