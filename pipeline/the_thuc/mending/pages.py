"""Mend paper, margins and page numbers."""

from collections.abc import Iterator

from lxml import etree

from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.mending.forms import set_font
from pipeline.the_thuc.mending.job import Job
from pipeline.the_thuc.reading.opened import R, W
from pipeline.the_thuc.rules import rules

_TWIPS_PER_MM = 1440 / 25.4
_SHORT, _LONG = "11906", "16838"
_SIDES = {"le-tren": "top", "le-duoi": "bottom", "le-trai": "left", "le-phai": "right"}
_HEADER = "word/header-so-trang.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_ID = "rIdSoTrang"
_SIZE = {"val": "28"}


def set_paper(job: Job, _: Hit) -> None:
    """Set A4 in each section, upright or landscape as it was."""
    for section in job.sections():
        size = section.find(f"{W}pgSz")
        is_wide = size is not None and size.get(f"{W}orient") == "landscape"
        width, height = (_LONG, _SHORT) if is_wide else (_SHORT, _LONG)
        job.pen.section(section, "pgSz", {"w": width, "h": height})


def set_margin(job: Job, hit: Hit) -> None:
    """Set a margin of each upright section to the nearest allowed width."""
    side, (lowest, highest) = _SIDES[hit.rule], rules()[hit.rule].bounds
    for section, form in zip(job.sections(), job.document.sections, strict=False):
        width = getattr(form, side)
        if form.width <= form.height and not lowest <= width <= highest:
            nearest = lowest if width < lowest else highest
            job.pen.section(section, "pgMar", {side: str(round(nearest * _TWIPS_PER_MM))})
            if side == "left":
                job.pen.section(section, "pgMar", {"gutter": "0"})


def hide_first(job: Job, _: Hit) -> None:
    """Show no number on the first page."""
    if sections := job.sections():
        job.pen.section(sections[0], "titlePg", {})


def add_number(job: Job, _: Hit) -> None:
    """Number the pages: in a header of its own where the first section has none, upright, 14 points, centred."""
    sections = job.sections()
    if not sections or sections[0].find(f"{W}headerReference") is not None:
        return
    rels_name = job.main.replace("word/", "word/_rels/", 1) + ".rels"
    types, rels = job.trees.get("[Content_Types].xml"), job.trees.get(rels_name)
    if types is None or rels is None or not job.main.startswith("word/"):
        return
    header = etree.Element(f"{W}hdr", nsmap={"w": W[1:-1]})
    paragraph = etree.SubElement(header, f"{W}p")
    etree.SubElement(etree.SubElement(paragraph, f"{W}pPr"), f"{W}jc").set(f"{W}val", "center")
    for run in _field():
        set_font(job, run)
        job.pen.run(run, "sz", _SIZE)
        job.pen.add(paragraph, run)
    job.trees[_HEADER] = header
    etree.SubElement(types, _OVERRIDE, PartName=f"/{_HEADER}", ContentType=_TYPE)
    etree.SubElement(rels, _RELATIONS, Id=_ID, Type=_KIND, Target=_HEADER.removeprefix("word/"))
    reference = etree.Element(f"{W}headerReference")
    reference.set(f"{W}type", "default")
    reference.set(f"{R}id", _ID)
    sections[0].insert(0, reference)
    hide_first(job, _)


def _field() -> Iterator[etree._Element]:
    """Yield the runs of a PAGE field."""
    for kind in ("begin", "", "end"):
        run = etree.Element(f"{W}r")
        if kind:
            etree.SubElement(run, f"{W}fldChar").set(f"{W}fldCharType", kind)
        else:
            etree.SubElement(run, f"{W}instrText").text = " PAGE "
        yield run


def mend_number(job: Job, hit: Hit) -> None:
    """Set the page number's look in every header and footer: centred, 14 points, upright, Times New Roman."""
    for name, tree in job.trees.items():
        if not name.startswith(("word/header", "word/footer")):
            continue
        for field in tree.iter(f"{W}fldSimple", f"{W}instrText"):
            words = field.get(f"{W}instr", "") if field.tag == f"{W}fldSimple" else field.text or ""
            paragraph = next(field.iterancestors(f"{W}p"), None)
            if paragraph is not None and words.split()[:1] == ["PAGE"]:
                _mend_paragraph(job, hit.rule, paragraph)


def _mend_paragraph(job: Job, rule: str, paragraph: etree._Element) -> None:
    if rule == "so-trang-giua":
        if next(paragraph.iter(f"{W}tab", f"{W}framePr", f"{W}ptab"), None) is None:
            job.pen.paragraph(paragraph, "jc", {"val": "center"})
        return
    for run in paragraph.iter(f"{W}r"):
        match rule:
            case "so-trang-co-chu":
                job.pen.run(run, "sz", _SIZE)
            case "so-trang-kieu-chu":
                for name in ("b", "i"):
                    job.pen.run(run, name, {"val": "0"})
            case _:
                set_font(job, run)
