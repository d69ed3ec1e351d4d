"""Check the document as a whole: pages, page number, missing components, order."""

from collections.abc import Iterator

from pipeline.the_thuc.checks.length import is_longer_than_a_page
from pipeline.the_thuc.checks.typefaces import is_times
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit, Where
from pipeline.the_thuc.reading.document import Document, PageNumber
from pipeline.the_thuc.rules import rules

_ARABIC = frozenset({"decimal", "numberInDash", "none"})
_PAGE = Where(label="trang giấy")
_NUMBER = Where(label="số trang")
_TOLERANCE = 0.3
"""Millimetres by which Word and LibreOffice may round."""
_REQUIRED = (
    "quoc_hieu", "tieu_ngu", "co_quan", "so", "dia_danh", "ten_loai", "trich_yeu", "chuc_vu", "ho_ten", "noi_nhan",
)  # fmt: skip
# What the forms of Phụ lục III do not have: trích yếu (1.8, 1.10), place and date (1.9). A contract, a memorandum and
# an agreement have no form there.
_NOT_IN_FORM = {
    "GGT": {"trich_yeu"},
    "GNP": {"trich_yeu"},
    "BB": {"dia_danh"},
    "HĐ": {"trich_yeu", "dia_danh", "noi_nhan"},
    "BGN": {"dia_danh", "noi_nhan"},
    "BTT": {"dia_danh", "noi_nhan"},
}
_LETTER = "THƯ "
"""Begins a thư công, the one kind of Điều 7 that has neither an abbreviation nor a form."""
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
        if is_longer_than_a_page(document):
            yield Hit("so-trang-thieu", _NUMBER, "không thấy số trang")
        return
    candidates = [number for number in numbers if number.in_header] or list(numbers)
    if not candidates[0].in_header:
        yield Hit("so-trang-cho", _NUMBER, "số trang ở chân trang")
    if any(number.on_first_page for number in candidates):
        yield Hit("so-trang-trang-1", _NUMBER, "số trang hiện cả ở trang thứ nhất")
    yield from _check_look(candidates[0])
    if document.sections[0].number_form not in _ARABIC or not candidates[0].is_arabic:
        yield Hit("so-trang-a-rap", _NUMBER, "số trang không phải chữ số Ả Rập")


def _check_look(number: PageNumber) -> Iterator[Hit]:
    lowest, highest = rules()["so-trang-co-chu"].bounds
    if number.align != "center":
        yield Hit("so-trang-giua", _NUMBER, "số trang không canh giữa")
    if not lowest <= number.face.size <= highest:
        yield Hit("so-trang-co-chu", _NUMBER, f"số trang cỡ {_pt(number.face.size)}")
    if number.face.bold or number.face.italic:
        yield Hit("so-trang-kieu-chu", _NUMBER, "số trang đậm hoặc nghiêng")
    # Digits are ASCII letters: the first font draws them.
    if not is_times(number.face.fonts[0]):
        yield Hit("phong-chu", _NUMBER, f"phông {number.face.fonts[0]}")


def check_presence(document: Document, components: Components) -> Iterator[Hit]:
    """Check that the required components are there (Điều 8, khoản 2); a công văn has V/v in place of tên loại.

    What the forms leave out is not asked: a text issued with a decision has but its own tên loại (form 1.3).
    """
    if components.other is not None:
        where, words = components.other.paragraph.where, components.other.text[:60]
        if components.annexes and components.annexes[0].label.paragraph is components.other.paragraph:
            yield Hit("loai-khac", where, f"tệp chỉ có “{words}”, không có văn bản chính")
        elif not words.upper().startswith(_LETTER):
            yield Hit("loai-khac", where, f"“{words}” không phải tên loại nào của Điều 7")
        return
    for rule, name in _missing(components):
        yield Hit(rule, Where(), f"không tìm thấy {name}")
    for piece in components.pieces["khong_ho_ten"]:
        yield Hit("ho-ten-thieu", piece.paragraph.where, f"dưới “{piece.text[:40]}” không có họ tên")
    component_tables = {
        piece.paragraph.cell.table for pieces in components.pieces.values() for piece in pieces if piece.paragraph.cell
    }
    if not components.body and all(
        each.cell is None or each.cell.table in component_tables for each in document.paragraphs
    ):
        yield Hit("noi-dung-thieu", Where(), "không tìm thấy nội dung")


def _missing(components: Components) -> Iterator[tuple[str, str]]:
    """Yield the rule and the name of each component that is asked for and not there."""
    kind = components.kind[1] if components.kind else ""
    pieces = components.pieces
    asked = ("ten_loai",) if components.is_attached else _REQUIRED
    for component in (each for each in asked if each not in _NOT_IN_FORM.get(kind, set())):
        if components.is_letter and component in {"ten_loai", "trich_yeu"}:
            if component == "trich_yeu" and not pieces["ve_viec"]:
                yield "trich-yeu-thieu", "trích yếu (V/v)"
        elif not pieces[component] and not (component == "trich_yeu" and not pieces["ten_loai"]):
            yield f"{component.replace('_', '-')}-thieu", NAMES[component]
    if (components.is_letter or kind == "TTr") and not pieces["kinh_gui"]:
        yield "kinh-gui-thieu", NAMES["kinh_gui"]


def check_order(_: Document, components: Components) -> Iterator[Hit]:
    """Check that the components come in the order of the diagram (mục IV)."""
    for earlier, later in _ORDER:
        before, after = components.first(earlier), components.first(later)
        if before and after and before.paragraph.where.order > after.paragraph.where.order:
            yield Hit("thu-tu", after.paragraph.where, f"{NAMES[later]} đứng trước {NAMES[earlier]}")


def _mm(size: float) -> str:
    return f"{size:.1f}".removesuffix(".0").replace(".", ",")


def _pt(size: float) -> str:
    return f"{size:g}".replace(".", ",")
