"""Make of a good Word template one with a fault, as Word or a clerk makes it."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN, TYPES, RELATIONS, ROOT, SETTINGS, CORE, HEADER, STYLES = (
    "word/document.xml",
    "[Content_Types].xml",
    "word/_rels/document.xml.rels",
    "_rels/.rels",
    "word/settings.xml",
    "docProps/core.xml",
    "word/header2.xml",
    "word/styles.xml",
)
CLOSING = "{{ ket_thuc }}"


def parts_of(template: bytes) -> dict[str, bytes]:
    """Unpack a template."""
    with zipfile.ZipFile(io.BytesIO(template)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def replaced(template: bytes, old: str, new: str, part: str = MAIN) -> bytes:
    """Replace the first such text of a part, which must be there."""
    parts = parts_of(template)
    assert old.encode() in parts[part], old
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return packed(parts)


def with_part(template: bytes, name: str, content: bytes, content_type: str, kind: str) -> bytes:
    """Add a part of the text, with its type and its relation."""
    parts = parts_of(template)
    parts[name] = content
    typed = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
    related = f'<Relationship Id="rIdX9" Type="{kind}" Target="/{name}"/></Relationships>'
    parts[TYPES] = parts[TYPES].replace(b"</Types>", typed.encode())
    parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", related.encode())
    return packed(parts)


def paragraph(*runs: str, style: str = "NoiDung", more: str = "") -> str:
    """Give a paragraph in XML; a run that begins with a tag is XML already."""
    texts = (each if each[:1] == "<" else f'<w:t xml:space="preserve">{each}</w:t>' for each in runs)
    inner = "".join(f"<w:r>{each}</w:r>" for each in texts)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'


def before_closing(template: bytes, *paragraphs: str) -> bytes:
    """Put paragraphs before the closing sentence of the plan."""
    start = '<w:p><w:pPr><w:pStyle w:val="KetThuc"/>'
    return replaced(template, start, "".join(paragraphs) + start)
