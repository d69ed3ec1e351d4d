"""Vet a Word template's parts before they are used: nothing in it runs, embeds or reaches outside.

For names, kinds of relationships and fields there are allowlists of what a form needs; all else is refused, with the
way to mend it in Word's own menus.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.problem import TemplateError, short

MAX_TEXT = 512 * 1024
"""The most bytes of a part with tags; ours has 17 KB, and 200 KB after years in Word."""

_MAX_BRACES, _MAX_BLANKS = 1000, 200
# Part names of ASCII letters without `..` (ECMA-376-2, 6.2.2), of the kinds that a form needs.
_NAME = re.compile(r"\[Content_Types\]\.xml|([\w-]+/)*[\w.-]*\.(xml|rels|png|jpeg|jpg|gif)", re.ASCII)
_FORBIDDEN_PART = re.compile(
    r"(?P<comments>comments)|vbaProject|activeX|embeddings/|oleObject|afchunk|attachedTemplate", re.IGNORECASE
)
_RELATIONS = re.compile(
    "officeDocument|core-properties|extended-properties|custom-properties|styles|stylesWithEffects|settings|webSettings"
    "|fontTable|theme|numbering|header|footer|footnotes|endnotes|image|thumbnail|customXml|customXmlProps|people"
)
_COMMENTS = "mẫu có chú thích: Review > Delete > Delete All Comments in Document"
_OBJECTS = "bỏ đối tượng nhúng, macro (bấm vào đối tượng, phím Delete), lưu lại dạng Word Document (*.docx)"
_LINKS = "liên kết ra ngoài tệp: bấm chuột phải > Remove Hyperlink; ảnh nối thì chèn lại bằng Insert > Pictures"
_TRACKED = "còn thay đổi đang theo dõi: Review > Accept > Accept All Changes and Stop Tracking"
_HIDDEN = "có chữ ẩn: Ctrl+A, Home > Font (mũi tên ở góc) > bỏ Hidden"
_BOX = "có hộp chữ, máy không đọc lại được: chuyển chữ vào đoạn văn hoặc ô bảng rồi xóa hộp"
_REASONS = {
    **dict.fromkeys(("ins", "del", "moveFrom", "moveTo"), _TRACKED),
    **dict.fromkeys(("vanish", "specVanish"), _HIDDEN),
    **dict.fromkeys(("altChunk", "object", "OLEObject", "subDoc", "control", "movie", "frameset"), _OBJECTS),
    **dict.fromkeys(("attachedTemplate", "mailMerge", "saveThroughXslt"), "mẫu nối với tệp khác: chép sang tệp mới"),
    "dataBinding": "ô nhập nối với dữ liệu: bấm vào ô, Developer > chuột phải > Remove Content Control",
    "showingPlcHdr": "ô nhập còn chữ gợi ý: gõ chữ vào, hoặc bấm chuột phải > Remove Content Control",
    **dict.fromkeys(("txbxContent", "textbox"), _BOX),
    **dict.fromkeys(("commentReference", "commentRangeStart", "commentRangeEnd"), _COMMENTS),
    "sym": "có ký hiệu chèn bằng phông riêng (Insert > Symbol): chọn lại ký hiệu ấy ở phông Times New Roman",
}
_SWITCHES = frozenset({"vanish", "specVanish", "showingPlcHdr"})
# All that a field may say: the page's number and how it looks.
_FIELD_WORDS = frozenset(["PAGE", "\\*", "MERGEFORMAT", "ARABIC"])
_NUMBERS = frozenset(["NUMPAGES", "SECTION", "SECTIONPAGES", "ROMAN"])
_OFF = frozenset({"0", "false", "off"})
_BLANKS = re.compile(rf"\s{{{_MAX_BLANKS},}}")


def vet(parts: Mapping[str, bytes], path: str) -> None:
    """Refuse a template that holds anything a form has no need of: raise TemplateError, naming the place.

    That is: macros, embedded objects, links out of the file, fields other than page numbers, tracked changes, hidden
    text, entities, parts of odd names or kinds, and text that would take the readers of tags too long.
    """
    if len({part_name.casefold() for part_name in parts}) < len(parts):
        raise TemplateError(f"{path}: mẫu có hai phần trùng tên; mở bằng Word và lưu lại")
    for part_name, content in parts.items():
        if forbidden := _FORBIDDEN_PART.search(part_name):
            raise TemplateError(f"{path}: mẫu chứa `{part_name}`: {_COMMENTS if forbidden['comments'] else _OBJECTS}")
        if not _NAME.fullmatch(part_name):
            name = f"{short(part_name)!a}"
            raise TemplateError(f"{path}: mẫu chứa phần lạ {name}, biểu mẫu không cần: chép hết sang một tệp Word mới")
        if part_name.endswith((".xml", ".rels")):
            for fault in _faults(part_name, content, parts):
                raise TemplateError(f"{path}: {part_name}{fault}")


def parsed(content: bytes) -> etree._Element:
    """Parse XML without comments and processing instructions.

    Entities are not resolved and the network is not used, against XML external entity (XXE) attacks. Raises
    XMLSyntaxError or ValueError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def _faults(part_name: str, content: bytes, parts: Mapping[str, bytes]) -> Iterator[str]:
    try:
        root = parsed(content)
    except (etree.XMLSyntaxError, ValueError) as error:
        yield f" hỏng ({error})"
        return
    if root.getroottree().docinfo.internalDTD is not None:
        yield " có khai báo DOCTYPE"
    elif part_name.endswith(".rels"):
        yield from _relation_faults(part_name, root, parts)
    else:
        yield from _tag_faults(root)
        yield from _field_faults(root)


