"""Read a year's list of units back, as .docx and PDF, and hold it to what was to be printed."""

from collections.abc import Iterator

from pipeline.kinds.tong_hop.listing import TongHop
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import verify_pdf

_UNITS = ("so_thu_tu", "ma_don_vi", "ten_don_vi", "tinh_trang", "so_trang", "ten_tep")
_COUNTS = ("tinh_trang", "so_luong")
_MOST_PAGES = 1000


def verify_listing(docx: bytes, pdf: bytes | None, listing: TongHop, name: str) -> tuple[Problem, ...]:
    """Compare both tables of the .docx with the list, cell by cell, and every letter of the PDF with the .docx.

    `name` is the files' name without ending.
    """
    try:
        paper = read_paper(docx)
    except ValueError as error:
        return (bad_output(f"{name}.docx", "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    problems = tuple(_table_problems(paper, listing, f"{name}.docx"))
    if pdf is None:
        return problems
    pages, sample = range(1, _MOST_PAGES), listing.so_lieu_mau
    return problems + verify_pdf(pdf, paper, pages, sample=sample, name=f"{name}.pdf", to_sign=False)[1]


def _table_problems(paper: Paper, listing: TongHop, name: str) -> Iterator[Problem]:
    if paper.title != listing.tieu_de:
        yield bad_output(name, "tieu-de-docx", f"thuộc tính Title là “{paper.title}”, phải là “{listing.tieu_de}”")
    units = [[getattr(each, field) for field in _UNITS] for each in listing.cac_dong]
    counts = [[getattr(each, field) for field in _COUNTS] for each in listing.cac_tinh_trang]
    for width, rows, last in ((len(_UNITS), units, 0), (len(_COUNTS), counts, 1)):
        found = [table for table in paper.tables(width) if [*_printed(paper, table)][1 : -last or None] == rows]
        if len(found) != 1:
            yield bad_output(name, "sai-o", f"không có đúng một bảng {width} cột với {len(rows)} hàng như dữ liệu")


def _printed(paper: Paper, table: int) -> Iterator[list[str]]:
    for row in paper.rows(table):
        yield ["".join(paragraph.text for paragraph in cell) for cell in row]
