"""Strange and hostile files: a plain reason, in bounded time and memory, never a traceback."""

import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from the_thuc_documents import with_python_docx

from pipeline.problem import Severity
from pipeline.the_thuc.check import check_the_thuc

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BODY = f'<w:document xmlns:w="{W}"><w:body>{{}}</w:body></w:document>'


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _docx(body: str, **parts: str) -> bytes:
    return _zip({"word/document.xml": BODY.format(body), **{f"word/{name}.xml": text for name, text in parts.items()}})


def _encrypted_zip() -> bytes:
    """Set the flag that says that an entry is encrypted."""
    data = bytearray(_docx(""))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    return bytes(data)


@pytest.fixture(scope="module")
def report() -> bytes:
    return with_python_docx({})


def _only(data: bytes) -> tuple[str, str]:
    """Give rule and reason of the one finding."""
    (finding,) = check_the_thuc(data)
    assert finding.severity is Severity.ERROR
    return finding.rule, finding.found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "tệp rỗng"),
        ("xin chào".encode(), "không phải tệp .docx"),
        (b"<html><body>x</body></html>", "không phải tệp .docx"),
        (b"{\\rtf1 x}", "tệp RTF"),
        (b"%PDF-1.7\n", "tệp PDF"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (OLE + "WordDocument".encode("utf-16-le"), ".doc đời cũ"),
        (OLE, "đời cũ"),
        (b"PK\x03\x04", "không giải nén được"),
        (_docx("")[:-30], "không giải nén được"),
        (_encrypted_zip(), "mật khẩu"),
        (_zip({}), "không có phần chữ"),
        (_zip({"xl/workbook.xml": "<x/>"}), "không có phần chữ"),
        (_zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "OpenDocument"),
        (_zip({"word/document.xml": "<w:document"}), "không đọc được"),
        (_zip({"word/document.xml": ""}), "không đọc được"),
        (_zip({"word/document.xml": f'<w:document xmlns:w="{W}"/>'}), "không có thân"),
        (_zip({"word/document.xml": "<a/>"}), "không có thân"),
        (_zip({"word/document.xml": "<!DOCTYPE a><a/>"}), "khai báo DTD"),
        (_docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "không đọc được"),
    ],
)
def test_what_is_no_readable_docx_is_said_plainly(data: bytes, reason: str) -> None:
    rule, found = _only(data)

    assert rule == "tep-khong-doc-duoc"
    assert reason in found


BOMB = f"""<!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{
    "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
}]><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>"""


@pytest.mark.parametrize(
    "xml",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        BOMB.replace('ENTITY a "', 'ENTITY a SYSTEM "file:///etc/passwd" "').encode(),
        f'<!DOCTYPE x SYSTEM "http://localhost/x.dtd"><w:document xmlns:w="{W}"><w:body/></w:document>'.encode(),
    ],
)
def test_entities_are_refused_unexpanded(xml: bytes) -> None:
    assert _only(_zip({"word/document.xml": xml}))[0] == "tep-khong-doc-duoc"


