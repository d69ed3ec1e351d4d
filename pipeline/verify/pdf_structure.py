"""Check by structure that a PDF is what it claims: PDF/A-2b, tagged, in Vietnamese, without active content.

No validator of PDF/A comes as a Python, npm or Debian package (veraPDF is a Java program beside them), so the rules of
ISO 19005-2 that a converter can break are checked one by one. What a document may have is an allowlist; the rest is
refused.
"""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

from pipeline.problem import Problem, bad_output
from pipeline.vietnamese import squashed

_ROOT = frozenset(
    (
        *("/Type", "/Version", "/Pages", "/Metadata", "/OutputIntents", "/Lang", "/MarkInfo", "/StructTreeRoot"),
        *("/ViewerPreferences", "/OpenAction", "/PageLayout", "/PageMode", "/Extensions", "/AcroForm"),
    )
)
_PAGE = frozenset(
    (
        *("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Resources", "/StructParents"),
        *("/Group", "/Annots", "/Tabs"),
    )
)
_FORM = frozenset({"/Fields", "/SigFlags", "/DR", "/DA"})
_WIDGET = frozenset(
    ("/Type", "/Subtype", "/FT", "/T", "/TU", "/F", "/Rect", "/P", "/AP", "/Ff", "/V", "/StructParent", "/Lock", "/SV")
)
_A4 = (210 / 25.4 * 72, 297 / 25.4 * 72)
_PRINT_FLAG = 4  # ISO 32000-1, 12.5.3: bit 3 of an annotation's flags
_HIDING_FLAGS = 1 | 2 | 32  # invisible, hidden, no view
_NAMESPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_VIETNAMESE = re.compile(r"vi(-VN)?")


def structure_problems(pdf: pikepdf.Pdf, title: str, rows: int, name: str) -> Iterator[Problem]:
    """Check a PDF's encryption, metadata, colour profile, language, tags, page size and active content.

    `title` is the title it must have, `rows` the number of rows of all its tables, `name` its file name for problems.
    """
    root: Any = pdf.Root
    if pdf.is_encrypted:
        yield bad_output(name, "pdf-ma-hoa", "PDF bị mã hóa")
    yield from _metadata_problems(pdf, title, name)
    if not any(_is_srgb(intent) for intent in _list(root.get("/OutputIntents"))):
        yield bad_output(name, "thieu-ho-so-mau", "PDF không nhúng hồ sơ màu (OutputIntent) mà PDF/A-2 đòi")
    if not _VIETNAMESE.fullmatch(str(root.get("/Lang", ""))):
        yield bad_output(name, "ngon-ngu-pdf", f"PDF ghi ngôn ngữ “{root.get('/Lang', '')}”, phải là vi-VN")
    if root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle") is not True:
        yield bad_output(name, "tieu-de-pdf", "PDF không bảo phần mềm xem hiện tiêu đề")
    yield from _tag_problems(pdf, rows, name)
    for number, page in enumerate(pdf.pages, 1):
        size = sorted(
            float(each) for each in (page.mediabox[2] - page.mediabox[0], page.mediabox[3] - page.mediabox[1])
        )
        if max(abs(size[0] - _A4[0]), abs(size[1] - _A4[1])) > 1 or "/Rotate" in page:
            yield bad_output(name, "kho-giay", f"trang {number} của PDF không phải khổ A4 để thẳng")
    for what in _active_content(pdf):
        yield bad_output(name, "noi-dung-chu-dong", f"PDF có {what}, văn bản hành chính không được có")


