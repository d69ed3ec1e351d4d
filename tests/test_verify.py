"""The verify stage: a finished file that says anything else than the data is caught, by name."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable

import pikepdf
import pytest

from pipeline.convert import convert
from pipeline.emphasis import Doan
from pipeline.present import Context
from pipeline.problem import ExitCode, Problem
from pipeline.tools import Office
from pipeline.verify import verify_docx, verify_pdf

PAGES = range(8, 12)
ROW = re.compile(r"(<w:tr>(?:(?!</w:tr>).)*Tổng diện tích.*?</w:tr>)", re.DOTALL)


@pytest.fixture(scope="module")
def pdf(tools: Office, document: bytes) -> bytes:
    (made,) = convert([document], tools)
    assert made
    return made


def _changed(document: bytes, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name == "word/document.xml" else content)
    assert out.getvalue() != document
    return out.getvalue()


def _codes(problems: tuple[Problem, ...]) -> set[str]:
    assert all(problem.exit_code == ExitCode.VERIFICATION for problem in problems)
    return {problem.code for problem in problems}


def test_the_real_document_is_as_the_data_says(document: bytes, pdf: bytes, context: Context) -> None:
    assert verify_docx(document, context, "x.docx") == ()
    assert verify_pdf(pdf, context, PAGES, "x.pdf")[1] == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: xml.replace("1.100 tấn trở lên", "1.101 tấn trở lên"), "sai-o"),
        (lambda xml: xml.replace("440 ha trở lên", "440 ha tro lên"), "sai-o"),
        (lambda xml: xml.replace(">1,10<", ">1,1<"), "sai-o"),
        (lambda xml: re.sub(r"<w:tr>(?:(?!</w:tr>).)*Tổng diện tích.*?</w:tr>", "", xml, flags=re.DOTALL), "so-hang"),
        (
            lambda xml: re.sub(r"(<w:tr>(?:(?!</w:tr>).)*Tổng diện tích.*?</w:tr>)", r"\1\1", xml, flags=re.DOTALL),
            "so-hang",
        ),
        (lambda xml: xml.replace(">100<", ">99<"), "sai-hang-tong"),
        (lambda xml: xml.replace("Bùi Quốc Bảo", "Bùi Quốc"), "thieu-chu"),
        (lambda xml: xml.replace("Thường trực Đảng ủy", "Thường trực"), "thieu-chu"),
        (lambda xml: xml.replace("Trên đây là", "{{ ket_thuc }}"), "con-the-mau"),
        (lambda xml: xml.replace("Trên đây là", "{% endif %}"), "con-the-mau"),
        (lambda xml: xml.replace("<w:tbl>", "<w:tblx>").replace("</w:tbl>", "</w:tblx>"), "thieu-bang"),
        (lambda xml: xml[:-40], "khong-mo-duoc"),
    ],
)
def test_a_changed_docx_is_caught(document: bytes, context: Context, change: Callable[[str], str], code: str) -> None:
    assert code in _codes(verify_docx(_changed(document, change), context, "x.docx"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 5000])
def test_a_file_that_does_not_open_is_caught(data: bytes, context: Context) -> None:
    assert _codes(verify_docx(data, context, "x.docx")) == {"khong-mo-duoc"}
    assert _codes(verify_pdf(data, context, PAGES, "x.pdf")[1]) == {"khong-mo-duoc"}


def _first_rows(context: Context, text: str) -> Context:
    row = dataclasses.replace(context.cac_hang[2], chi_tieu=(Doan(text),))
    return dataclasses.replace(context, cac_hang=(*context.cac_hang[:2], row, *context.cac_hang[3:]))


@pytest.mark.parametrize(
    ("change", "pages", "code"),
    [
        (lambda context: _first_rows(context, "1.101 tấn trở lên"), PAGES, "thieu-o-pdf"),
        (lambda context: dataclasses.replace(context, cac_hang=context.cac_hang[::-1]), PAGES, "thieu-o-pdf"),
        (lambda context: dataclasses.replace(context, ho_ten="Bùi Quốc Bao"), PAGES, "thieu-chu-pdf"),
        (lambda context: dataclasses.replace(context, tieu_de="Kế hoạch"), PAGES, "tieu-de-pdf"),
        (lambda context: dataclasses.replace(context, so_lieu_mau=True), PAGES, "thieu-dau-mau"),
        (lambda context: context, range(1, 8), "so-trang"),
    ],
)
def test_a_pdf_that_is_not_the_data_is_caught(
    pdf: bytes, context: Context, change: Callable[[Context], Context], pages: range, code: str
) -> None:
    assert code in _codes(verify_pdf(pdf, change(context), pages, "x.pdf")[1])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda font: font.__setattr__("BaseFont", pikepdf.Name("/ABCDEF+DejaVuSerif")), "phong-la"),
        (lambda font: font.FontDescriptor.__delitem__("/FontFile2"), "phong-khong-nhung"),
    ],
)
def test_a_foreign_font_is_caught(
    pdf: bytes, context: Context, change: Callable[[pikepdf.Dictionary], None], code: str
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(next(iter(opened.pages[0].resources.Font.as_dict().values())))  # type: ignore[arg-type]
        opened.save(out)

    assert code in _codes(verify_pdf(out.getvalue(), context, PAGES, "x.pdf")[1])


def test_a_lost_page_is_caught(pdf: bytes, context: Context) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.pages[4]
        opened.save(out)

    assert "thieu-o-pdf" in _codes(verify_pdf(out.getvalue(), context, PAGES, "x.pdf")[1])
