"""What Word, its users and other systems do to a template: accepted without harm, or refused with the mend.

The cases of ../shared/cases/inputs, made anew in the plan's template of today, and others of their kinds.
"""

import io
import re
from collections.abc import Callable

import docx
import pytest
from docx.oxml.ns import qn
from reading import compile_plan, verify_docx
from word_templates import (
    CORE,
    HEADER,
    KIND,
    MAIN,
    RELATIONS,
    ROOT,
    SETTINGS,
    STYLES,
    TYPES,
    W,
    before_closing,
    packed,
    paragraph,
    parts_of,
    replaced,
    with_part,
)

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document
from pipeline.problem import TemplateError
from pipeline.word.fill import fill

Change = Callable[[bytes], bytes]
IF, END = "{%p if so_lieu_mau %}", "{%p endif %}"


def _strict(template: bytes) -> bytes:
    strict = {
        W: "http://purl.oclc.org/ooxml/wordprocessingml/main",
        KIND: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    parts = parts_of(template)
    for old, new in strict.items():
        parts = {name: content.replace(old.encode(), new.encode()) for name, content in parts.items()}
    return packed(parts)


def _as(kind: str) -> Change:
    return lambda data: replaced(data, "wordprocessingml.document.main+xml", kind, TYPES)


def _document2(template: bytes) -> bytes:
    parts = parts_of(template)
    parts["word/document2.xml"] = parts.pop(MAIN)
    parts["word/_rels/document2.xml.rels"] = parts.pop(RELATIONS)
    for name in (TYPES, ROOT):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/document2.xml")
    return packed(parts)


def _without_properties(template: bytes) -> bytes:
    parts = parts_of(template)
    del parts[CORE]
    parts[TYPES] = re.sub(b'<Override PartName="/docProps/core.xml"[^>]*>', b"", parts[TYPES])
    parts[ROOT] = re.sub(b'<Relationship Id="rId2"[^>]*>', b"", parts[ROOT])
    return packed(parts)


def _listed(template: bytes) -> bytes:
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    old = '<w:p><w:pPr><w:pStyle w:val="NoiNhanDong"/></w:pPr><w:r><w:t xml:space="preserve">- {{ noi }};'
    return replaced(template, old, old.replace("</w:pPr>", f"{number}</w:pPr>").replace("- {{", "{{"))


def _in_controls(template: bytes) -> bytes:
    """The closing sentence, a cell's paragraph, a cell, a row and a run, each in a content control."""
    control = (
        '<w:sdt><w:sdtPr><w:id w:val="6"/><w:lock w:val="sdtLocked"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    )
    text = parts_of(template)[MAIN].decode()
    closing = re.search(r'<w:p><w:pPr><w:pStyle w:val="KetThuc"/>.*?</w:p>', text)
    name = re.search(r'<w:p><w:pPr><w:pStyle w:val="HoTen"/>.*?</w:p>', text)
    row = re.search(r"<w:tr>(?:(?!<w:tr>).)*\{\{ tong.cot_4 \}\}.*?</w:tr>", text)
    cell = re.search(r"<w:tc>(?:(?!<w:tc>).)*\{\{ tieu_de_cot.cot_1 \}\}.*?</w:tc>", text)
    run = re.search(r"<w:r>(?:(?!<w:r>).)*\{\{ noi_luu \}\}.*?</w:r>", text)
    for found in (closing, name, row, cell, run):
        assert found
        text = text.replace(found[0], control.format(found[0]), 1)
    return packed(parts_of(template) | {MAIN: text.encode()})


def _with_label(template: bytes) -> bytes:
    parts = parts_of(template)
    extra = (
        '<Relationship Id="rId7" Type="http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"'
        ' Target="docMetadata/LabelInfo.xml"/>'
        f'<Relationship Id="rId8" Type="{KIND}/extended-properties" Target="docProps/app.xml"/>'
        f'<Relationship Id="rId9" Type="{KIND}/custom-properties" Target="docProps/custom.xml"/>'
        '<Relationship Id="rId6" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"'
        ' Target="docProps/thumbnail.emf"/></Relationships>'
    )
    parts[ROOT] = parts[ROOT].replace(b"</Relationships>", extra.encode())
    parts[TYPES] = parts[TYPES].replace(b"</Types>", b'<Default Extension="emf" ContentType="image/x-emf"/></Types>')
    secret = "<a><Company>Công ty Zqx</Company></a>".encode()
    more = dict.fromkeys(("docMetadata/LabelInfo.xml", "docProps/app.xml", "docProps/custom.xml"), secret)
    return packed(parts | more | {"docProps/thumbnail.emf": b"\x01\0\0\0"})


def _kept_by_word(template: bytes) -> bytes:
    """All the parts that Word 365 writes beside those of the form."""
    ms = "http://schemas.microsoft.com/office"
    for number, (name, kind) in enumerate(
        {
            "word/intelligence2.xml": f"{ms}/2020/10/relationships/intelligence",
            "word/people.xml": f"{ms}/2011/relationships/people",
            "word/webSettings.xml": f"{KIND}/webSettings",
            "word/fontTable.xml": f"{KIND}/fontTable",
            "word/glossary/document.xml": f"{KIND}/glossaryDocument",
            "customXml/item1.xml": f"{KIND}/customXml",
            "word/documentTasks/documenttasks1.xml": f"{ms}/2019/05/relationships/documenttasks",
        }.items()
    ):
        template = with_part(template, name, b"<a>Zqx</a>", "application/xml", kind).replace(
            b"rIdX9", b"rIdX%d" % number
        )
    return _with_label(template)


def _by_lan(template: bytes) -> bytes:
    who = (
        '<dc:creator>Máy của Zqx</dc:creator><cp:lastModifiedBy xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties">zqx@vi-du.vn</cp:lastModifiedBy><dc:description>Zqx</dc:description>'
    )
    return replaced(template, "</dc:title>", f"</dc:title>{who}", CORE)


def _with_settings(template: bytes) -> bytes:
    more = (
        '<w:trackRevisions/><w:documentProtection w:edit="readOnly" w:enforcement="1"/><w:rsids><w:rsid w:val="00A1"/>'
        '</w:rsids><w:docVars><w:docVar w:name="a" w:val="Zqx"/></w:docVars><w:attachedTemplate r:id="rId1"/>'
        '<w:autoHyphenation w:val="true"/><w:mailMerge/>'
    )
    relation = (
        '<Relationship Id="rId1" Type="x/attachedTemplate" Target="file:///C:/Zqx/a.dotx" TargetMode="External"/>'
    )
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>'
    data = replaced(template, "<w:defaultTabStop", f"{more}<w:defaultTabStop", SETTINGS)
    return packed(parts_of(data) | {"word/_rels/settings.xml.rels": rels.encode()})


def _with_history(template: bytes) -> bytes:
    data = replaced(
        template, "<w:body>", '<w:body><w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    )
    return replaced(data, "<w:tr>", '<w:tr w:rsidR="00A1B2C3">')


ACCEPTED: dict[str, Change] = {
    "as it is": lambda data: data,
    "dotx": _as("wordprocessingml.template.main+xml"),
    "docm without macros": lambda data: replaced(
        data,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        TYPES,
    ),
    "document2": _document2,
    "what Word 365 keeps": _kept_by_word,
    "saved by Lan": _by_lan,
    "tracking on, protected": _with_settings,
    "bookmarks, history": _with_history,
    "content controls": _in_controls,
    "a condition inside a paragraph": lambda data: before_closing(
        data, paragraph("Văn bản {% if so_lieu_mau %}thử{% else %}chính thức{% endif %} của {{ ten_don_vi }}.")
    ),
    "a loop inside a paragraph": lambda data: before_closing(
        data, paragraph("Gửi{% for noi in noi_nhan %} {{ noi }},{% endfor %} để biết.")
    ),
    "a cell that conditions empty": lambda data: replaced(
        data,
        '<w:p><w:pPr><w:pStyle w:val="BangSo"/></w:pPr></w:p></w:tc>',
        "".join(paragraph(each, style="BangSo") for each in (IF, "mẫu", END)) + "</w:tc>",
    ),
    "no shading, written out": lambda data: replaced(
        data, '<w:t xml:space="preserve">Nơi nhận:', '<w:rPr><w:shd w:val="clear" w:fill="auto"/></w:rPr><w:t>Nơi nhận:'
    ),
}


@pytest.mark.parametrize("change", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_does_no_harm_is_accepted(template_source: Source, plan: Document, change: Change) -> None:
    """The paper passes every check, and holds nothing of whoever saved the template."""
    data = change(template_source.content)
    made = fill(compile_plan(data, "mau.docx"), plan.fields)
    parts = parts_of(made)

    assert verify_docx(made, plan, data)[1] == ()
    everything = b"".join(parts.values()).decode()
    for word in ("Zqx", "zqx", "trackRevisions", "Protection", "rsid", "sdt", "attachedTemplate", "Hyphenation"):
        assert word not in everything, word
    assert set(parts) == set(parts_of(template_source.content))
    for cell in docx.Document(io.BytesIO(made)).element.iter(qn("w:tc"), qn("w:hdr"), qn("w:ftr")):
        assert cell[-1].tag == qn("w:p")


REFUSED: dict[str, tuple[Change, str]] = {
    "strict": (_strict, r"Strict Open XML Document: File > Save As > Word Document"),
    "macros": (
        lambda data: with_part(data, "word/vbaProject.bin", b"x", "application/x", f"{KIND}/vbaProject"),
        "có macro .*File > Save As > Word Document",
    ),
    "words before a p tag": (
        lambda data: before_closing(data, paragraph(f"Căn cứ tình hình {IF}"), paragraph("bản thử"), paragraph(END)),
        "biến mất khi in.*“Căn cứ tình hình” bên cạnh, ở đoạn “Căn cứ tình hình {%p if",
    ),
    "words after an else": (
        lambda data: before_closing(
            data, paragraph(IF), paragraph("Bản thử."), paragraph("{%p else %}Bản chính."), paragraph(END)
        ),
        "“Bản chính.” bên cạnh",
    ),
    "words in another cell of a row": (
        lambda data: replaced(data, "{%tr for hang in cac_hang %}", "Danh mục: {%tr for hang in cac_hang %}"),
        "hàng có thẻ.*“Danh mục:” bên cạnh",
    ),
    "two p tags": (lambda data: before_closing(data, paragraph(f"{IF}{END}")), "đoạn có thẻ"),
    "a section break with a p tag": (
        lambda data: before_closing(data, paragraph(IF, more="<w:sectPr/>"), paragraph(END)),
        "thứ khác bên cạnh",
    ),
    "for closed by a p tag": (
        lambda data: replaced(data, "{%p for dong in trich_yeu %}", "{% for dong in trich_yeu %}"),
        r"`{% for dong in trich_yeu %}` và `{%p endfor %}` phải viết cùng dạng",
    ),
    "closed in another cell": (
        lambda data: replaced(
            replaced(data, "{{ ho_ten }}", f"{{{{ ho_ten }}}}</w:t></w:r></w:p>{paragraph(END)}<w:p><w:r><w:t>"),
            "- Lưu:",
            f"- Lưu:</w:t></w:r></w:p>{paragraph(IF)}<w:p><w:r><w:t>",
        ),
        "không ở cùng một ô bảng",
    ),
    "vm": (lambda data: replaced(data, "{{ tong.cot_4 }}", "{% vm %}{{ tong.cot_4 }}"), r"không có thẻ `{% vm %}`"),
    "cellbg": (
        lambda data: replaced(data, "{{ tong.cot_4 }}", "{% cellbg ho_ten %}{{ tong.cot_4 }}"),
        r"không có thẻ `{% cellbg ho_ten %}`.*ở đoạn “{% cellbg ho_ten %}{{ tong.cot_4 }}”",
    ),
    "colspan": (lambda data: replaced(data, "{{ ho_ten }}", "{% colspan so %}"), r"không có thẻ `{% colspan so %}`"),
    "hm": (lambda data: replaced(data, "{{ ho_ten }}", "{%hm%}{{ ho_ten }}"), r"không có thẻ `{%hm%}`"),
    "tc": (lambda data: replaced(data, "{{ ho_ten }}", "{%tc if ho_ten %}"), "chỉ có {%p"),
    "a note": (lambda data: replaced(data, "{{ ho_ten }}", "{# Lan #}{{ ho_ten }}"), "là ghi chú"),
    "a dash": (lambda data: replaced(data, "{{ ho_ten }}", "{%- if ho_ten %}a{% endif %}"), "bỏ dấu gạch"),
    "a tag over two paragraphs": (
        lambda data: before_closing(data, paragraph("{% if ho_ten"), paragraph("%}chữ{% endif %}")),
        "`{%` lẻ",
    ),
    "highlight": (
        lambda data: replaced(
            data, '<w:t xml:space="preserve">Nơi nhận:', '<w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t>Nơi nhận:'
        ),
        "tô nền: Home > Text Highlight Color > No Color, ở đoạn “Nơi nhận:”",
    ),
    "strike": (
        lambda data: replaced(
            data, '<w:t xml:space="preserve">Nơi nhận:', '<w:rPr><w:strike w:val="on"/></w:rPr><w:t>Nơi nhận:'
        ),
        "gạch ngang",
    ),
    "shading in a style that is used": (
        lambda data: replaced(
            data,
            'w:styleId="NoiNhan">',
            'w:styleId="NoiNhan"><w:rPr><w:shd w:val="clear" w:fill="FFFF00"/></w:rPr>',
            STYLES,
        ),
        "nền màu: Home > Shading > No Color, ở kiểu “Nơi nhận”",
    ),
    "an automatic list": (_listed, "danh sách tự động.*Ctrl.Z.*AutoFormat As You Type"),
    "words beside the page number": (
        lambda data: replaced(
            data, '<w:fldSimple w:instr=" PAGE ">', '<w:r><w:t>Trang </w:t></w:r><w:fldSimple w:instr=" PAGE ">', HEADER
        ),
        "số trang in một mình.*“Trang”",
    ),
    "pages of pages": (
        lambda data: replaced(data, '" PAGE "', '" NUMPAGES "', HEADER),
        "NUMPAGES.*số trang chỉ là số thứ tự",
    ),
    "no properties": (_without_properties, r"File > Info > Title"),
    "another title": (lambda data: replaced(data, "{{ tieu_de }}", "Kế hoạch", CORE), "“Kế hoạch”: ghi {{ tieu_de }}"),
    "embedded fonts": (
        lambda data: with_part(data, "word/fonts/font1.odttf", b"x", "application/x", f"{KIND}/font"),
        "File > Options > Save > bỏ “Embed fonts in the file”",
    ),
    "comments": (
        lambda data: with_part(data, "word/comments.xml", b"<a/>", "application/x", f"{KIND}/comments"),
        "Review > Delete > Delete All Comments in Document",
    ),
    "a text box": (
        lambda data: before_closing(data, paragraph("<w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict>")),
        "hộp chữ",
    ),
    "tracked": (
        lambda data: before_closing(data, '<w:p><w:ins w:id="1" w:author="Lan"><w:r><w:t>a</w:t></w:r></w:ins></w:p>'),
        "Review > Accept > Accept All Changes and Stop Tracking",
    ),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_fault_is_refused_with_its_reason(template_source: Source, change: Change, said: str) -> None:
    with pytest.raises(TemplateError, match=r"^mau\.docx: ") as caught:
        compile_plan(change(template_source.content), "mau.docx")

    assert re.search(said, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("value", ["true", "on", "1"])
def test_every_spelling_of_a_switch_lets_long_rows_break(template_source: Source, plan: Document, value: str) -> None:
    """LibreOffice writes `w:val="true"`."""
    parts = parts_of(template_source.content)
    parts[MAIN] = parts[MAIN].replace(b"<w:cantSplit/>", f'<w:cantSplit w:val="{value}"/>'.encode())

    assert fill(compile_plan(packed(parts), "a"), plan.fields) == fill(
        compile_plan(template_source.content, "a"), plan.fields
    )


def test_a_switch_that_is_off_is_no_switch(template_source: Source, plan: Document) -> None:
    parts = parts_of(template_source.content)
    parts[MAIN] = parts[MAIN].replace(b"<w:cantSplit/>", b'<w:cantSplit w:val="off"/>')
    made = parts_of(fill(compile_plan(packed(parts), "a"), plan.fields))

    assert b"cantSplit" not in made[MAIN]


def test_a_bold_character_style_is_read_back(template_source: Source, plan: Document) -> None:
    """Word's Strong and Emphasis; twice bold is not bold."""
    styles = "".join(
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{name}"/><w:rPr><w:{tag}/></w:rPr></w:style>'
        for name, tag in (("Manh", "b"), ("Nhan", "i"))
    )
    data = replaced(template_source.content, "</w:styles>", f"{styles}</w:styles>", STYLES)
    styled = (
        f'<w:rPr><w:rStyle w:val="{name}"/>{more}</w:rPr><w:t xml:space="preserve">{{{{ ten_don_vi }}}} a </w:t>'
        for name, more in (("Manh", ""), ("Nhan", ""), ("Manh", "<w:i/>"))
    )
    data = before_closing(data, paragraph("Của ", *styled, "."))
    made = fill(compile_plan(data, "mau.docx"), plan.fields)
    paper, problems = verify_docx(made, plan, data)

    assert paper
    (found,) = [each for each in paper.paragraphs if each.text.startswith("Của ")]
    assert [face for _, face in found.stretches] == ["0", "1", "2", "3", "0"]
    assert [each.code for each in problems if not each.code.startswith("the-thuc-")] == []
