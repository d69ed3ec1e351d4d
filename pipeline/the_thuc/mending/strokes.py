"""Mend the lines below Tiêu ngữ, agency and trích yếu: draw one that is missing, give one its right length."""

import math

from lxml import etree

from pipeline.the_thuc.checks.widths import width_of
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.mending.job import Job
from pipeline.the_thuc.reading.document import Paragraph, Piece
from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.runs import runs_of
from pipeline.the_thuc.rules import rules

_EMU_PER_MM = 36000
_MM_PER_PT = 25.4 / 72
_TWIPS_PER_MM = 1440 / 25.4
_LINE_HEIGHT = 1.3
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_RUN = """<w:r xmlns:w="{w}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="{a}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0"
 relativeHeight="{id}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV>
<wp:extent cx="{wide}" cy="0"/><wp:wrapNone/><wp:docPr id="{id}" name="Line {id}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="0"/></a:xfrm>
<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>
</a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
</mc:AlternateContent></w:r>"""


def draw_missing(job: Job, hit: Hit) -> None:
    """Draw the line below a component, centred, as long as the rule asks."""
    prefix = hit.rule.removesuffix("-ke")
    pieces = job.components.pieces[prefix.replace("-", "_")]
    if pieces and pieces[-1].whole and pieces[-1].paragraph.shape.align == "center":
        _draw(job, pieces[-1], f"{prefix}-ke-dai")


def undo_underline(job: Job, hit: Hit) -> None:
    """Take away the underline that stands for the line, and draw the line."""
    for name in ("tieu_ngu", "co_quan", "trich_yeu"):
        pieces = job.components.pieces[name]
        if not pieces or pieces[-1].paragraph.where.order != hit.where.order or not pieces[-1].whole:
            continue
        for piece in pieces:
            for run in job.runs(piece.paragraph.where.order, piece):
                job.pen.run(run, "u", {"val": "none"})
        _draw(job, pieces[-1], f"{name.replace('_', '-')}-ke-dai")


def _draw(job: Job, piece: Piece, rule: str) -> None:
    low, high = rules()[rule].bounds
    wide = round(width_of(piece) * (low + high) / 2 * _EMU_PER_MM)
    size = max(run.face.size for run in piece.runs)
    lines = max(1, math.ceil(width_of(piece) / max(piece.paragraph.room, 1.0)))
    down = piece.paragraph.shape.before + lines * size * _LINE_HEIGHT
    ids = [int(each.get("id", "0")) for each in job.trees[job.main].iter("{*}docPr") if each.get("id", "").isdecimal()]
    xml = _RUN.format(
        w=W[1:-1], a=_DRAWING, id=max(ids, default=0) + 1, wide=wide, down=round(down * _MM_PER_PT * _EMU_PER_MM)
    )
    job.pen.add(job.elements[piece.paragraph.where.order], etree.fromstring("".join(xml.splitlines())))


def set_length(job: Job, hit: Hit) -> None:
    """Give the line below a component its right length, about the same middle.

    It is the border of an empty paragraph right below, or the one drawing that hangs on the component; of several it
    cannot be told which is meant. A tracked change cannot hold a drawing's size: the line is then deleted and another
    one drawn.
    """
    prefix = hit.rule.removesuffix("-ke-dai")
    piece = job.components.pieces[prefix.replace("-", "_")][-1]
    low, high = rules()[hit.rule].bounds
    wide = width_of(piece) * (low + high) / 2
    bordered = _bordered(job, piece)
    if bordered is not None:
        side = str(round((bordered.room - wide) / 2 * _TWIPS_PER_MM))
        job.pen.paragraph(job.elements[bordered.where.order], "ind", {"left": side, "right": side, "firstLine": "0"})
        job.pen.drop(job.elements[bordered.where.order], "ind", ("hanging", "start", "end"))
        return
    runs = [run for run in runs_of(job.elements[piece.paragraph.where.order]) if _frames(run)]
    if len(runs) != 1 or len(_frames(runs[0])) != 1 or not piece.paragraph.drawn or not piece.whole:
        return
    if job.pen.tracked:
        job.pen.delete(runs[0])
        _draw(job, piece, hit.rule)
    else:
        _stretch(_frames(runs[0])[0], round(wide * _EMU_PER_MM))


def _bordered(job: Job, piece: Piece) -> Paragraph | None:
    """Return the empty paragraph right below a component whose border is the line."""
    order = piece.paragraph.where.order + 1
    below = job.by_order.get(order)
    if below is None or below.cell != piece.paragraph.cell or below.text.strip():
        return None
    return below if below.shape.top or below.shape.bottom else None


def _frames(run: etree._Element) -> list[etree._Element]:
    return list(run.iter("{*}anchor", "{*}inline"))


def _stretch(frame: etree._Element, wide: int) -> None:
    extent = frame.find("{*}extent")
    if extent is None:
        return
    moved = (int(extent.get("cx", "0")) - wide) // 2
    for place in frame.iterfind("{*}positionH/{*}posOffset"):
        place.text = str(int(place.text or "0") + moved)
    for each in (extent, *frame.iter(f"{{{_DRAWING}}}ext")):
        if each.get("cx") is not None:
            each.set("cx", str(wide))
