"""Documents made by other means than our template, from the descriptions in tests/the_thuc/.

Each description starts from the correct document of its means and says in `sua` or `thay` what is done to it:
python-docx by fields, pandoc and LibreOffice by replacing text in a source that lies beside.
"""

import io
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import docx
import pypandoc
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import etree

from pipeline.input.load import load
from pipeline.pdf.office import Office

FOLDER = Path(__file__).parents[1] / "the_thuc"
CASES = sorted(FOLDER.glob("*.yaml"))

_ALIGN = {
    "trai": WD_ALIGN_PARAGRAPH.LEFT,
    "giua": WD_ALIGN_PARAGRAPH.CENTER,
    "phai": WD_ALIGN_PARAGRAPH.RIGHT,
    "deu": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_LEFT, _RIGHT, _ROOM = 65.0, 100.0, 165.0
_CELL_SIDES = 2 * 108 * 25.4 / 1440
_LINE = """<w:r {ns}><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1"
 behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">
<wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>25400</wp:posOffset></wp:positionV>
<wp:extent cx="{wide}" cy="0"/><wp:wrapNone/><wp:docPr id="{number}" name="Line {number}"/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:cNvCnPr/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="0"/></a:xfrm>
<a:prstGeom prst="line"><a:avLst/></a:prstGeom>
<a:ln w="9525"/></wps:spPr><wps:bodyPr/>
</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"""
_TEXT = (
    "Thực hiện chương trình công tác năm, đơn vị đã triển khai các nhiệm vụ được giao; kết quả cụ thể của từng lĩnh "
    "vực được trình bày dưới đây, kèm theo khó khăn, vướng mắc và kiến nghị với cấp trên để xem xét, giải quyết."
)


def read_case(path: Path) -> Mapping[str, Any]:
    """Read a description; every value is text."""
    tree, problems = load(path.read_bytes(), path.name)
    assert not problems, problems[0]
    return cast("Mapping[str, Any]", tree)


def base() -> dict[str, Any]:
    """Give the fields of a correct report, made by python-docx."""
    centred = {"canh": "giua"}
    return {
        "giay": {"rong": "210", "cao": "297", "tren": "20", "duoi": "20", "trai": "30", "phai": "15"},
        "bo_cuc": "bang",
        "thu_tu": ["quoc_hieu", "tieu_ngu", "chu_quan", "co_quan", "so", "ve_viec", "dia_danh"],
        "so_trang": {"cho": "dau", "canh": "giua", "co": "14", "trang_1": "khong"},
        "chu_quan": {"chu": [], "co": "13", **centred},
        "co_quan": {
            "chu": ["ỦY BAN NHÂN DÂN", "XÃ MẪU"],
            "co": "13",
            "dam": "co",
            **centred,
            "ke": "vien",
            "dai": "18",
        },
        "quoc_hieu": {"chu": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "co": "13", "dam": "co", **centred},
        "tieu_ngu": {
            "chu": "Độc lập - Tự do - Hạnh phúc",
            "co": "14",
            "dam": "co",
            **centred,
            "ke": "vien",
            "dai": "60.5",
        },
        "so": {"chu": "Số: 05/BC-UBND", "co": "13", **centred},
        "ve_viec": {"chu": [], "co": "12", "truoc": "6", **centred},
        "dia_danh": {"chu": "Xã Mẫu, ngày 05 tháng 01 năm 2024", "co": "14", "nghieng": "co", **centred},
        "kinh_gui": {"chu": [], "co": "14", **centred},
        "ten_loai": {"chu": "BÁO CÁO", "co": "14", "dam": "co", **centred},
        "trich_yeu": {
            "chu": "Kết quả công tác sáu tháng đầu năm 2024",
            "co": "14",
            "dam": "co",
            **centred,
            "ke": "vien",
            "dai": "42",
        },
        "kem_theo": {"chu": [], "co": "14", "nghieng": "co", **centred},
        "tham_quyen": {"chu": [], "co": "14", "dam": "co", **centred, "truoc": "6"},
        "can_cu": {"chu": [], "co": "14", "nghieng": "co", "canh": "deu", "lui": "12.7", "truoc": "6"},
        "noi_dung": {
            "chu": [_TEXT] * 12 + ["Trên đây là báo cáo kết quả công tác./."],
            "co": "14",
            "canh": "deu",
            "lui": "12.7",
            "truoc": "6",
            "sau": "6",
            "gian": "1.15",
        },
        "noi_nhan": {"chu": "Nơi nhận:", "co": "12", "dam": "co", "nghieng": "co", "canh": "trai"},
        "noi_nhan_dong": {
            "chu": ["- Ủy ban nhân dân huyện;", "- Thường trực Đảng ủy;", "- Lưu: VT, VP."],
            "co": "11",
            "canh": "trai",
        },
        "chuc_vu": {"chu": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "co": "14", "dam": "co", **centred},
        "loi_dan": {"chu": [], "co": "13", "nghieng": "co", **centred},
        "ho_ten": {"chu": "Họ Tên Người Ký", "co": "14", "dam": "co", **centred},
        "ben_trai": {"chu": [], "co": "14", "dam": "co", **centred},
        "ben_phai": {"chu": [], "co": "14", "dam": "co", **centred},
        "duoi_bang": {"chu": [], "co": "14", "dam": "co", **centred},
        "phu_luc": [],
    }


def _annex() -> dict[str, Any]:
    """Give the fields of a correct annex; it stands in a landscape section with its own page numbers."""
    centred = {"canh": "giua", "co": "14"}
    return {
        "nhan": {"chu": "Phụ lục", "dam": "co", **centred},
        "ten": {"chu": ["DANH MỤC NHIỆM VỤ"], "dam": "co", **centred},
        "dan": {
            "chu": "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 01 năm 2024 của UBND xã)",
            "nghieng": "co",
            **centred,
        },
    }


def with_python_docx(changes: Mapping[str, Any], replacements: Sequence[Sequence[str]] = ()) -> bytes:
    """Build the correct report with changes to its fields, and then to the XML of its main part."""
    fields = base()
    for name, change in changes.items():
        fields[name] = {**fields[name], **change} if isinstance(change, dict) else change
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    page, form = document.sections[0], fields["giay"]
    page.page_width, page.page_height = Mm(float(form["rong"])), Mm(float(form["cao"]))
    page.top_margin, page.bottom_margin = Mm(float(form["tren"])), Mm(float(form["duoi"]))
    page.left_margin, page.right_margin = Mm(float(form["trai"])), Mm(float(form["phai"]))
    _page_number(document, fields["so_trang"])
    _head(document, fields)
    for name in ("ten_loai", "trich_yeu", "kem_theo", "tham_quyen", "kinh_gui", "can_cu", "noi_dung"):
        if fields["bo_cuc"] == "doan" and name in fields["thu_tu"]:
            continue
        _lines(document, fields[name], _ROOM)
    _end(document, fields)
    for changed in fields["phu_luc"]:
        parts = {name: {**spec, **changed.get(name, {})} for name, spec in _annex().items()}
        _write_annex(document, parts, own_section=changed.get("trang_rieng", "co") == "co")
    xml = etree.tostring(document.element.body, encoding="unicode")
    for old, new in replacements:
        assert old in xml, old
        xml = xml.replace(old, new)
    document.element.replace(document.element.body, parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _head(document: Document, fields: Mapping[str, Any]) -> None:
    left, right = ("chu_quan", "co_quan"), ("quoc_hieu", "tieu_ngu")
    if fields["bo_cuc"] == "bang":
        table = document.add_table(2, 2)
        table.autofit = False
        for row in table.rows:
            row.cells[0].width, row.cells[1].width = Mm(_LEFT), Mm(_RIGHT)
        for cell, names, room in (
            (table.cell(0, 0), left, _LEFT),
            (table.cell(0, 1), right, _RIGHT),
            (table.cell(1, 0), ("so", "ve_viec"), _LEFT),
            (table.cell(1, 1), ("dia_danh",), _RIGHT),
        ):
            for name in names:
                _lines(cell, fields[name], room - _CELL_SIDES)
            cell._tc.remove(cell.paragraphs[0]._p)
        return
    if fields["bo_cuc"] == "tab":
        pairs = zip(_texts(fields["co_quan"]), [*_texts(fields["quoc_hieu"]), *_texts(fields["tieu_ngu"])], strict=True)
        for (one, other), spec in zip(pairs, (fields["quoc_hieu"], fields["tieu_ngu"]), strict=True):
            paragraph = document.add_paragraph()
            _face(paragraph.add_run(one), fields["co_quan"])
            _face(paragraph.add_run(f"\t{other}"), spec)
        paragraph = document.add_paragraph()
        for name, number in (("co_quan", 1), ("tieu_ngu", 2)):
            if fields[name]["ke"] == "ve":
                paragraph._p.append(_drawn(fields[name]["dai"], number))
        paragraph = document.add_paragraph()
        _face(paragraph.add_run(_texts(fields["so"])[0]), fields["so"])
        _face(paragraph.add_run("\t" + _texts(fields["dia_danh"])[0]), fields["dia_danh"])
        return
    for name in fields["thu_tu"]:
        _lines(document, fields[name], _ROOM)


def _end(document: Document, fields: Mapping[str, Any]) -> None:
    if fields["bo_cuc"] == "doan":
        for name in ("chuc_vu", "ho_ten", "noi_nhan", "noi_nhan_dong"):
            _lines(document, fields[name], _ROOM)
        return
    sides = [("noi_nhan", "noi_nhan_dong"), ("chuc_vu", "loi_dan", "ho_ten")]
    if fields["ben_trai"]["chu"]:
        sides = [("ben_trai",), ("ben_phai",)]
    table = document.add_table(1, 2)
    for cell, names in zip(table.rows[0].cells, sides, strict=True):
        for name in names:
            _lines(cell, fields[name], _ROOM / 2)
        cell._tc.remove(cell.paragraphs[0]._p)
        if not cell.paragraphs:
            cell.add_paragraph()
    _lines(document, fields["duoi_bang"], _ROOM)
    if fields["ben_trai"]["chu"]:
        for name in ("noi_nhan", "noi_nhan_dong"):
            _lines(document, fields[name], _ROOM)


def _write_annex(document: Document, parts: Mapping[str, Any], *, own_section: bool) -> None:
    if own_section:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        section._sectPr.append(parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'))
    else:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for name in ("nhan", "ten", "dan"):
        _lines(document, parts[name], _ROOM)
    table = document.add_table(3, 9)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.paragraphs[0].add_run(f"Cột {number}").font.size = Pt(11)


def _texts(spec: Mapping[str, Any]) -> Sequence[str]:
    return [spec["chu"]] if isinstance(spec["chu"], str) else spec["chu"]


def _lines(holder: Any, spec: Mapping[str, Any], room: float) -> None:
    """Write a component's paragraphs and the line below them."""
    made: list[Paragraph] = []
    for written in filter(None, _texts(spec)):
        text = unicodedata.normalize("NFD", written) if spec.get("to_hop") == "co" else written
        made.append(holder.add_paragraph())
        for n, part in enumerate(text.split("**")):
            _face(made[-1].add_run(part), {**spec, "dam": "co"} if n % 2 else spec)
        form = made[-1].paragraph_format
        form.alignment = _ALIGN[spec["canh"]]
        form.first_line_indent = Mm(float(spec.get("lui", "0")))
        form.space_before, form.space_after = Pt(float(spec.get("truoc", "0"))), Pt(float(spec.get("sau", "0")))
        if "gian" in spec:
            form.line_spacing = float(spec["gian"])
        if "gian_pt" in spec:
            form.line_spacing, form.line_spacing_rule = Pt(float(spec["gian_pt"])), WD_LINE_SPACING.EXACTLY
    if made:
        _line(holder, made[-1], spec, room)


def _line(holder: Any, last: Paragraph, spec: Mapping[str, Any], room: float) -> None:
    match spec.get("ke"):
        case "vien":
            paragraph = holder.add_paragraph()
            side = Mm((room - float(spec["dai"])) / 2)
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
            border = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:pBdr>'
            paragraph._p.get_or_add_pPr().insert_element_before(
                parse_xml(border), "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
        case "ve":
            last._p.append(_drawn(spec["dai"], len(spec["chu"])))
        case "go":
            paragraph = holder.add_paragraph(spec["dau"])
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _drawn(length: str, number: int) -> Any:
    return parse_xml(_LINE.format(ns=nsdecls("w", "wp", "a"), wide=int(float(length) * 36000), number=number))


def _face(run: Any, spec: Mapping[str, Any]) -> None:
    run.font.size = Pt(float(spec["co"]))
    run.bold = True if spec.get("dam") == "co" else None
    run.italic = True if spec.get("nghieng") == "co" else None
    run.underline = True if spec.get("gach_chan") == "co" else None
    run.font.all_caps = True if spec.get("in_hoa") == "co" else None
    if "phong" in spec:
        run.font.name = spec["phong"]
    if "mau" in spec:
        run.font.color.rgb = RGBColor.from_string(spec["mau"])


def _page_number(document: Document, spec: Mapping[str, Any]) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = spec["trang_1"] == "khong"
    if spec["cho"] == "khong":
        return
    part = section.header if spec["cho"] == "dau" else section.footer
    paragraph = part.paragraphs[0]
    paragraph.alignment = _ALIGN[spec["canh"]]
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        _face(run, spec)
        words = f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'
        run._r.append(parse_xml(words if kind else f"<w:instrText {nsdecls('w')}> PAGE </w:instrText>"))


def _replaced(case: Mapping[str, Any]) -> str:
    """Give a case's source with its replacements; each must have something to replace."""
    text: str = (FOLDER / case["nguon"]).read_text(encoding="utf-8")
    for old, new in case.get("thay", ()):
        assert old in text, old
        text = text.replace(old, new)
    return text


def with_pandoc(case: Mapping[str, Any], folder: Path) -> bytes:
    """Build a document from Markdown; styles come from a reference document that python-docx makes."""
    reference, target = folder / "mau.docx", folder / "ra.docx"
    reference.write_bytes(_reference(case.get("kieu", {})))
    arguments = [f"--reference-doc={reference}"] if case.get("mau_kieu", "co") == "co" else []
    pypandoc.convert_text(_replaced(case), "docx", format="markdown", outputfile=str(target), extra_args=arguments)
    return target.read_bytes()


_STYLES = {
    "Cơ quan": {"co": "13", "dam": "co", "canh": "giua"},
    "Quốc hiệu": {"co": "13", "dam": "co", "canh": "giua"},
    "Tiêu ngữ": {"co": "14", "dam": "co", "canh": "giua"},
    "Số": {"co": "13", "canh": "giua"},
    "Địa danh": {"co": "14", "nghieng": "co", "canh": "giua"},
    "Tiêu đề": {"co": "14", "dam": "co", "canh": "giua"},
    "Căn cứ": {"co": "14", "nghieng": "co", "canh": "deu", "lui": "10"},
    "Nội dung": {"co": "13", "canh": "deu", "lui": "10"},
    "Nơi nhận": {"co": "12", "dam": "co", "nghieng": "co", "canh": "trai"},
    "Dòng nơi nhận": {"co": "11", "canh": "trai"},
    "Người ký": {"co": "14", "dam": "co", "canh": "giua"},
    "Kẻ cơ quan": {"co": "2", "canh": "giua", "ben": "22"},
    "Kẻ tiêu ngữ": {"co": "2", "canh": "giua", "ben": "9.75"},
    "Kẻ trích yếu": {"co": "2", "canh": "giua", "ben": "62"},
}


def _reference(changes: Mapping[str, Any]) -> bytes:
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(25), Mm(20), Mm(35), Mm(20)
    _page_number(document, base()["so_trang"])
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].paragraph_format.line_spacing = 1.0
    for name, usual in _STYLES.items():
        spec = {**usual, **changes.get(name, {})}
        style = document.styles.add_style(name, 1)
        style.base_style = document.styles["Normal"]
        form = style.paragraph_format
        style.font.size = Pt(float(spec["co"]))
        style.font.bold = True if spec.get("dam") == "co" else None
        style.font.italic = True if spec.get("nghieng") == "co" else None
        if "phong" in spec:
            style.font.name = spec["phong"]
        form.alignment = _ALIGN[spec["canh"]]
        form.space_before = form.space_after = Pt(
            float(spec.get("cach", "4" if name in {"Nội dung", "Căn cứ"} else "0"))
        )
        form.first_line_indent = Mm(float(spec.get("lui", "0")))
        if "ben" in spec:
            form.left_indent = form.right_indent = Mm(float(spec["ben"]))
            border = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:pBdr>'
            style.element.get_or_add_pPr().insert_element_before(parse_xml(border), "w:spacing", "w:ind", "w:jc")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_libreoffice(cases: Mapping[str, Mapping[str, Any]], tools: Office, folder: Path) -> dict[str, bytes]:
    """Build documents from flat OpenDocument and HTML, in one run of LibreOffice for each kind."""
    made: dict[str, bytes] = {}
    for ending, reader in ((".fodt", "OpenDocument Text Flat XML"), (".html", "HTML (StarWriter)")):
        names = [name for name, case in cases.items() if case["nguon"].endswith(ending)]
        if not names:
            continue
        for name in names:
            (folder / f"{name}{ending}").write_text(_replaced(cases[name]), encoding="utf-8")
        command = [str(tools.program), "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += [f"--infilter={reader}", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder)]
        subprocess.run(
            [*command, *(str(folder / f"{name}{ending}") for name in names)], check=True, capture_output=True
        )
        made |= {name: (folder / f"{name}.docx").read_bytes() for name in names}
    return made
