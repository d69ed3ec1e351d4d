"""Read what the pages of a PDF print, off their content streams: each piece of text with its tag, font and place."""

import binascii
import codecs
import dataclasses
import functools
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import pikepdf

from pipeline.vietnamese import squashed

ARTIFACT, UNTAGGED = "Artifact", ""
"""Tags of what belongs to the page and not to the document (its number, repeated rows), and of what has none."""

# Moves of letters within an array: [<01>2<0203>] and [<010203>] say the same.
_KERNING = re.compile(rb">[-\d. ]*<")
# A mark with its properties; text with its place, font and size, and what LibreOffice usually writes around it: a text
# with mark, frame and end is one match, since each match costs more than its length.
_MARK = rb"/([^\s<>/\[\]()]+)\s*(?:<<([^>]*(?:<[0-9A-Fa-f]*>[^>]*)*)>>\s*BDC|BMC)"
_TEXT = (
    rb"(?:q 0 0 0 rg\nBT\n)?(?:[-\d.]++ [-\d.]++ [-\d.]++ [-\d.]++ (?=\S+ \S+ Tm))?"
    rb"(-?[\d.]++) (-?[\d.]++) T[dm]\s*/([^\s<>/\[\]()]+) ([\d.]+) Tf\s*"
    rb"(?:<([0-9A-Fa-f]*)>Tj|\[[-\d. ]*(?:<([0-9A-Fa-f]*)>)?[-\d. ]*\]TJ)(?:\nET\nQ(\nEMC)?)?"
)
_EVENT = re.compile(rb"\n(?:(?:%b\n)?%b|EMC|%b)(?=[\s/<(\[%%])" % (_MARK, _TEXT, _MARK))
_PARTS = _EVENT.groups + 1
# What there must not be besides: other text and marks; outlined, invisible and white letters, which are there for a
# program and not for a reader.
_STRANGE = re.compile(
    rb"[\s>\])](?:T[jJ]|['\"]|EMC|B[DM]C|[1-7] Tr|1(?:\.0)? (?:1(?:\.0)? 1(?:\.0)? r)?g\s+BT)(?=[\s/<(\[%])"
)
_MAPPING = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>(?: <([0-9A-Fa-f]+)>)?")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font of a PDF: its name without subset tag, letters and widths by code, and what proves its glyphs.

    `digit` is the face as face_digit gives it.
    `program` is the name that the embedded file gives itself, empty when there is no file that can be read; `blank`
    are the codes whose glyph draws nothing. `table` has the letters in the form that is fastest to look up.
    """

    name: str
    digit: str
    letters: dict[int, str]
    table: str | dict[int, str]
    widths: Mapping[int, float]
    program: str
    blank: frozenset[int]


class Piece(NamedTuple):
    """A piece of text: its tag (an artifact's is ARTIFACT), its face, size and start in points, and its codes."""

    tag: str
    face: Face
    size: float
    x: float
    y: float
    codes: bytes
    text: str

    @property
    def width(self) -> float:
        """Give the width in points, kerning left out."""
        return sum(self.face.widths.get(code, 0) for code in self.codes) * self.size / 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text without white space, where it begins and ends, its base and its size."""

    text: str
    left: float
    right: float
    base: float
    size: float


def face_digit(font: str) -> str:
    """Give the face that a font's name says as one digit: 1 for bold, 2 for italic, 3 for both."""
    return str(("Bold" in font) + 2 * ("Italic" in font))


def read_pages(pdf: pikepdf.Pdf) -> list[list[Piece]]:
    """Read the text of every page. Raises ValueError for text that is written in other ways than LibreOffice's."""
    faces: dict[tuple[int, int], Face] = {}
    return [read_page(page, faces) for page in pdf.pages]


def read_page(page: pikepdf.Page, faces: dict[tuple[int, int], Face], *, with_programs: bool = True) -> list[Piece]:
    """Read the text of one page.

    `faces` is a cache of faces by the number of their object; new ones are added to it. Without programs the embedded
    font files are not read. Raises ValueError like read_pages.
    """
    fonts: dict[bytes, Face] = {}
    for resource_name, font in page.resources.get("/Font", pikepdf.Dictionary()).as_dict().items():
        if font.objgen not in faces:
            faces[font.objgen] = _face(font, with_program=with_programs)
        fonts[resource_name[1:].encode()] = faces[font.objgen]
    streams = page.Contents.as_list() if isinstance(page.Contents, pikepdf.Array) else [page.Contents]
    return _pieces(b"\n".join(stream.read_bytes() for stream in streams), fonts)


def _pieces(content: bytes, fonts: Mapping[bytes, Face]) -> list[Piece]:
    pieces: list[Piece] = []
    tags = [UNTAGGED]
    parts = _EVENT.split(_KERNING.sub(b"", b"\n%b\n" % content))
    if _STRANGE.search(b"\n".join((b"", *filter(None, parts[::_PARTS]), b""))):
        raise ValueError("text in another form, or text that does not show")
    groups = (parts[number::_PARTS] for number in range(1, _PARTS))
    for tag, properties, x, y, font, size, string, array, end, lone_tag, lone_properties in zip(*groups, strict=True):
        if mark := tag or lone_tag:
            # What is marked inside a tagged paragraph (a span, a replacement text) stays the paragraph's.
            is_own = mark == b"Artifact" or b"/MCID" in (properties or lone_properties or b"")
            tags.append(_name(mark) if is_own else tags[-1])
        if x:
            if font not in fonts:
                raise ValueError("text in a font that the page does not have")
            face, codes = fonts[font], binascii.unhexlify(string or array or b"")
            text = codecs.charmap_decode(codes, "strict", face.table)[0]
            pieces.append(Piece(tags[-1], face, float(size), float(x), float(y), codes, text))
        if end or not (x or mark):
            if len(tags) == 1:
                raise ValueError("an end of marked content without a beginning")
            tags.pop()
    return pieces


def lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """Give the lines of the document on a page, in their order."""
    document_pieces = (piece for piece in pieces if piece.tag != ARTIFACT)
    for _, group in groupby(document_pieces, key=lambda piece: (piece.tag, piece.y)):
        parts = list(group)
        text = squashed("".join(part.text for part in parts))
        right = max(part.x + part.width for part in parts)
        yield Line(text, parts[0].x, right, parts[0].y, max(part.size for part in parts))


@functools.lru_cache(maxsize=256)
def _name(tag: bytes) -> str:
    """Decode a PDF name, in which #C3 is a byte of UTF-8 (ISO 32000-1, 7.3.5)."""
    return _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), tag).decode(errors="replace")