def _metadata_problems(pdf: pikepdf.Pdf, title: str, name: str) -> Iterator[Problem]:
    """Check that the XMP metadata claim PDF/A-2b, and that they and the document information have the right title.

    By ISO 19005-2, 6.6.2 to 6.6.4.
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        xmp = etree.fromstring(pdf.Root.Metadata.read_bytes(), parser)
    except (AttributeError, etree.XMLSyntaxError):
        yield bad_output(name, "khong-phai-pdfa", "PDF không có siêu dữ liệu XMP đọc được")
        return
    claims = [
        "".join(xmp.xpath(f"//pdfaid:{key}/text() | //@pdfaid:{key}", namespaces=_NAMESPACES))
        for key in ("part", "conformance")
    ]
    if claims != ["2", "B"]:
        yield bad_output(name, "khong-phai-pdfa", f"PDF tự nhận là PDF/A-{''.join(claims)}, phải là PDF/A-2B")
    titles = [
        str(pdf.docinfo.get("/Title", "")),
        "".join(xmp.xpath("//dc:title//rdf:li[1]/text()", namespaces=_NAMESPACES)),
    ]
    for pdf_title in titles:
        if squashed(pdf_title) != squashed(title):
            yield bad_output(name, "tieu-de-pdf", f"tiêu đề của PDF là “{pdf_title}”, không phải “{title}”")
    if "/ID" not in pdf.trailer:
        yield bad_output(name, "khong-phai-pdfa", "PDF không có số nhận dạng (ID)")


def _is_srgb(intent: Any) -> bool:
    """Tell whether an output intent is for PDF/A and embeds an RGB colour profile (ISO 19005-2, 6.2.3)."""
    try:
        profile = intent.DestOutputProfile
        data = profile.read_bytes()
        return bool(
            intent.S == "/GTS_PDFA1" and profile.N == 3 and data[36:40] == b"acsp" and data[16:20] == b"RGB "  # noqa: PLR2004
        )
    except (AttributeError, pikepdf.PdfError):
        return False


def _tag_problems(pdf: pikepdf.Pdf, rows: int, name: str) -> Iterator[Problem]:
    """Check that the document is tagged: marked as such, and its structure tree has every table row."""
    root: Any = pdf.Root
    tree = root.get("/StructTreeRoot")
    if root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked") is not True or tree is None:
        yield bad_output(name, "khong-gan-the", "PDF không gắn thẻ cấu trúc cho phần mềm đọc màn hình")
        return
    tables = [each for part in _list(tree.get("/K")) for each in _list(part.get("/K")) if each.get("/S") == "/Table"]
    count = sum(len(table.get("/K", pikepdf.Array())) for table in tables)
    if count != rows:
        # Rows may be inside row groups such as TBody (ISO 32000-1, 14.8.4.3.4). To look into each is slow, and
        # seldom needed.
        parts = [part for table in tables for part in _list(table.get("/K"))]
        count = sum(1 if part.get("/S") == "/TR" else len(_list(part.get("/K"))) for part in parts)
    if count != rows:
        yield bad_output(name, "khong-gan-the", f"thẻ cấu trúc của PDF có {count} hàng bảng, tệp .docx có {rows}")
    if any("/StructParents" not in page for page in pdf.pages):
        yield bad_output(name, "khong-gan-the", "PDF có trang không gắn thẻ cấu trúc")


def _active_content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield what is there beyond text, fonts, pictures and signature fields (ISO 19005-2, 6.3 to 6.5, 6.8, 6.9).

    Such things may act when the file is opened or clicked, or may hide content.
    """
    root: Any = pdf.Root
    yield from (f"{key} trong danh mục gốc" for key in root.keys() - _ROOT)
    if not isinstance(root.get("/OpenAction", pikepdf.Array()), pikepdf.Array):
        yield "hành động khi mở tệp"
    form: Any = root.get("/AcroForm", pikepdf.Dictionary())
    yield from (f"{key} trong biểu mẫu" for key in form.keys() - _FORM)
    fields = {field.objgen for field in _list(form.get("/Fields"))}
    for number, page in enumerate(pdf.pages, 1):
        yield from (f"{key} ở trang {number}" for key in page.obj.keys() - _PAGE)
        for note in _list(page.get("/Annots")):
            flags = int(note.get("/F", 0))
            signature = note.get("/Subtype") == "/Widget" and note.get("/FT") == "/Sig" and note.objgen in fields
            if not signature or note.keys() - _WIDGET:
                yield f"chú thích {note.get('/Subtype')} ở trang {number}"
            elif not flags & _PRINT_FLAG or flags & _HIDING_FLAGS or "/N" not in note.get("/AP", pikepdf.Dictionary()):
                yield f"ô chữ ký không in được ở trang {number}"
        pictures = page.resources.get("/XObject", pikepdf.Dictionary())
        if any(each.get("/Subtype") != "/Image" for each in pictures.as_dict().values()):
            yield f"đối tượng lồng ở trang {number}"


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value.as_list()) if isinstance(value, pikepdf.Array) else [value]
