"""Check the document as a whole: pages, page number, font, colour, encoding, missing components, order."""

import unicodedata
from collections.abc import Iterator

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit, Where
from pipeline.the_thuc.reading.document import Document, Paragraph
from pipeline.the_thuc.rules import rules

_PAGE = Where(label="trang giấy")
_NUMBER = Where(label="số trang")
_TOLERANCE = 0.3
"""Millimetres by which Word and LibreOffice may round."""
_LETTERS_ON_A_LINE, _LINES_ON_A_PAGE = 80, 46
_REQUIRED = (
    "quoc_hieu", "tieu_ngu", "co_quan", "so", "dia_danh", "ten_loai", "trich_yeu", "chuc_vu", "ho_ten", "noi_nhan",
)  # fmt: skip
_ORDER = (
    ("quoc_hieu", "tieu_ngu"), ("tieu_ngu", "dia_danh"), ("co_quan", "so"), ("so", "ten_loai"),
    ("dia_danh", "ten_loai"),
    ("ten_loai", "trich_yeu"), ("trich_yeu", "can_cu"),
    ("trich_yeu", "kinh_gui"), ("trich_yeu", "noi_nhan"), ("trich_yeu", "chuc_vu"),
    ("chuc_vu", "ho_ten"),
)  # fmt: skip
NAMES = {
    "quoc_hieu": "Quốc hiệu", "tieu_ngu": "Tiêu ngữ", "co_quan": "tên cơ quan", "chu_quan": "cơ quan chủ quản",
    "so": "số, ký hiệu", "dia_danh": "địa danh và thời gian", "ten_loai": "tên loại", "trich_yeu": "trích yếu",
    "ve_viec": "trích yếu (V/v)", "can_cu": "căn cứ", "kinh_gui": "Kính gửi", "chuc_vu": "chức vụ người ký",
    "ho_ten": "họ tên người ký", "noi_nhan": "Nơi nhận", "noi_nhan_dong": "danh sách nơi nhận",
}  # fmt: skip


def check_pages(document: Document, _: Components) -> Iterator[Hit]:
    """Check paper size and margins: A4, the first page upright (mục I, khoản 1 đến 3).

    Later pages may be landscape, for tables; their margins are not checked.
    """
    first = document.sections[0]
    if first.width > first.height:
        yield Hit("huong-giay", _PAGE, "trang đầu xoay ngang")
    for section in document.sections:
        paper_size = sorted(float(side) for side in rules()["kho-giay"].allowed)
        if any(abs(a - b) > 1 for a, b in zip(sorted((section.width, section.height)), paper_size, strict=True)):
            yield Hit("kho-giay", _PAGE, f"khổ {_mm(section.width)} x {_mm(section.height)} mm")
        if section.width > section.height:
            continue
        sides = (section.top, section.bottom, section.left, section.right)
        for rule, size in zip(("le-tren", "le-duoi", "le-trai", "le-phai"), sides, strict=True):
            lowest, highest = rules()[rule].bounds
            if not lowest - _TOLERANCE <= size <= highest + _TOLERANCE:
                yield Hit(rule, _PAGE, f"lề {_mm(size)} mm")


def check_macros(document: Document, _: Components) -> Iterator[Hit]:
    """Report a document that contains macros; its layout is checked all the same."""
    if document.has_macros:
        yield Hit("tep-macro", Where(label="tệp"), "tệp có macro")


def check_page_numbers(document: Document, _: Components) -> Iterator[Hit]:
    """Check the page number: from page 2, centred in the header, size 13 to 14, upright (mục I, khoản 7)."""
    numbers = document.page_numbers
    if not numbers:
        if _is_longer_than_a_page(document.paragraphs):
            yield Hit("so-trang-thieu", _NUMBER, "không thấy số trang")
        return
    candidates = [number for number in numbers if number.in_header] or list(numbers)
    if not candidates[0].in_header:
        yield Hit("so-trang-cho", _NUMBER, "số trang ở chân trang")
    if any(number.on_first_page for number in candidates):
        yield Hit("so-trang-trang-1", _NUMBER, "số trang hiện cả ở trang thứ nhất")
    for number in candidates[:1]:
        lowest, highest = rules()["so-trang-co-chu"].bounds
        if number.align != "center":
            yield Hit("so-trang-giua", _NUMBER, "số trang không canh giữa")
        if not lowest <= number.face.size <= highest:
            yield Hit("so-trang-co-chu", _NUMBER, f"số trang cỡ {_pt(number.face.size)}")
        if number.face.bold or number.face.italic:
            yield Hit("so-trang-kieu-chu", _NUMBER, "số trang đậm hoặc nghiêng")


