"""The sample rows of a template's table: what each of their cells prints is read for the checks of columns."""

import io

import docx
import pytest
from conftest import ROOT

from pipeline.word.sample_rows import SampleRow, sample_rows

LEVELS = ("muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu")


def _table(*rows: tuple[str, ...]) -> bytes:
    document = docx.Document()
    table = document.add_table(0, max(map(len, rows)))
    for texts in rows:
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
        for cell in row.cells[len(texts) :]:
            row._tr.remove(cell._tc)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_rows_are_told_with_their_cells_and_the_tag_before_them() -> None:
    found = sample_rows(
        _table(
            ("{{ tieu_de_cot.cot_1 }}", "{{ tieu_de_cot.cot_2 }}"),
            ("{%tr for hang in cac_hang %}",),
            ("{%tr if hang.cap_hang == 'muc_lon' %}",),
            ("{{r hang.cot_1 }}", "{{r  hang.cot_2  }}"),
            ("{%tr elif hang.cap_hang == 'tieu_chi' %}",),
            ("{{ hang.cot_1 }}", "chữ {{r hang.cot_2 }}", ""),
            ("{%tr endif %}",),
            ("{%tr endfor %}",),
            ("Tổng cộng: {{ cong_thuc_tong }}", "{{ tong.cot_2 }}"),
        )
    )

    assert found == (
        SampleRow("tieu_de_cot", ("{{tieu_de_cot.cot_1}}", "{{tieu_de_cot.cot_2}}"), ""),
        SampleRow("hang", ("{{rhang.cot_1}}", "{{rhang.cot_2}}"), "{%tr if hang.cap_hang == 'muc_lon' %}"),
        SampleRow("hang", ("{{hang.cot_1}}", "chữ{{rhang.cot_2}}", ""), "{%tr elif hang.cap_hang == 'tieu_chi' %}"),
        SampleRow("tong", ("Tổngcộng:{{cong_thuc_tong}}", "{{tong.cot_2}}"), "{%tr endfor %}"),
    )


def test_rows_of_other_tables_are_left_out() -> None:
    """The head of the document, the signature, a table of fields that are no columns."""
    assert sample_rows(_table(("{{ ten_co_quan }}", "Số: {{ so_ky_hieu }}"), ("{{ don_vi.ten_don_vi }}", ""))) == ()


def test_a_tag_split_over_runs_is_read_whole() -> None:
    document = docx.Document()
    paragraph = document.add_table(1, 1).rows[0].cells[0].paragraphs[0]
    for text in ("{{", "r hang", ".cot_1 }", "}"):
        paragraph.add_run(text)
    written = io.BytesIO()
    document.save(written)

    assert sample_rows(written.getvalue()) == (SampleRow("hang", ("{{rhang.cot_1}}",), ""),)


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04"])
def test_a_file_that_does_not_open_has_no_rows(data: bytes) -> None:
    assert sample_rows(data) == ()


@pytest.mark.parametrize("name", ["ke-hoach.docx", "bao-cao-tu-cham.docx", "bien-ban-tham-dinh.docx"])
def test_the_templates_have_a_row_for_the_heading_for_every_level_and_for_the_total(name: str) -> None:
    """Each of as many cells, in the order of the columns; all but the heading's with the marks of emphasis."""
    rows = sample_rows((ROOT / "templates" / name).read_bytes())
    heading, *levels, total = rows
    places = [f"cot_{number}" for number in range(1, len(heading.cells) + 1)]

    assert (heading.item, total.item) == ("tieu_de_cot", "tong")
    assert heading.cells == tuple(f"{{{{tieu_de_cot.{place}}}}}" for place in places)
    assert [row.words.split("'")[1] for row in levels] == list(LEVELS)
    for row in levels:
        assert row.cells == tuple(f"{{{{rhang.{place}}}}}" for place in places)


def test_a_template_without_a_table_has_none() -> None:
    assert sample_rows((ROOT / "templates" / "cong-van.docx").read_bytes()) == ()
