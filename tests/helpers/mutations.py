"""Faults in a finished document, each a small function with the code of the problem that must tell of it."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf

Parts = dict[str, str]
DOCUMENT, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"


def changed_docx(document: bytes, change: Callable[[Parts], None]) -> bytes:
    """Give a .docx with changed parts."""
    with zipfile.ZipFile(io.BytesIO(document)) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    before = dict(parts)
    change(parts)
    assert parts != before
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def changed_pdf(data: bytes, change: Callable[[pikepdf.Pdf], None], **saving: Any) -> bytes:
    """Give a PDF with changed objects."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, **saving)
    return out.getvalue()


def _text(old: str, new: str, part: str = DOCUMENT) -> Callable[[Parts], None]:
    """Replace a text that is there, the first time that it is."""

    def change(parts: Parts) -> None:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new, 1)

    return change


def _swap(one: str, other: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        text = parts[DOCUMENT]
        assert one in text, one
        assert other in text, other
        parts[DOCUMENT] = text.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1)

    return change


def _pattern(pattern: str, new: str, part: str = DOCUMENT) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts[part], count = re.subn(pattern, new, parts[part], count=1, flags=re.DOTALL)
        assert count, pattern

    return change


def _row(words: str) -> str:
    return rf"(<w:tr>(?:(?!</w:tr>).)*{re.escape(words)}.*?</w:tr>)"


def _paragraph(words: str) -> str:
    return rf"(\n<w:p>(?:(?!</w:p>).)*{re.escape(words)}.*?</w:p>)"


def _styleless(style: str, switch: str) -> Callable[[Parts], None]:
    """Take bold or italic out of a style."""
    return _pattern(rf'(w:styleId="{style}">(?:(?!</w:style>).)*?)<w:{switch}/>', r"\1", STYLES)


def _cut_xml(parts: Parts) -> None:
    parts[DOCUMENT] = parts[DOCUMENT][:-40]


def _without_table(parts: Parts) -> None:
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", parts[DOCUMENT], re.DOTALL)
    parts[DOCUMENT] = parts[DOCUMENT].replace(tables[1], "")