def check_letters(document: Document, _: Components) -> Iterator[Hit]:
    """Check font, colour and encoding: Times New Roman, black, precomposed Unicode (NFC) (mục I, khoản 4)."""
    fonts, colors = set(rules()["phong-chu"].allowed), set(rules()["mau-chu"].allowed)
    for paragraph in document.paragraphs:
        faults: set[str] = set()
        for text, face in paragraph.runs:
            if not any(letter.isalnum() for letter in text):
                continue
            for font in face.fonts:
                if font not in fonts and not _only_other_letters(text, font, face.fonts) and font not in faults:
                    faults.add(font)
                    yield Hit("phong-chu", paragraph.where, f"phông {font}")
            if face.color not in colors and "color" not in faults:
                faults.add("color")
                yield Hit("mau-chu", paragraph.where, f"chữ màu {face.color}")
            if "nfc" not in faults and not unicodedata.is_normalized("NFC", text):
                faults.add("nfc")
                yield Hit("bang-ma", paragraph.where, "có chữ Unicode tổ hợp (dấu rời)")


def check_presence(document: Document, components: Components) -> Iterator[Hit]:
    """Check that the required components are there (Điều 8, khoản 2); a công văn has V/v in place of tên loại."""
    for component in _REQUIRED:
        if components.is_letter and component in {"ten_loai", "trich_yeu"}:
            if component == "trich_yeu" and not components.pieces["ve_viec"]:
                yield Hit("trich-yeu-thieu", Where(), "không tìm thấy trích yếu (V/v)")
        elif not components.pieces[component] and not (component == "trich_yeu" and not components.pieces["ten_loai"]):
            yield Hit(f"{component.replace('_', '-')}-thieu", Where(), f"không tìm thấy {NAMES[component]}")
    component_tables = {
        piece.paragraph.cell.table for pieces in components.pieces.values() for piece in pieces if piece.paragraph.cell
    }
    if not components.body and all(
        each.cell is None or each.cell.table in component_tables for each in document.paragraphs
    ):
        yield Hit("noi-dung-thieu", Where(), "không tìm thấy nội dung")


def check_order(_: Document, components: Components) -> Iterator[Hit]:
    """Check that the components come in the order of the diagram (mục IV)."""
    for earlier, later in _ORDER:
        before, after = components.first(earlier), components.first(later)
        if before and after and before.paragraph.where.order > after.paragraph.where.order:
            yield Hit("thu-tu", after.paragraph.where, f"{NAMES[later]} đứng trước {NAMES[earlier]}")


def _only_other_letters(text: str, font: str, fonts: tuple[str, ...]) -> bool:
    """Tell whether a font of a run draws none of its letters.

    The first font of a run draws ASCII letters, the second all others; one that draws none is no fault.
    """
    if len(fonts) == 1:
        return False
    return not any(letter.isalnum() and letter.isascii() == (font == fonts[0]) for letter in text)


def _is_longer_than_a_page(paragraphs: tuple[Paragraph, ...]) -> bool:
    if any(paragraph.breaks_page for paragraph in paragraphs):
        return True
    return sum(1 + len(paragraph.text) // _LETTERS_ON_A_LINE for paragraph in paragraphs) > _LINES_ON_A_PAGE


def _mm(size: float) -> str:
    return f"{size:.1f}".removesuffix(".0").replace(".", ",")


def _pt(size: float) -> str:
    return f"{size:g}".replace(".", ",")
