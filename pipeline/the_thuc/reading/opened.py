"""Open a .docx from an untrusted source: limits against decompression bombs, a plain reason for every refusal."""

import dataclasses
import functools
import posixpath
import re
from collections.abc import Mapping

from lxml import etree

from pipeline.word.package import EncryptedError, TooLargeError, read_package

MAX_FILE = 100 * 1024 * 1024
MAX_PARTS = 600
MAX_ENTRIES = 20_000
MAX_XML = 24 * 1024 * 1024
MAX_MARKS = 2_000_000
"""The most `<` and the most `=` in a part: a parsed tree costs memory by its elements and attributes, not by bytes."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_NAMES = (("EncryptedPackage", "tệp đặt mật khẩu"), ("WordDocument", "tệp .doc đời cũ"))
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
)
_LAYOUT_PART = re.compile(r"mimetype|(?!.*(media|embeddings)/).*\.(xml|rels)", re.IGNORECASE)
_OTHER_PART = re.compile(
    r"(^|/)(customXml|docProps|glossary|charts|diagrams)/|comments|footnotes|endnotes|fontTable|webSettings|people",
    re.IGNORECASE,
)
_MAX_SHARED = 64 * 1024
_TABLE_END, _ROW_END = b"</w:tbl>", b"</w:tr>"
_MACROS = re.compile(rb"macroEnabled|vbaProject")


class StrangeFileError(Exception):
    """A file that cannot be read as a .docx; carries the name of the rule and the reason, in Vietnamese."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """The parsed parts that layout depends on; `related` has the main part's related parts by relationship id."""

    main: etree._Element
    styles: etree._Element | None
    numbering: etree._Element | None
    theme: etree._Element | None
    settings: etree._Element | None
    related: Mapping[str, etree._Element]
    has_macros: bool


def open_package(data: bytes, most_rows: int | None = None) -> Package:
    """Open a .docx and parse the parts that layout depends on.

    With `most_rows`, rows of a table beyond that many are left out before parsing, which saves time. Raises
    StrangeFileError for anything else: encrypted, an older or other format, damaged, too large, with a DTD.
    """
    _refuse_other_formats(data)
    try:
        parts = read_package(data, _matters_for_layout, MAX_PARTS, MAX_XML)
    except TooLargeError as error:
        raise StrangeFileError("tep-qua-lon", "phần chữ giải nén ra quá lớn") from error
    except EncryptedError as error:
        raise StrangeFileError("tep-khong-doc-duoc", "tệp zip đặt mật khẩu") from error
    except ValueError as error:
        raise StrangeFileError("tep-khong-doc-duoc", "tệp hỏng: không giải nén được") from error
    return package_of(parts, most_rows)


def package_of(parts: Mapping[str, bytes], most_rows: int | None = None) -> Package:
    """Parse those parts of an unpacked .docx that layout depends on; `most_rows` is as in open_package.

    Raises StrangeFileError for what cannot be read, and for OpenDocument.
    """
    if b"opendocument" in parts.get("mimetype", b""):
        raise StrangeFileError("tep-khong-doc-duoc", "tệp OpenDocument, không phải .docx; lưu lại dạng .docx")
    main = main_name(parts)
    if main not in parts:
        raise StrangeFileError("tep-khong-doc-duoc", "tệp zip không có phần chữ của .docx (word/document.xml)")
    trees: dict[str, etree._Element] = {}
    by_kind: dict[str, etree._Element] = {}
    related: dict[str, etree._Element] = {}
    root = _parse(parts[main] if most_rows is None else _first_rows(parts[main], most_rows), main)
    if root.find(f"{W}body") is None:
        raise StrangeFileError("tep-khong-doc-duoc", "phần chữ của .docx không có thân văn bản")
    for relation_id, kind, target in _relations(parts, main):
        if target in parts and kind in {"styles", "numbering", "theme", "settings", "header", "footer"}:
            if target not in trees:
                trees[target] = _shared_part(parts[target], target)
            by_kind.setdefault(kind, trees[target])
            related[relation_id] = trees[target]
    return Package(
        root,
        by_kind.get("styles"),
        by_kind.get("numbering"),
        by_kind.get("theme"),
        by_kind.get("settings"),
        related,
        bool(_MACROS.search(parts.get("[Content_Types].xml", b""))),
    )


