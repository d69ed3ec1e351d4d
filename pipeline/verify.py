"""The verify stage: read the finished files back, with other readers than wrote them, and hold them to the Context."""

import contextlib
import dataclasses
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import docx
import pikepdf
import pypdfium2
from docx.oxml.ns import qn
from lxml import etree

from pipeline.emphasis import Doan
from pipeline.fonts import ALLOWED_PREFIXES
from pipeline.model import TieuDeCot
from pipeline.present import Context, Hang
from pipeline.problem import ExitCode, Place, Problem

SAMPLE_MARK = "SỐ LIỆU MẪU"
_TAG = re.compile(r"\{[{%#]|[}%#]\}")
_COLUMNS = tuple(TieuDeCot.model_fields)
_NOT_PRINTED = frozenset({"tieu_de", "cac_hang", "tieu_de_cot"})


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What was read back: how many pages the PDF has."""

    pages: int


def verify_docx(data: bytes, context: Context, name: str) -> tuple[Problem, ...]:
    """Read a .docx with python-docx: it opens, its table is the data cell by cell, no template tag is left in it."""
    try:
        document = docx.Document(io.BytesIO(data))
        sections = list(document.sections)
        headers = [part for section in sections for part in (section.header, section.first_page_header)]
    except Exception as error:  # noqa: BLE001 - python-docx lets through whatever its XML and zip readers raise
        return (_problem(name, "khong-mo-duoc", f"không mở lại được tệp .docx ({type(error).__name__})"),)
    roots = [document.element.body, *(header._element for header in headers)]  # noqa: SLF001 - its only way to XML
    return (*_table_problems(roots[0], context, name), *_text_problems(roots, context, name))


def verify_pdf(data: bytes, context: Context, pages: range, name: str) -> tuple[Reading, tuple[Problem, ...]]:
    """Read a PDF: page count in range, every text of the data in it, only the allowed fonts and all embedded."""
    try:
        texts = [_squashed(text) for text in _page_texts(data)]
        with pikepdf.open(io.BytesIO(data)) as pdf:
            title = str(pdf.docinfo.get("/Title", ""))
            fonts = dict(_font(font) for page in pdf.pages for font in _page_fonts(page))
    except (pypdfium2.PdfiumError, pikepdf.PdfError) as error:
        return Reading(0), (_problem(name, "khong-mo-duoc", f"không mở lại được tệp PDF ({error})"),)
    problems = (
        *_page_problems(texts, title, pages, context, name),
        *_pdf_text_problems("".join(texts), context, name),
        *_font_problems(fonts, name),
    )
    return Reading(len(texts)), problems


def _page_problems(texts: list[str], title: str, pages: range, context: Context, name: str) -> Iterator[Problem]:
    if len(texts) not in pages:
        message = f"PDF có {len(texts)} trang, bộ tiêu chí cho phép {pages.start} đến {pages.stop - 1} trang"
        hint = "xem lại nội dung và mẫu Word; nếu đúng thì sửa so_trang_it_nhat, so_trang_nhieu_nhat"
        yield _problem(name, "so-trang", message, hint)
    if _squashed(title) != _squashed(context.tieu_de):
        yield _problem(name, "tieu-de-pdf", f"tiêu đề của PDF là “{title}”, không phải “{context.tieu_de}”")
    bare = [str(number) for number, text in enumerate(texts, 1) if _squashed(SAMPLE_MARK) not in text]
    if context.so_lieu_mau and bare:
        yield _problem(name, "thieu-dau-mau", f"trang {', '.join(bare)} không ghi {SAMPLE_MARK}")


def _pdf_text_problems(everything: str, context: Context, name: str) -> Iterator[Problem]:
    """Look for every text of the Context, and for the cells of the table in their order."""
    for text in _printed_texts(context):
        if _squashed(text) not in everything:
            yield _problem(name, "thieu-chu-pdf", f"PDF không có “{text}”")
    position = 0
    for row in context.cac_hang:
        for cell in _cells(row):
            found = everything.find(_squashed(cell), position)
            if found < 0:
                message = f"PDF không có, hoặc không đúng chỗ, ô “{cell}” của hàng “{row.ky_hieu}”"
                yield _problem(name, "thieu-o-pdf", message)
            position = max(found, position)


def _font_problems(fonts: Mapping[str, bool], name: str) -> Iterator[Problem]:
    for font, embedded in fonts.items():
        if not font.startswith(ALLOWED_PREFIXES):
            message = f"PDF dùng phông {font} ngoài danh sách cho phép"
            yield _problem(name, "phong-la", message, "đặt phông Times New Roman cho mọi kiểu trong mẫu Word")
        if not embedded:
            yield _problem(name, "phong-khong-nhung", f"PDF không nhúng phông {font}")


def _table_problems(body: etree._Element, context: Context, name: str) -> Iterator[Problem]:
    """Compare the table with the Context, row by row: head, data rows, total."""
    columns = f"{qn('w:tblGrid')}/{qn('w:gridCol')}"
    tables = [table for table in body.iterchildren(qn("w:tbl")) if len(table.findall(columns)) == len(_COLUMNS)]
    if len(tables) != 1:
        yield _problem(name, "thieu-bang", f"tệp .docx có {len(tables)} bảng sáu cột, phải có đúng 1")
        return
    printed = [[_text(cell) for cell in row.iterchildren(qn("w:tc"))] for row in tables[0].iterchildren(qn("w:tr"))]
    head = [getattr(context.tieu_de_cot, column) for column in _COLUMNS]
    expected = [head, *(_cells(row) for row in context.cac_hang)]
    if len(printed) != len(expected) + 1:
        yield _problem(name, "so-hang", f"bảng có {len(printed)} hàng, dữ liệu có {len(expected) + 1}")
    for number, (cells, data) in enumerate(zip(printed, expected, strict=False)):
        if cells != data:
            yield _problem(name, "sai-o", f"hàng {number} của bảng in {cells}, dữ liệu là {data}")
    last = printed[-1]
    if context.cong_thuc_tong not in last[0] or context.tong_diem not in last[1:]:
        yield _problem(
            name, "sai-hang-tong", f"hàng cuối in {last}, tổng là {context.cong_thuc_tong} = {context.tong_diem}"
        )


def _text_problems(roots: Iterable[etree._Element], context: Context, name: str) -> Iterator[Problem]:
    """Look for every field's text and for template tags, in body and headers."""
    everything = "".join(_text(root) for root in roots)
    for text in _printed_texts(context):
        if text not in everything:
            yield _problem(name, "thieu-chu", f"tệp .docx không có “{text}”")
    if context.so_lieu_mau and everything.count(SAMPLE_MARK) < 2:  # noqa: PLR2004 - first page, other pages
        yield _problem(name, "thieu-dau-mau", f"tệp .docx không ghi {SAMPLE_MARK} ở đầu mọi trang")
    # Data may hold braces of its own; more of them than the data has are the template's.
    own = [*_printed_texts(context), *(cell for row in context.cac_hang for cell in _cells(row))]
    if len(_TAG.findall(everything)) > sum(len(_TAG.findall(text)) for text in own):
        around = next(iter(re.findall(r".{0,30}\{[{%#].{0,30}", everything)), "")
        yield _problem(name, "con-the-mau", f"còn thẻ của mẫu Word trong văn bản: “{around}”")


