"""Rules of the document as a whole: page, page number, font, colour, encoding, what is missing, order."""

import unicodedata
from collections.abc import Iterator

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit, Where
from pipeline.the_thuc.reading.document import Document, Paragraph
from pipeline.the_thuc.rules import rules

_PAGE = Where(label="trang giấy")
_NUMBER = Where(label="số trang")
_TOLERANCE = 0.3
"""Millimetres that rounding in Word and LibreOffice may cost."""
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
    """Mục I, khoản 1 đến 3: A4, margins; landscape pages may come later, for tables."""
    first = document.sections[0]
    if first.width > first.height:
        yield Hit("huong-giay", _PAGE, "trang đầu xoay ngang")
    for section in document.sections:
        wanted = sorted(float(side) for side in rules()["kho-giay"].allowed)
        if any(abs(a - b) > 1 for a, b in zip(sorted((section.width, section.height)), wanted, strict=True)):
            yield Hit("kho-giay", _PAGE, f"khổ {_mm(section.width)} x {_mm(section.height)} mm")
        if section.width > section.height:
            continue
        sides = (section.top, section.bottom, section.left, section.right)
        for rule, size in zip(("le-tren", "le-duoi", "le-trai", "le-phai"), sides, strict=True):
            lowest, highest = rules()[rule].bounds
            if not lowest - _TOLERANCE <= size <= highest + _TOLERANCE:
                yield Hit(rule, _PAGE, f"lề {_mm(size)} mm")


def check_macros(document: Document, _: Components) -> Iterator[Hit]:
    """Name a document that brings code along; its layout is checked all the same."""
    if document.has_macros:
        yield Hit("tep-macro", Where(label="tệp"), "tệp có macro")


def check_page_numbers(document: Document, _: Components) -> Iterator[Hit]:
    """Mục I, khoản 7: from page 2, centred in the upper margin, size 13 to 14, upright."""
    numbers = document.page_numbers
    if not numbers:
        if _is_longer_than_a_page(document.paragraphs):
            yield Hit("so-trang-thieu", _NUMBER, "không thấy số trang")
        return
    shown = [number for number in numbers if number.in_header] or list(numbers)
    if not shown[0].in_header:
        yield Hit("so-trang-cho", _NUMBER, "số trang ở chân trang")
    if any(number.on_first_page for number in shown):
        yield Hit("so-trang-trang-1", _NUMBER, "số trang hiện cả ở trang thứ nhất")
    for number in shown[:1]:
        lowest, highest = rules()["so-trang-co-chu"].bounds
        if number.align != "center":
            yield Hit("so-trang-giua", _NUMBER, "số trang không canh giữa")
        if not lowest <= number.face.size <= highest:
            yield Hit("so-trang-co-chu", _NUMBER, f"số trang cỡ {_pt(number.face.size)}")
        if number.face.bold or number.face.italic:
            yield Hit("so-trang-kieu-chu", _NUMBER, "số trang đậm hoặc nghiêng")


def check_letters(document: Document, _: Components) -> Iterator[Hit]:
    """Mục I, khoản 4: Times New Roman, black, precomposed Unicode, in text and tables alike."""
    fonts, colors = set(rules()["phong-chu"].allowed), set(rules()["mau-chu"].allowed)
    for paragraph in document.paragraphs:
        said: set[str] = set()
        for text, face in paragraph.runs:
            if not any(letter.isalnum() for letter in text):
                continue
            for font in face.fonts:
                if font not in fonts and not _only_other_letters(text, font, face.fonts) and font not in said:
                    said.add(font)
                    yield Hit("phong-chu", paragraph.where, f"phông {font}")
            if face.color not in colors and "color" not in said:
                said.add("color")
                yield Hit("mau-chu", paragraph.where, f"chữ màu {face.color}")
            if "nfc" not in said and not unicodedata.is_normalized("NFC", text):
                said.add("nfc")
                yield Hit("bang-ma", paragraph.where, "có chữ Unicode tổ hợp (dấu rời)")


def check_presence(document: Document, components: Components) -> Iterator[Hit]:
    """Điều 8, khoản 2: the components that every document has; a công văn has V/v in place of tên loại."""
    for name in _REQUIRED:
        if components.is_letter and name in {"ten_loai", "trich_yeu"}:
            if name == "trich_yeu" and not components.pieces["ve_viec"]:
                yield Hit("trich-yeu-thieu", Where(), "không tìm thấy trích yếu (V/v)")
        elif not components.pieces[name] and not (name == "trich_yeu" and not components.pieces["ten_loai"]):
            yield Hit(f"{name.replace('_', '-')}-thieu", Where(), f"không tìm thấy {NAMES[name]}")
    used = {
        piece.paragraph.cell.table for found in components.pieces.values() for piece in found if piece.paragraph.cell
    }
    if not components.body and all(each.cell is None or each.cell.table in used for each in document.paragraphs):
        yield Hit("noi-dung-thieu", Where(), "không tìm thấy nội dung")


def check_order(_: Document, components: Components) -> Iterator[Hit]:
    """Mục IV: the order of the diagram."""
    for earlier, later in _ORDER:
        before, after = components.first(earlier), components.first(later)
        if before and after and before.paragraph.where.order > after.paragraph.where.order:
            yield Hit("thu-tu", after.paragraph.where, f"{NAMES[later]} đứng trước {NAMES[earlier]}")


def _only_other_letters(text: str, font: str, fonts: tuple[str, ...]) -> bool:
    """Tell whether a run has no letter that its first font (of ASCII) or its second (of other letters) would draw."""
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
