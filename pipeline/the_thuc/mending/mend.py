"""Mend a .docx: what has one right answer is changed, everything else is left with a comment."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lxml import etree

from pipeline.problem import UsageError
from pipeline.the_thuc.annotate import annotate
from pipeline.the_thuc.check import check_the_thuc, hits_in
from pipeline.the_thuc.components.recognise import recognise
from pipeline.the_thuc.finding import Finding, Hit
from pipeline.the_thuc.mending import forms, pages, strokes, words
from pipeline.the_thuc.mending.job import Job
from pipeline.the_thuc.mending.pen import Pen
from pipeline.the_thuc.reading.opened import W, main_name, package_of
from pipeline.the_thuc.reading.read import read_document
from pipeline.the_thuc.rules import rules
from pipeline.word.package import compress, read_package, write_package

_MAX_PARTS, _MAX_UNPACKED = 2000, 256 * 1024 * 1024
_MOST_PASSES = 3
"""A size that is mended changes widths, and with them the length that a line must have."""
_STRICT = b"http://purl.oclc.org/ooxml"


class Mended(NamedTuple):
    """The mended document, what was mended, and what is left, with comments at its places."""

    data: bytes
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def _fixes() -> Mapping[str, Callable[[Job, Hit], None]]:
    """Return what mends each rule; rules of size, face and centring by the end of their names."""
    by_name: dict[str, Callable[[Job, Hit], None]] = {
        **forms.FORMS,
        "phong-chu": _mend_font,
        "kho-giay": pages.set_paper,
        **dict.fromkeys(("le-tren", "le-duoi", "le-trai", "le-phai"), pages.set_margin),
        "so-trang-thieu": pages.add_number,
        "so-trang-trang-1": pages.hide_first,
        **dict.fromkeys(("so-trang-giua", "so-trang-co-chu", "so-trang-kieu-chu"), pages.mend_number),
        **dict.fromkeys(("tieu-ngu-ke", "co-quan-ke", "trich-yeu-ke"), strokes.draw_missing),
        **dict.fromkeys(("tieu-ngu-ke-dai", "co-quan-ke-dai", "trich-yeu-ke-dai"), strokes.set_length),
        "ke-gach-chan": strokes.undo_underline,
        "so-khong-dau": words.pad_number,
        "ngay-khong-dau": words.pad_date,
        "noi-nhan-dau-cau": words.end_recipients,
        "bang-ma": words.compose,
    }
    ends = (("-co-chu", forms.mend_size), ("-dam", forms.mend_style), ("-nghieng", forms.mend_style))
    not_faces = {"noi-dung-nghieng", "dieu-dam"}
    for rule in rules():
        for end, fix in (*ends, ("-giua", forms.mend_centred)):
            if rule.endswith(end) and rule not in by_name and rule not in not_faces:
                by_name[rule] = fix
    return by_name


def _mend_font(job: Job, hit: Hit) -> None:
    """Mend the font of a paragraph, or of the page number, which stands in no paragraph of the text."""
    (forms.mend_font if hit.where.order >= 0 else pages.mend_number)(job, hit)


def mend(data: bytes, *, tracked: bool = False) -> Mended:
    """Return the document with all that has one right answer mended, and comments about the rest.

    With `tracked` the changes are tracked ones: accepted they give the mended document, rejected the old one. Raises
    UsageError for a file that cannot be mended: no readable .docx, signed, or in the form “Strict Open XML”.
    """
    before = check_the_thuc(data)
    if any(finding.rule.startswith("tep-") and finding.rule != "tep-macro" for finding in before):
        raise UsageError(f"không sửa được tệp này: {before[0].found}")
    try:
        parts = read_package(data, max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED)
    except ValueError as error:
        raise UsageError("không sửa được tệp này: tệp quá lớn hoặc hỏng một phần") from error
    main = main_name(parts)
    if any(name.startswith("_xmlsignatures/") for name in parts):
        raise UsageError("không sửa tệp đã ký số: chữ ký sẽ hỏng")
    if _STRICT in parts[main]:
        raise UsageError("không sửa được tệp dạng Strict Open XML; lưu lại dạng .docx thường")
    pen, fixes = Pen(tracked=tracked), _fixes()
    for _ in range(_MOST_PASSES):
        changed = _one_pass(parts, main, pen, fixes)
        if changed == parts:
            break
        parts = changed
    mended = write_package(compress(name, content) for name, content in parts.items())
    left = check_the_thuc(mended)
    still = {(finding.rule, finding.where.order) for finding in left}
    done = tuple(each for each in before if each.rule in fixes and (each.rule, each.where.order) not in still)
    return Mended(annotate(mended, left) if left else mended, done, left)


def _one_pass(
    parts: Mapping[str, bytes], main: str, pen: Pen, fixes: Mapping[str, Callable[[Job, Hit], None]]
) -> dict[str, bytes]:
    """Mend each fault that is found now, and return all parts."""
    document = read_document(package_of(parts))
    components = recognise(document)
    names = [name for name in parts if name in {main, "[Content_Types].xml"} or name.endswith((".xml.rels",))]
    names += [name for name in parts if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")]
    old = {name: _parsed(parts[name]) for name in dict.fromkeys(names)}
    trees = dict(old)
    job = Job(pen, document, components, trees, main, list(trees[main].iter(f"{W}p")))
    hits = [hit for hit in hits_in(document, components) if hit.rule in fixes]
    for hit in hits:
        fixes[hit.rule](job, hit)
    if not hits:
        return dict(parts)
    return {**parts, **{name: _written(tree) for name, tree in trees.items()}}


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _written(tree: etree._Element) -> bytes:
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