def _table_in_two(parts: Parts) -> None:
    """End the table in its middle and start it again with the same columns."""
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", parts[DOCUMENT], re.DOTALL)
    start = re.match(r"<w:tbl>.*?</w:tblGrid>", tables[1], re.DOTALL)
    assert start
    at = tables[1].index("<w:tr>", len(tables[1]) // 2)
    two = f"{tables[1][:at]}</w:tbl>\n<w:p/>{start[0]}{tables[1][at:]}"
    parts[DOCUMENT] = parts[DOCUMENT].replace(tables[1], two)


def _name_to_the_left(parts: Parts) -> None:
    """Put the signer's name under the recipients."""
    text = parts[DOCUMENT]
    name = re.search(_paragraph("Bùi Quốc Bảo"), text, re.DOTALL)
    filing = re.search(_paragraph("- Lưu: "), text, re.DOTALL)
    assert name
    assert filing
    parts[DOCUMENT] = text.replace(name[0], "\n<w:p/>").replace(filing[0], filing[0] + name[0])


_TARGET = "Tổng diện tích"
_MARKED = "<w:rPr><w:b/><w:bCs/>"
_PLAIN_RUN = '<w:r><w:t xml:space="preserve">1.100 tấn trở lên'
_BOLD_RUN = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">1.100 tấn trở lên'
_NESTED = '<w:tbl><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
_HEADING = "Nơi nhận:"

IN_DOCX: dict[str, tuple[Callable[[Parts], None], str]] = {
    "cells swapped": (_swap("1.100 tấn trở lên", "440 ha trở lên"), "sai-o"),
    "a digit changed": (_text("1.100 tấn trở lên", "1.101 tấn trở lên"), "sai-o"),
    "a digit lost": (_text("440 ha", "44 ha"), "sai-o"),
    "a diacritic lost": (_text("440 ha trở lên", "440 ha tro lên"), "sai-o"),
    "another diacritic": (_text("440 ha trở lên", "440 ha trỡ lên"), "sai-o"),
    "a letter taken apart": (_text("440 ha trở lên", "440 ha tro\u031b\u0309 lên"), "sai-o"),
    "another space": (_text("440 ha trở", "440\u00a0ha trở"), "sai-o"),
    "another case": (_text("162,1 triệu", "162,1 Triệu"), "sai-o"),
    "a label changed": (_text(">1,10<", ">1,1<"), "sai-o"),
    "a decimal point": (_text(">0,5<", ">0.5<"), "sai-o"),
    "a cell emptied": (_text("1.100 tấn trở lên", ""), "sai-o"),
    "a cell said twice": (_text("440 ha trở lên", "440 ha trở lên440 ha trở lên"), "sai-o"),
    "a cell dropped": (_pattern(r"<w:tc>(?:(?!</w:tc>).)*440 ha trở lên.*?</w:tc>", ""), "sai-o"),
    "a column's head changed": (_text("Chỉ tiêu, nhiệm vụ<", "Chỉ tiêu<"), "sai-o"),
    "columns' heads swapped": (_swap(">Tiêu chí<", ">Ghi chú<"), "sai-o"),
    "a row dropped": (_pattern(_row(_TARGET), ""), "so-hang"),
    "a row doubled": (_pattern(_row(_TARGET), r"\1\1"), "so-hang"),
    "an empty row added": (_pattern(_row(_TARGET), r"\1<w:tr><w:tc><w:p/></w:tc></w:tr>"), "so-hang"),
    "the head row dropped": (_pattern(_row(">TT<"), ""), "so-hang"),
    "the total row dropped": (_pattern(_row("Tổng cộng"), ""), "so-hang"),
    "rows swapped": (_swap(">1,2<", ">1,3<"), "sai-o"),
    "the total changed": (_text(">100<", ">99<"), "tong-in-sai"),
    "the total's sum changed": (_text("I + II + III", "I + III + II"), "sai-o"),
    "a section's points changed": (_text(">22<", ">21<"), "tong-in-sai"),
    "a row's points changed": (_pattern(r"(440 ha trở lên.*?<w:t[^>]*>)1(?=</w:t>)", r"\g<1>2"), "tong-in-sai"),
    "the table lost": (_without_table, "thieu-bang"),
    "the table in two": (_table_in_two, "thua-bang"),
    "the head not repeated": (_text("<w:tblHeader/>", ""), "khong-lap-tieu-de"),
    "the head's repetition off": (_text("<w:tblHeader/>", '<w:tblHeader w:val="0"/>'), "khong-lap-tieu-de"),
    "marked bold lost": (_text(_MARKED, '<w:rPr><w:b w:val="0"/><w:bCs/>'), "sai-kieu-chu"),
    "marked bold left to the style": (_pattern(r"<w:rPr><w:b w:val=\"0\"/>", "<w:rPr>"), "sai-kieu-chu"),
    "bold where none is marked": (_text(_PLAIN_RUN, _BOLD_RUN), "sai-kieu-chu"),
    "a row in another row's style": (
        _pattern(r'"BangNhomLien"(?=(?:(?!</w:tr>).)*Nhóm tiêu chí về môi trường)', '"BangTieuChi"'),
        "sai-kieu-chu",
    ),
    "the agency lost": (_pattern(_paragraph("ỦY BAN NHÂN DÂN"), ""), "sai-phan-dau"),
    "another commune": (_text("XÃ CẨM LƯƠNG", "XÃ CẨM THẠCH"), "sai-phan-dau"),
    "the nation misspelt": (_text("CỘNG HÒA", "CỘNG HOÀ"), "sai-phan-dau"),
    "the motto lost": (_pattern(_paragraph("Độc lập"), ""), "sai-phan-dau"),
    "the motto with dashes": (_text("Độc lập - Tự do", "Độc lập – Tự do"), "sai-phan-dau"),
    "the number changed": (_text("/KH-UBND", "/KH-HĐND"), "sai-phan-dau"),
    "the date changed": (_text("tháng 8 năm 2023", "tháng 9 năm 2023"), "sai-phan-dau"),
    "agency and motto swapped": (_swap("XÃ CẨM LƯƠNG", "Độc lập - Tự do - Hạnh phúc"), "sai-phan-dau"),
    "the agency not bold": (_styleless("CoQuan", "b"), "sai-kieu-chu"),
    "the date not italic": (_styleless("DiaDanh", "i"), "sai-kieu-chu"),
    "the motto not bold": (_styleless("TieuNgu", "b"), "sai-kieu-chu"),
    "the subject not bold": (_styleless("TrichYeu", "b"), "sai-kieu-chu"),
    "the kind changed": (_text(">KẾ HOẠCH<", ">BÁO CÁO<"), "sai-trich-yeu"),
    "the kind lost": (_pattern(_paragraph("KẾ HOẠCH"), ""), "sai-trich-yeu"),
    "a line of the subject lost": (_pattern(_paragraph("nhiệm vụ trọng tâm và"), ""), "sai-trich-yeu"),
    "the subject's year changed": (_text("nhà nước năm 2023<", "nhà nước năm 2022<"), "sai-trich-yeu"),
    "the opening lost": (_pattern(_paragraph("Thực hiện Công văn"), ""), "thieu-doan"),
    "a word of the template changed": (_text("xây dựng Kế hoạch thẩm định", "lập Kế hoạch thẩm định"), "sai-noi-dung"),
    "the cited document changed": (_text("2096/UBND-NV", "2069/UBND-NV"), "sai-noi-dung"),
    "the closing said twice": (_pattern(_paragraph("Trên đây là"), r"\1\1"), "thua-doan"),
    "the closing sign lost": (_text("năm 2023./.", "năm 2023."), "sai-noi-dung"),
    "a sentence added": (_text("cụ thể như sau:", "cụ thể như sau đây:"), "sai-noi-dung"),
    "a recipient lost": (_pattern(_paragraph("Thường trực Đảng ủy"), ""), "sai-noi-nhan"),
    "recipients swapped": (_swap("Thường trực Đảng ủy", "Thường trực HĐND xã"), "sai-noi-nhan"),
    "a semicolon lost": (_text("UBND huyện (để báo cáo);", "UBND huyện (để báo cáo)"), "sai-noi-nhan"),
    "the filing changed": (_text("Lưu: VT, VP.", "Lưu: VT."), "sai-noi-nhan"),
    "the recipients' heading upright": (_styleless("NoiNhan", "i"), "sai-kieu-chu"),
    "the signer's name changed": (_text("Bùi Quốc Bảo", "Bùi Quốc Bão"), "sai-chu-ky"),
    "the signer's name lost": (_pattern(_paragraph("Bùi Quốc Bảo"), "\n<w:p/>"), "sai-chu-ky"),
    "the signer's post lost": (_pattern(_paragraph(">CHỦ TỊCH<"), ""), "sai-chu-ky"),
    "the authority lost": (_text("TM. ỦY BAN", "ỦY BAN"), "sai-chu-ky"),
    "the name on the other side": (_name_to_the_left, "sai-chu-ky"),
    "the signer's name not bold": (_styleless("HoTen", "b"), "sai-kieu-chu"),
    "a field left": (_text("Trên đây là", "{{ ket_thuc }}"), "con-the-mau"),
    "a statement left": (_text("Trên đây là", "{% endif %}"), "con-the-mau"),
    "a field left in the page header": (_text(">2<", ">{{ trang }}<", "word/header2.xml"), "con-the-mau"),
    "another title": (_text("Kế hoạch Thẩm định", "Kế hoạch", CORE), "tieu-de-docx"),
    "XML cut short": (_cut_xml, "khong-mo-duoc"),
    "a table in a table": (_pattern(r"(<w:tc><w:tcPr>.*?</w:tcPr>)", rf"\1{_NESTED}"), "khong-mo-duoc"),
}

_BREAK = '\n<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

CONVERTED: dict[str, tuple[Callable[[Parts], None], str]] = {
    "bold lost": (IN_DOCX["marked bold lost"][0], "sai-kieu-chu-pdf"),
    "italic lost": (IN_DOCX["the date not italic"][0], "sai-kieu-chu-pdf"),
    "a level's face lost": (_styleless("BangNhom", "i"), "sai-kieu-chu-pdf"),
    "cells swapped": (IN_DOCX["cells swapped"][0], "sai-o-pdf"),
    "a diacritic lost": (IN_DOCX["a diacritic lost"][0], "sai-o-pdf"),
    "a row dropped": (IN_DOCX["a row dropped"][0], "sai-o-pdf"),
    "a row doubled": (IN_DOCX["a row doubled"][0], "sai-o-pdf"),
    "the opening lost": (IN_DOCX["the opening lost"][0], "sai-chu-pdf"),
    "a recipient lost": (IN_DOCX["a recipient lost"][0], "sai-chu-pdf"),
    "the signer's name changed": (IN_DOCX["the signer's name changed"][0], "sai-chu-pdf"),
    "the head not repeated": (IN_DOCX["the head not repeated"][0], "khong-lap-tieu-de-pdf"),
    "the signature on a page of its own": (
        _pattern(r"(<w:tbl>(?:(?!</w:tbl>).)*Nơi nhận:)", rf"{_BREAK}\1"),
        "chu-ky-rieng-trang",
    ),
    "an empty page": (_pattern(_paragraph("Trên đây là"), rf"{_BREAK * 2}\1"), "trang-trong"),
    "too many pages": (_pattern(_paragraph("KẾ HOẠCH"), rf"{_BREAK * 3}\1"), "so-trang"),
    "the page number lost": (_pattern(r"<w:fldSimple.*</w:fldSimple>", "", "word/header2.xml"), "thieu-so-trang"),
    "words in the page header": (
        _pattern(r"</w:fldSimple>", "</w:fldSimple><w:r><w:t>Mật</w:t></w:r>", "word/header2.xml"),
        "chu-la",
    ),
    "paper of another size": (
        _text('<w:pgSz w:w="11906" w:h="16838"/>', '<w:pgSz w:w="12240" w:h="15840"/>'),
        "kho-giay",
    ),
    "another title": (IN_DOCX["another title"][0], "tieu-de-pdf"),
}
"""The PDF of a changed .docx beside the .docx as it was."""


def _stream(number: int, pattern: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    """Change the content of a page, from 0, where a pattern first fits."""

    def change(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[number].Contents
        text, count = re.subn(pattern, new, content.read_bytes(), count=1, flags=re.DOTALL)
        assert count, pattern
        content.write(text)

    return change


def _fonts(pdf: pikepdf.Pdf) -> list[Any]:
    return list(pdf.pages[0].Resources.Font.as_dict().values())


def _font_file(pattern: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        file = _fonts(pdf)[1].FontDescriptor.FontFile2
        assert pattern in file.read_bytes()
        file.write(file.read_bytes().replace(pattern, new))

    return change


def _glyph_lost(pdf: pikepdf.Pdf) -> None:
    """Let the third code of a font, a letter, show the glyph that stands for what a font lacks."""
    file = _fonts(pdf)[1].FontDescriptor.FontFile2
    data = bytearray(file.read_bytes())
    tables = {}
    for at in range(12, 12 + 16 * data[5], 16):
        tables[bytes(data[at : at + 4])] = int.from_bytes(data[at + 8 : at + 12], "big")
    cmap = tables[b"cmap"]
    codes = cmap + int.from_bytes(data[cmap + 8 : cmap + 12], "big") + 6
    data[codes + 2] = 0
    file.write(bytes(data))


def _rename_font(pdf: pikepdf.Pdf) -> None:
    _fonts(pdf)[0].BaseFont = pikepdf.Name("/ABCDEF+DejaVuSerif-Bold")


def _unembed(pdf: pikepdf.Pdf) -> None:
    del _fonts(pdf)[0].FontDescriptor.FontFile2


def _mapping(pattern: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        table = _fonts(pdf)[1].ToUnicode
        assert pattern in table.read_bytes()
        table.write(table.read_bytes().replace(pattern, new))

    return change


def _without_mapping(pdf: pikepdf.Pdf) -> None:
    del _fonts(pdf)[1].ToUnicode


def _xmp(pattern: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        text = pdf.Root.Metadata.read_bytes()
        assert pattern in text
        pdf.Root.Metadata.write(text.replace(pattern, new))

    return change


def _set(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    """Set a key of the root."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[key] = value

    return change


def _drop(key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root[key]

    return change


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = pikepdf.String("Kế hoạch khác")


def _damage_profile(pdf: pikepdf.Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    profile.write(b"\0" * 36 + profile.read_bytes()[40:])


def _row_out_of_tree(pdf: pikepdf.Pdf) -> None:
    table = [each for each in pdf.Root.StructTreeRoot.K[0].K.as_list() if each.S == "/Table"][1]
    del table.K[5]


def _untag_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3].obj["/StructParents"]


_SCRIPT = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))


def _page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj["/AA"] = pikepdf.Dictionary(O=_SCRIPT)


def _attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["x.txt"] = b"x"


def _note(**keys: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(Type=pikepdf.Name("/Annot"), Rect=[0, 0, 9, 9], F=4, **keys)
        page = pdf.pages[0].obj
        notes = [*page.get("/Annots", pikepdf.Array()).as_list(), pdf.make_indirect(note)]
        page["/Annots"] = pikepdf.Array(notes)

    return change


def _nested_text(pdf: pikepdf.Pdf) -> None:
    """Show words through a form XObject."""
    page = pdf.pages[0]
    form = pdf.make_stream(b"BT 100 100 Td /F1 12 Tf <01>Tj ET")
    form.Type, form.Subtype, form.BBox = pikepdf.Name("/XObject"), pikepdf.Name("/Form"), [0, 0, 600, 800]
    form.Resources = page.Resources
    page.Resources["/XObject"] = pikepdf.Dictionary(X=form)
    page.contents_add(b"/X Do\n")


def _swap_pages(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[4]
    del pdf.pages[4]
    pdf.pages.insert(2, page)


def _drop_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[4]


def _drop_last_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[-1]


def _double_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages.insert(4, pdf.pages[4])


def _turn_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].rotate(90, relative=False)


def _fields(pdf: pikepdf.Pdf) -> list[Any]:
    return list(pdf.Root.AcroForm.Fields.as_list())


def _without_field(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AcroForm.Fields[1]
    del pdf.pages[-1].obj.Annots[1]


def _moved_field(number: int, right: float, up: float) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        field = _fields(pdf)[number]
        steps = (right, up, right, up)
        field.Rect = [float(corner) + step for corner, step in zip(field.Rect, steps, strict=True)]

    return change


def _hidden_field(pdf: pikepdf.Pdf) -> None:
    _fields(pdf)[0].F = 2


def _bare_field(pdf: pikepdf.Pdf) -> None:
    del _fields(pdf)[0].AP


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.XFA = pikepdf.Array([])


def _acting_field(pdf: pikepdf.Pdf) -> None:
    _fields(pdf)[0].A = _SCRIPT


_SHOW = rb"BT\n[^\n]*(?:TJ|Tj)\nET\n"

IN_PDF: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "a page lost": (_drop_page, "sai-o-pdf"),
    "the last page lost": (_drop_last_page, "sai-o-pdf"),
    "a page doubled": (_double_page, "sai-o-pdf"),
    "pages swapped": (_swap_pages, "sai-o-pdf"),
    "a page turned": (_turn_page, "kho-giay"),
    "a line missing": (_stream(0, rb"(/N#[^\n]*BDC\nq 0 0 0 rg\n)" + _SHOW, rb"\1"), "sai-chu-pdf"),
    "a line doubled": (_stream(0, rb"(/N#[^\n]*BDC\nq 0 0 0 rg\n)(" + _SHOW + rb")", rb"\1\2\2"), "sai-chu-pdf"),
    "letters exchanged": (_stream(1, rb"(/B#[^\n]*BDC\nq 0 0 0 rg\nBT\n[^<]*<)..(?=..)", rb"\g<1>02"), "sai-o-pdf"),
    "a letter that means another": (_mapping(b"<15> <00F4>", b"<15> <00F5>"), "sai-chu-pdf"),
    "letters without meaning": (_without_mapping, "khong-doc-duoc-chu"),
    "a font renamed": (_rename_font, "phong-la"),
    "a font replaced": (_font_file(b"LiberationSerif", b"DejaVuSerifBook"), "phong-la"),
    "another cut of the font": (_font_file(b"LiberationSerif", b"Tinos-BoldItali"), "phong-la"),
    "a font not embedded": (_unembed, "phong-khong-nhung"),
    "a font file damaged": (_font_file(b"cmap", b"cmaq"), "khong-mo-duoc"),
    "a letter without a glyph": (_glyph_lost, "thieu-net-chu"),
    "the page number lost": (_stream(1, rb"BT\n[\d.]+ 80\d[\d.]* Td[^\n]*T[Jj]\nET\n", b""), "thieu-so-trang"),
    "the repeated head lost": (
        _stream(3, rb"(?<=Q\nEMC\n)/Artifact BMC\nq 0 0 0 rg\nBT.*?EMC", b""),
        "khong-lap-tieu-de-pdf",
    ),
    "words besides the text": (
        _stream(0, rb"EMC\n", b"EMC\n/Artifact BMC\nq 0 0 0 rg\nBT\n90 30 Td /F1 12 Tf<0102>Tj\nET\nQ\nEMC\n"),
        "chu-la",
    ),
    "words without a tag": (_stream(0, rb"(/N#[^\n]*BDC\n)(.*?)EMC\n", rb"\2"), "chu-khong-gan-the"),
    "words outside the page": (_stream(0, rb"(BT\n)[\d.]+ ", rb"\g<1>-900 "), "chu-ngoai-trang"),
    "invisible words": (_stream(0, rb"BT\n", b"BT\n3 Tr\n"), "khong-mo-duoc"),
    "white words": (_stream(0, rb"q 0 0 0 rg\nBT", b"q 1 1 1 rg\nBT"), "khong-mo-duoc"),
    "words in another form": (_stream(0, rb"BT\n", b"BT\n/F1 9 Tf (x) Tj\n"), "khong-mo-duoc"),
    "words in a nested object": (_nested_text, "noi-dung-chu-dong"),
    "another title": (_title, "tieu-de-pdf"),
    "another title in the metadata": (_xmp("Kế hoạch Thẩm".encode(), "Kế hoạch".encode()), "tieu-de-pdf"),
    "the title not shown": (_drop("/ViewerPreferences"), "tieu-de-pdf"),
    "no output intent": (_drop("/OutputIntents"), "thieu-ho-so-mau"),
    "a damaged colour profile": (_damage_profile, "thieu-ho-so-mau"),
    "another part of PDF/A": (_xmp(b"part>2<", b"part>1<"), "khong-phai-pdfa"),
    "another level of PDF/A": (_xmp(b"conformance>B<", b"conformance>U<"), "khong-phai-pdfa"),
    "no metadata": (_drop("/Metadata"), "khong-phai-pdfa"),
    "no language": (_drop("/Lang"), "ngon-ngu-pdf"),
    "another language": (_set("/Lang", pikepdf.String("en-US")), "ngon-ngu-pdf"),
    "not marked as tagged": (_drop("/MarkInfo"), "khong-gan-the"),
    "no structure": (_drop("/StructTreeRoot"), "khong-gan-the"),
    "a row missing in the structure": (_row_out_of_tree, "khong-gan-the"),
    "a page outside the structure": (_untag_page, "khong-gan-the"),
    "a script": (_set("/Names", pikepdf.Dictionary(JavaScript=pikepdf.Dictionary())), "noi-dung-chu-dong"),
    "a script on opening": (_set("/OpenAction", _SCRIPT), "noi-dung-chu-dong"),
    "an action of the document": (_set("/AA", pikepdf.Dictionary(WC=_SCRIPT)), "noi-dung-chu-dong"),
    "an action of a page": (_page_action, "noi-dung-chu-dong"),
    "an attached file": (_attach, "noi-dung-chu-dong"),
    "a link": (_note(Subtype=pikepdf.Name("/Link"), A=pikepdf.Dictionary(S=pikepdf.Name("/URI"))), "noi-dung-chu-dong"),
    "a program to launch": (
        _note(Subtype=pikepdf.Name("/Link"), A=pikepdf.Dictionary(S=pikepdf.Name("/Launch"))),
        "noi-dung-chu-dong",
    ),
    "a comment": (_note(Subtype=pikepdf.Name("/Text"), Contents=pikepdf.String("x")), "noi-dung-chu-dong"),
    "a signature field lost": (_without_field, "thieu-o-ky"),
    "the signature field over the name": (_moved_field(0, 0, -20), "o-ky-sai-cho"),
    "the signature field over the post": (_moved_field(0, 0, 9), "o-ky-sai-cho"),
    "the signature field among the recipients": (_moved_field(0, -200, 0), "o-ky-sai-cho"),
    "the seal away from the signature": (_moved_field(1, -40, 0), "o-ky-sai-cho"),
    "the seal over the whole signature": (_moved_field(1, 60, 0), "o-ky-sai-cho"),
    "a field that is not printed": (_hidden_field, "noi-dung-chu-dong"),
    "a field without an appearance": (_bare_field, "noi-dung-chu-dong"),
    "a field that acts": (_acting_field, "noi-dung-chu-dong"),
    "a form to fill in": (_form, "noi-dung-chu-dong"),
}