def _printed_texts(context: Context) -> Iterator[str]:
    """Give every text of the Context that stands outside the table."""
    for field in dataclasses.fields(context):
        value = getattr(context, field.name)
        if field.name in _NOT_PRINTED or isinstance(value, bool):
            continue
        yield from (value,) if isinstance(value, str) else value


def _cells(row: Hang) -> list[str]:
    return [row.ky_hieu, _joined(row.ten_tieu_chi), _joined(row.chi_tieu), row.diem_toi_da, row.thoi_gian, row.ghi_chu]


def _joined(stretches: Iterable[Doan]) -> str:
    return "".join(stretch.chu for stretch in stretches)


def _text(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def _squashed(text: str) -> str:
    """Fold what a page breaks apart: white space goes, ligatures and other compatibility forms come apart, NFC."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _page_texts(data: bytes) -> list[str]:
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document:  # type: ignore[no-untyped-call]
        return [page.get_textpage().get_text_range() for page in document]


def _page_fonts(page: pikepdf.Page) -> list[Any]:
    return list(page.resources.get("/Font", pikepdf.Dictionary()).as_dict().values())


def _font(font: Any) -> tuple[str, bool]:
    """Give a font's name without its subset tag, and whether its file is in the PDF."""
    descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
    embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")) or "/DescendantFonts" in font
    return str(font.get("/BaseFont", "/?"))[1:].split("+")[-1], embedded


def _problem(name: str, code: str, message: str, hint: str = "") -> Problem:
    return Problem(Place(name), code, message, hint, exit_code=ExitCode.VERIFICATION)
