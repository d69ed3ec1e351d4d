"""Vet a Word template's parts before they are used: nothing in it runs, embeds or reaches outside.

For names, kinds of relationships and fields there are allowlists of what a form needs; all else is refused.
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
    r"vbaProject|activeX|embeddings/|oleObject|afchunk|attachedTemplate|comments", re.IGNORECASE
)
_RELATIONS = re.compile(
    "officeDocument|core-properties|extended-properties|custom-properties|styles|stylesWithEffects|settings|webSettings"
    "|fontTable|theme|numbering|header|footer|footnotes|endnotes|image|thumbnail|customXml|customXmlProps|people"
)
_FORBIDDEN_TAG = re.compile(
    "ins|del|moveFrom|moveTo|altChunk|object|vanish|specVanish|subDoc|control|movie|attachedTemplate|mailMerge"
    "|saveThroughXslt|dataBinding|frameset|OLEObject"
)
# All that a field may say: page numbers and how they look.
_FIELD_WORDS = frozenset(["PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "\\*", "MERGEFORMAT", "ARABIC", "ROMAN"])
_BLANKS = re.compile(rf"\s{{{_MAX_BLANKS},}}")


def vet(parts: Mapping[str, bytes], path: str) -> None:
    """Refuse a template that holds anything a form has no need of: raise TemplateError, naming the place.

    That is: macros, embedded objects, links out of the file, fields other than page numbers, tracked changes, hidden
    text, entities, parts of odd names or kinds, and text that would take the readers of tags too long.
    """
    if len({part_name.casefold() for part_name in parts}) < len(parts):
        raise TemplateError(f"{path}: mẫu có hai phần trùng tên; mở bằng Word và lưu lại")
    for part_name, content in parts.items():
        if _FORBIDDEN_PART.search(part_name):
            raise TemplateError(
                f"{path}: mẫu chứa `{part_name}`: bỏ macro, đối tượng nhúng, chú thích rồi lưu lại dạng .docx"
            )
        if not _NAME.fullmatch(part_name):
            raise TemplateError(f"{path}: mẫu chứa phần lạ {short(part_name)!a}; mở bằng Word và lưu lại dạng .docx")
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
            yield ": mẫu có liên kết ra ngoài tệp: bỏ liên kết, ảnh nối, mẫu đính kèm"
        elif relation is not root:
            target, kind = relation.get("Target", ""), relation.get("Type", "").rpartition("/")[2]
            if posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") not in parts:
                yield f": liên kết tới `{short(target)}` không có trong tệp; mở bằng Word và lưu lại"
            elif not _RELATIONS.fullmatch(kind):
                yield f": mẫu có `{short(kind)}`: bỏ macro, đối tượng nhúng, chú thích rồi lưu lại dạng .docx"


def _tag_faults(root: etree._Element) -> Iterator[str]:
    for element in root.iter("*"):
        local_name = str(element.tag).rpartition("}")[2]
        if _FORBIDDEN_TAG.fullmatch(local_name):
            mend = "chấp nhận hết thay đổi (Track Changes), bỏ chữ ẩn, đối tượng nhúng rồi lưu"
            yield f" có <w:{local_name}>: {mend}"
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2] in {"src", "href"} and (":" in value or value[:1] in {"/", "\\"}):
                yield f" có liên kết ra ngoài tệp `{short(value)}`: bỏ liên kết, ảnh nối"


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
        if word.upper() not in _FIELD_WORDS:
            yield f" có trường Word `{short(word)}`; mẫu chỉ dùng trường số trang (PAGE, NUMPAGES)"


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