@pytest.mark.parametrize(
    "data",
    [
        _docx(" " * 60_000_000),
        _docx("<w:p/>" * 1_100_000),
        _docx("<w:p a='' b='' c=''/>" * 700_000),
        _docx("<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 70_000 + "</w:tr></w:tbl>"),
        _zip({f"x{number}": b"" for number in range(21_000)}),
    ],
    ids=["bytes", "elements", "attributes", "table", "parts"],
)
def test_bombs_are_refused_in_bounded_memory(data: bytes) -> None:
    """What Python holds stays under 300 MB; libxml2's tree is held down by the limits on elements and bytes."""
    tracemalloc.start()
    rule, _ = _only(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rule == "tep-qua-lon"
    assert peak < 300_000_000


def test_a_document_of_500_pages_is_checked() -> None:
    text = "Nội dung của đoạn này dài chừng một trăm chữ cái, để có thể tràn sang dòng thứ hai của trang giấy A4. " * 2
    paragraph = f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>'
    rows = "<w:tr>" + f"<w:tc>{paragraph}</w:tc>" * 5 + "</w:tr>"

    motto = "<w:p><w:r><w:t>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</w:t></w:r></w:p>"
    found = check_the_thuc(_docx(motto + paragraph * 6000 + "<w:tbl>" + rows * 1500 + "</w:tbl>"))

    assert len(found) < 100
    assert max(finding.more for finding in found) > 5000


def test_macros_are_named_and_the_rest_is_checked(report: bytes) -> None:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")

    assert [finding.rule for finding in check_the_thuc(_zip(parts))] == ["tep-macro"]


@pytest.mark.parametrize(
    "gone", ["word/styles.xml", "word/numbering.xml", "word/theme/theme1.xml", "word/_rels/document.xml.rels"]
)
def test_missing_parts_are_no_trouble(report: bytes, gone: str) -> None:
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != gone}

    assert "tep-khong-doc-duoc" not in {finding.rule for finding in check_the_thuc(_zip(parts))}


@pytest.mark.parametrize(
    "body",
    [
        '<w:p><w:pPr><w:ind w:left="abc" w:firstLine="1e9"/><w:spacing w:line="-5" w:before="٣"/></w:pPr></w:p>',
        '<w:p><w:r><w:rPr><w:sz w:val="0"/></w:rPr><w:t>x</w:t></w:r></w:p>',
        '<w:p><w:r><w:rPr><w:sz w:val="nan"/></w:rPr><w:t>x</w:t></w:r></w:p>',
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>',
        '<w:sectPr><w:pgSz w:w="x" w:h=""/><w:pgMar w:top="-1"/></w:sectPr>',
        "<w:tbl/><w:p/><w:tbl><w:tr/></w:tbl>",
        f"<w:p><w:r><w:t>{'a' * 9_000_000}</w:t></w:r></w:p>",
        f"<w:p><w:r><w:t>s{' ' * 30_000}</w:t></w:r></w:p>",
        f"<w:p>{'<w:r><w:t>, </w:t><w:br/></w:r>' * 30_000}</w:p>",
    ],
)
def test_nonsense_in_a_document_is_read_past(body: str) -> None:
    assert "tep-khong-doc-duoc" not in {finding.rule for finding in check_the_thuc(_docx(body))}


def test_styles_in_a_circle_end() -> None:
    style = '<w:style w:type="paragraph" w:styleId="{0}"><w:basedOn w:val="{1}"/></w:style>'
    styles = f'<w:styles xmlns:w="{W}">{style.format("A", "B")}{style.format("B", "A")}</w:styles>'
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    relations = (
        f'<Relationships xmlns="{rels}"><Relationship Id="a" Type="{kind}" Target="styles.xml"/></Relationships>'
    )
    body = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'

    assert check_the_thuc(
        _zip(
            {
                "word/document.xml": BODY.format(body),
                "word/styles.xml": styles,
                "word/_rels/document.xml.rels": relations,
            }
        )
    )


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), piece=st.binary(min_size=1, max_size=40))
def test_damaged_bytes_never_raise(report: bytes, place: float, piece: bytes) -> None:
    at = int(place * len(report))

    assert isinstance(check_the_thuc(report[:at] + piece + report[at + len(piece) :]), tuple)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_xml_never_raises(report: bytes, data: st.DataObject) -> None:
    """Attributes with any value, tags exchanged, texts repeated: the document is read as far as it goes."""
    changes: list[Callable[[str], str]] = [
        lambda xml: re.sub(r'w:val="[^"]*"', f'w:val="{data.draw(st.sampled_from(["", "-1", "x", "9" * 40]))}"', xml),
        lambda xml: xml.replace("w:tc>", "w:p>"),
        lambda xml: xml.replace("<w:r>", "<w:ins><w:r>").replace("</w:r>", "</w:r></w:ins>"),
        lambda xml: xml.replace("<w:p>", "<w:p><w:r><w:br/><w:tab/></w:r>"),
        lambda xml: xml.replace("w:tbl>", "w:sdt>"),
        lambda xml: re.sub(r"<w:tblGrid>.*?</w:tblGrid>", "", xml, flags=re.DOTALL),
    ]
    change = data.draw(st.sampled_from(changes))
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    name = data.draw(st.sampled_from(["word/document.xml", "word/styles.xml", "word/header1.xml"]))
    content = parts[name]
    assert isinstance(content, bytes)
    parts[name] = change(content.decode())

    assert isinstance(check_the_thuc(_zip(parts)), tuple)


def test_an_empty_document_lacks_everything() -> None:
    out = io.BytesIO()
    docx.Document().save(out)
    missing = {finding.rule for finding in check_the_thuc(out.getvalue()) if finding.rule.endswith("-thieu")}

    assert {"quoc-hieu-thieu", "so-thieu", "ten-loai-thieu", "noi-nhan-thieu", "noi-dung-thieu"} <= missing