def _first_rows(main: bytes, most: int) -> bytes:
    """Cut table rows out before the XML is parsed, since parsing takes most of the time.

    This looks for the usual prefix `w:`; in a file with another prefix all rows stay.
    """
    return _TABLE_END.join([_without_rows(table, most) for table in main.split(_TABLE_END)])


def _without_rows(table: bytes, most: int) -> bytes:
    """Keep the first rows of a table: cut from the end of row `most` to the end of the last row."""
    end = 0
    for _ in range(most):
        row_end = table.find(_ROW_END, end)
        if row_end < 0:
            return table
        end = row_end + len(_ROW_END)
    return table[:end] + table[max(end, table.rfind(_ROW_END) + len(_ROW_END)) :]


def _refuse_other_formats(data: bytes) -> None:
    if len(data) > MAX_FILE:
        raise StrangeFileError("tep-qua-lon", f"tệp {len(data) // 1024 // 1024} MB")
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise StrangeFileError("tep-qua-lon", f"tệp zip có trên {MAX_ENTRIES} tệp con")
    reason = ""
    if not data:
        reason = "tệp rỗng"
    elif data.startswith(_OLE):
        formats = (format_name for stream_name, format_name in _OLE_NAMES if stream_name.encode("utf-16-le") in data)
        reason = f"{next(formats, 'tệp Office đời cũ')}, không phải .docx; mở bằng Word rồi lưu lại dạng .docx"
    elif data.lstrip()[:5] in {b"{\\rtf", b"%PDF-"}:
        reason = f"tệp {'RTF' if b'rtf' in data[:64] else 'PDF'}, không phải .docx"
    elif not data.startswith(b"PK"):
        reason = "không phải tệp .docx"
    if reason:
        raise StrangeFileError("tep-khong-doc-duoc", reason)


@functools.lru_cache(maxsize=256)
def _matters_for_layout(part_name: str) -> bool:
    return bool(_LAYOUT_PART.fullmatch(part_name)) and not _OTHER_PART.search(part_name)


def _parse(data: bytes, part_name: str) -> etree._Element:
    if data.count(b"<") > MAX_MARKS or data.count(b"=") > MAX_MARKS:
        raise StrangeFileError("tep-qua-lon", f"phần {part_name} quá nhiều phần tử")
    for strict, transitional in _STRICT:
        if strict in data:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise StrangeFileError("tep-khong-doc-duoc", f"tệp hỏng: XML của {part_name} không đọc được") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise StrangeFileError("tep-khong-doc-duoc", f"{part_name} khai báo DTD, điều .docx không được có")
    return root


def _shared_part(data: bytes, part_name: str) -> etree._Element:
    """Parse a part through a cache, since documents of one template share their styles; large parts are not cached."""
    return _parse_once(data, part_name) if len(data) <= _MAX_SHARED else _parse(data, part_name)


@functools.lru_cache(maxsize=16)
def _parse_once(data: bytes, part_name: str) -> etree._Element:
    return _parse(data, part_name)


def _relations(parts: Mapping[str, bytes], source: str) -> list[tuple[str, str, str]]:
    """Return id, kind and target part of each internal relationship of a part; "" is the package itself."""
    folder, base = posixpath.split(source)
    rels_name = posixpath.join(folder, "_rels", f"{base}.rels")
    if rels_name not in parts:
        return []
    relations = []
    for relation in _shared_part(parts[rels_name], rels_name):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if relation.get("TargetMode") != "External":
            relations.append((relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], path))
    return relations


def main_name(parts: Mapping[str, bytes]) -> str:
    """Return the name of the part that holds the text."""
    targets = (target for _, kind, target in _relations(parts, "") if kind == "officeDocument")
    return next(targets, "word/document.xml")
