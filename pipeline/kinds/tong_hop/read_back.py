"""Compare a year's list of units, as read back, with what was to be printed."""

from collections.abc import Iterator

from pipeline.kinds.kind import Document
from pipeline.kinds.tong_hop.listing import TongHop
from pipeline.problem import Problem, bad_output
from pipeline.verify.expected import script_problems
from pipeline.verify.paper import Paper
from pipeline.verify.standard_parts import cell_text, title_problems

_UNITS = ("so_thu_tu", "ma_don_vi", "ten_don_vi", "tinh_trang", "so_trang", "ten_tep")
_COUNTS = ("tinh_trang", "so_luong")


def docx_problems(paper: Paper, document: Document, template: bytes, name: str) -> Iterator[Problem]:
    """Compare both tables of the .docx with the list, cell by cell; and all of it with its template, where there is."""
    yield from _table_problems(paper, document.facts, name)
    if template:
        yield from script_problems(paper, template, document.fields, name)


def _table_problems(paper: Paper, listing: TongHop, name: str) -> Iterator[Problem]:
    yield from title_problems(paper, listing.tieu_de, name)
    units = [[getattr(each, field) for field in _UNITS] for each in listing.cac_dong]
    counts = [[getattr(each, field) for field in _COUNTS] for each in listing.cac_tinh_trang]
    for width, rows, last in ((len(_UNITS), units, 0), (len(_COUNTS), counts, 1)):
        matches = [table for table in paper.tables(width) if [*_cell_texts(paper, table)][1 : -last or None] == rows]
        if len(matches) != 1:
            yield bad_output(name, "sai-o", f"không có đúng một bảng {width} cột với {len(rows)} hàng như dữ liệu")


def _cell_texts(paper: Paper, table: int) -> Iterator[list[str]]:
    for row in paper.rows(table):
        yield [cell_text(cell) for cell in row]