def _face(font: Any, *, with_program: bool) -> Face:
    name = str(font.get("/BaseFont", "/?"))[1:].split("+")[-1]
    if font.get("/Subtype") != "/TrueType":
        raise ValueError(f"a font of another kind: {font.get('/Subtype')}")
    letters = _letters(font.ToUnicode.read_bytes() if "/ToUnicode" in font else b"")
    first = int(font.get("/FirstChar", 0))
    widths = {code: float(width) for code, width in enumerate(font.get("/Widths", pikepdf.Array()).as_list(), first)}
    descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
    program, blank = _program(descriptor) if with_program else ("", frozenset[int]())
    table = "".join(letters.values())
    return Face(
        name, face_digit(name), letters, table if len(table) == len(letters) else letters, widths, program, blank
    )


@functools.lru_cache(maxsize=16)
def _letters(table: bytes) -> dict[int, str]:
    """Read a ToUnicode table: single codes and ranges; codes that it leaves out become U+FFFD."""
    letters = dict.fromkeys(range(256), "\N{REPLACEMENT CHARACTER}")
    for section in re.finditer(rb"beginbf(char|range)(.*?)endbf", table, re.DOTALL):
        mappings = _MAPPING.findall(section[2])
        if section[1] == b"char" and {(len(first), len(second)) for first, second, _ in mappings} == {(2, 4)}:
            codes, texts = (binascii.unhexlify(b"".join([each[side] for each in mappings])) for side in (0, 1))
            text = texts.decode("utf-16-be", "replace")
            if len(text) == len(codes):
                letters.update(zip(codes, text, strict=True))
                continue
        for first, second, third in mappings:
            start, end = int(first, 16), int(first if section[1] == b"char" else second, 16)
            text = bytes.fromhex((second if section[1] == b"char" else third).decode()).decode("utf-16-be", "replace")
            for code in range(start, min(end, 255) + 1):
                letters[code] = text[:-1] + chr(ord(text[-1]) + code - start)
    return letters


def _program(descriptor: Any) -> tuple[str, frozenset[int]]:
    """Read an embedded font file: its own name, and the codes whose glyph has no outline.

    LibreOffice gives an empty glyph to a letter that the font lacks: on paper it is simply not there.
    """
    if "/FontFile2" not in descriptor:
        return "", frozenset()
    try:
        tables = _tables(descriptor.FontFile2.read_bytes())
        font_name = _own_name(tables[b"name"]) if b"name" in tables else "?"
        glyphs = _glyphs_of_codes(tables[b"cmap"])
        wide = struct.unpack_from(">h", tables[b"head"], 50)[0]
        loca = tables[b"loca"]
        places = struct.unpack(f">{len(loca) // (4 if wide else 2)}{'L' if wide else 'H'}", loca)
        return font_name, frozenset(code for code, glyph in enumerate(glyphs) if places[glyph] == places[glyph + 1])
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError(f"an embedded font that does not open ({error})") from error


def _tables(font: bytes) -> dict[bytes, bytes]:
    """Give the tables of a TrueType file (OpenType, table directory); fontTools takes eight times as long for that."""
    end = 12 + 16 * struct.unpack_from(">H", font, 4)[0]
    if font[:4] not in {b"\0\1\0\0", b"true"} or end > len(font):
        raise ValueError("an embedded font of another kind")
    records = struct.iter_unpack(">4s3L", font[12:end])
    return {tag: font[start : start + length] for tag, _, start, length in records}


def _glyphs_of_codes(cmap: bytes) -> bytes:
    """Give the 256 glyph numbers of a format 0 table (OpenType, cmap)."""
    place = struct.unpack_from(">L", cmap, 8)[0]
    if struct.unpack_from(">H", cmap, place)[0] != 0:
        raise ValueError("an embedded font with another table of codes")
    return cmap[place + 6 : place + 262]


def _own_name(table: bytes) -> str:
    """Give the PostScript name of a font (OpenType, name table, name 6)."""
    count, strings = struct.unpack_from(">HH", table, 2)
    for number in range(count):
        platform, _, _, name_id, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if name_id == 6:  # noqa: PLR2004 - the number of the PostScript name
            raw = table[strings + offset : strings + offset + length]
            return raw.decode("utf-16-be" if platform in {0, 3} else "latin-1", "replace")
    return "?"
