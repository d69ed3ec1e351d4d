"""Clean the text of a Word template before its tags are read, and refuse marks that must not reach a document.

Word wraps and marks text by itself: content controls, bookmarks, spelling marks, several spellings of a switch.
"""

import re
from collections.abc import Iterator

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{_W}val"
_WRAPPERS = frozenset(f"{_W}{name}" for name in ("sdt", "smartTag", "customXml"))
_CONTENT = f"{_W}sdtContent"
_NEEDLESS = frozenset(
    f"{_W}{name}"
    for name in (
        *("bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "lastRenderedPageBreak"),
        *("formProt", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"),
    )
)
_ON, _OFF = frozenset({"1", "true", "on"}), frozenset({"0", "false", "off"})
_SWITCHES = frozenset(
    f"{_W}{name}"
    for name in (
        *("b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "noProof", "snapToGrid", "keepNext"),
        *("keepLines", "pageBreakBefore", "widowControl", "suppressLineNumbers", "contextualSpacing", "cantSplit"),
        *("tblHeader", "titlePg", "noWrap", "vanish", "webHidden", "bidi", "bidiVisual", "rtl", "hideMark"),
    )
)
# Only for a row does the absence of a switch say the same as its off: no style turns these on.
_OF_ROWS = frozenset(f"{_W}{name}" for name in ("cantSplit", "tblHeader", "titlePg"))
_HISTORY = re.compile(r"\{.*\}(rsid\w*|paraId|textId)")
_WHITE = frozenset({"auto", "FFFFFF", "ffffff"})
_PAGE = f"{_W}instrText", f"{_W}fldSimple"


def clean(root: etree._Element) -> None:
    """Take out what says nothing, and write every switch in one way; the words and their order stay."""
    for element in list(root.iter("*")):
        for key in [each for each in element.attrib if _HISTORY.fullmatch(str(each))]:
            del element.attrib[key]
        if element.tag in _NEEDLESS and (parent := element.getparent()) is not None:
            parent.remove(element)
        elif element.tag in _SWITCHES:
            _spell(element)
    for element in [each for each in root.iter("*") if each.tag in _WRAPPERS or each.tag == _CONTENT]:
        if (parent := element.getparent()) is not None:
            place = parent.index(element)
            parent[place : place + 1] = list(element)


def _spell(element: etree._Element) -> None:
    value = element.get(_VALUE)
    if value in _ON:
        del element.attrib[_VALUE]
    elif value in _OFF:
        element.set(_VALUE, "0")
        parent = element.getparent()
        if element.tag in _OF_ROWS and parent is not None:
            parent.remove(element)


def mark_faults(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Find highlight, lines through letters, shading and automatic lists in a part: the fault and the words there."""
    for element in root.iter(f"{_W}highlight", f"{_W}strike", f"{_W}dstrike", f"{_W}shd", f"{_W}numId"):
        if fault := _mark(element):
            holder = next(element.iterancestors(f"{_W}r", f"{_W}p", f"{_W}tc"), element)
            paragraph = next(element.iterancestors(f"{_W}p"), holder)
            yield fault, words_of(holder) or words_of(paragraph)


def style_faults(styles: etree._Element, used: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Find the same marks in styles that are used: the fault and the name of the style."""
    by_id = {style.get(f"{_W}styleId", ""): style for style in styles.iter(f"{_W}style")}
    wanted = list(used | {key for key, style in by_id.items() if style.get(f"{_W}default") in _ON})
    seen: set[str] = set()
    while wanted:
        key = wanted.pop()
        if key in seen or key not in by_id:
            continue
        seen.add(key)
        style = by_id[key]
        wanted += [each.get(_VALUE, "") for each in style.iterchildren(f"{_W}basedOn")]
        name = next((each.get(_VALUE, key) for each in style.iterchildren(f"{_W}name")), key)
        for element in style.iter(f"{_W}highlight", f"{_W}strike", f"{_W}dstrike", f"{_W}shd", f"{_W}numId"):
            if fault := _mark(element):
                yield fault, name


def used_styles(root: etree._Element) -> frozenset[str]:
    """Give the ids of the styles that a part names."""
    named = root.iter(f"{_W}pStyle", f"{_W}rStyle", f"{_W}tblStyle")
    return frozenset(each.get(_VALUE, "") for each in named)


def _mark(element: etree._Element) -> str:
    value = element.get(_VALUE)
    match str(element.tag).rpartition("}")[2]:
        case "highlight" if value not in {None, "none", "white"}:
            return "có chữ tô nền: Home > Text Highlight Color > No Color"
        case "strike" | "dstrike" if value not in _OFF:
            return "có chữ gạch ngang: xóa chữ ấy, hoặc Home > Strikethrough để bỏ gạch"
        case "shd" if element.get(f"{_W}fill", "auto") not in _WHITE or value not in {None, "clear", "nil"}:
            return "có nền màu: Home > Shading > No Color"
        case "numId" if value != "0":
            undo = "Ctrl+Z ngay khi Word đổi, hoặc Home > Bullets, Numbering > None rồi gõ lại dấu"
            off = "File > Options > Proofing > AutoCorrect Options > AutoFormat As You Type"
            return f"có danh sách tự động, dấu đầu dòng không thành chữ: {undo}; tắt Automatic bulleted lists: {off}"
    return ""


def page_faults(root: etree._Element, *, is_header: bool) -> Iterator[tuple[str, str]]:
    """Find page numbers anywhere but alone in a paragraph of a header: the fault and the words there.

    By Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II: a number in the middle of the top margin, and no words.
    """
    for paragraph in root.iter(f"{_W}p"):
        fields = sum(1 for _ in paragraph.iter(*_PAGE))
        if not fields:
            continue
        if not is_header:
            yield "số trang phải ở đầu trang: Insert > Page Number > Top of Page", words_of(paragraph)
        elif (words := _beside_fields(paragraph)) or _count(paragraph) > 1:
            fault = f"số trang in một mình, không có chữ bên cạnh: xóa “{words}”, chỉ để Insert > Page Number"
            yield fault, words_of(paragraph)


def _count(paragraph: etree._Element) -> int:
    begun = sum(1 for each in paragraph.iter(f"{_W}fldChar") if each.get(f"{_W}fldCharType") == "begin")
    return begun + sum(1 for _ in paragraph.iter(f"{_W}fldSimple"))


def _beside_fields(paragraph: etree._Element) -> str:
    """Give the text of a paragraph that is no result of a field."""
    depth, words = 0, ""
    for element in paragraph.iter(f"{_W}fldChar", f"{_W}t"):
        kind = element.get(f"{_W}fldCharType")
        depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if kind is None and not depth and next(element.iterancestors(f"{_W}fldSimple"), None) is None:
            words += element.text or ""
    return words.strip()


def words_of(element: etree._Element) -> str:
    """Give the text of a part of a page, as a person sees it in Word."""
    return "".join(each.text or "" for each in element.iter(f"{_W}t")).strip()