def _relation_faults(part_name: str, root: etree._Element, parts: Mapping[str, bytes]) -> Iterator[str]:
    """Find relationships that lead out of the file, to a missing part, or are of an unknown kind (ECMA-376-2, 6.5)."""
    folder = posixpath.dirname(posixpath.dirname(part_name))
    for relation in root.iter("*"):
        if relation.get("TargetMode", "Internal") != "Internal":
            yield f": mẫu có {_LINKS}"
        elif relation is not root:
            target, kind = relation.get("Target", ""), relation.get("Type", "").rpartition("/")[2]
            if posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") not in parts:
                yield f": liên kết tới `{short(target)}` không có trong tệp; mở bằng Word và lưu lại"
            elif not _RELATIONS.fullmatch(kind):
                yield f": mẫu có `{short(kind)}`: {_COMMENTS if kind.startswith('comments') else _OBJECTS}"


def _tag_faults(root: etree._Element) -> Iterator[str]:
    for element in root.iter("*"):
        local_name = str(element.tag).rpartition("}")[2]
        if (mend := _REASONS.get(local_name)) and not _is_off(element, local_name):
            yield f" có <w:{local_name}>: {mend}"
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2] in {"src", "href"} and (":" in value or value[:1] in {"/", "\\"}):
                yield f" có `{short(value)}`: {_LINKS}"


def _is_off(element: etree._Element, local_name: str) -> bool:
    """Tell whether an element switches off what it names."""
    return local_name in _SWITCHES and any(value in _OFF for value in element.attrib.values())


def _field_faults(root: etree._Element) -> Iterator[str]:
    """Find fields other than page numbers.

    A field's code may be split over runs, so texts are joined; each new field starts with its own mark.
    """
    field_codes = []
    for element in root.iter("*"):
        match str(element.tag).rpartition("}")[2]:
            case "fldChar":
                field_codes.append(" ")
            case "instrText" | "delInstrText":
                field_codes.append(element.text or "")
            case "fldSimple":
                field_codes += [" ", *(str(value) for key, value in element.attrib.items() if "instr" in str(key)), " "]
    for word in "".join(field_codes).replace("\\*", " \\* ").split():
        if word.upper() in _NUMBERS:
            yield f" có trường Word `{short(word)}`: số trang chỉ là số thứ tự (PAGE), chữ số Ả Rập; xóa trường ấy"
        elif word.upper() not in _FIELD_WORDS:
            how = "bấm vào trường, Ctrl+Shift+F9 đổi thành chữ"
            yield f" có trường Word `{short(word)}`: chỉ dùng số trang (PAGE); {how}"


def vet_text(root: etree._Element) -> str | None:
    """Say why docxtpl would take too long to read the tags of a part; None for a part that it reads quickly.

    Its regular expressions search again from every brace and blank (regular expression denial of service, ReDoS).
    """
    text = "".join(root.itertext("{*}t"))
    values = [value for element in root.iter("*") for value in (element.text, element.tail, *element.attrib.values())]
    if sum(value.count("{") + value.count("}") for value in values if value) > _MAX_BRACES:
        return "có quá nhiều dấu ngoặc nhọn"
    if any(_BLANKS.search(value) for value in (text, *values) if value):
        return f"có hơn {_MAX_BLANKS} dấu cách liền nhau"
    return None
