"""Hold the printed table, as read back, to its rows: every cell, every face, every sum."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from pipeline.emphasis import Doan
from pipeline.kinds.bang_tieu_chi.model import TieuDeCot
from pipeline.kinds.bang_tieu_chi.present import BangIn, Hang
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper, Paragraph
from pipeline.verify.standard_parts import FACE_WORDS, Line, cell_text, joined
from pipeline.vietnamese import parse_points

COLUMNS = tuple(TieuDeCot.model_fields)

Rows = Sequence[Sequence[Sequence[Paragraph]]]
"""Rows, their cells, the paragraphs of these."""
Sum = tuple[Sequence[Sequence[Paragraph]], Decimal | None, list[Decimal]]
"""A row (none for the total), its points, and those of the rows right below it."""


def table_of(paper: Paper) -> list[int]:
    """Give the numbers of the tables that may be the scored one; exactly one is right."""
    return paper.tables(len(COLUMNS))


def table_problems(paper: Paper, table: int, wanted: BangIn, name: str) -> Iterator[Problem]:
    """Compare a table with the rows that it was to print."""
    rows = paper.rows(table)
    yield from _cell_problems(rows, wanted, name)
    yield from _emphasis_problems(rows, wanted, name)
    yield from _sum_problems(rows, wanted, name)
    if (table, 0) not in paper.repeated:
        message = "hàng tiêu đề của bảng không lặp lại ở đầu mỗi trang"
        yield bad_output(name, "khong-lap-tieu-de", message, "đánh dấu “Repeat as header row” cho hàng đầu bảng")


def row_problems(wanted: BangIn, name: str) -> Iterator[Problem]:
    """Find rows without a name or points, in what was to be printed."""
    for number, row in enumerate(wanted.cac_hang, 1):
        if not any(stretch.chu.strip() for stretch in row.ten_tieu_chi):
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có tên tiêu chí")
        if not row.diem_toi_da and row.cap_hang != "ghi_chu":
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có điểm")


def _cell_problems(rows: Rows, table: BangIn, name: str) -> Iterator[Problem]:
    """Compare the table with its rows, cell by cell: head, data rows, total."""
    printed = [[cell_text(cell) for cell in row] for row in rows]
    expected = [
        [getattr(table.tieu_de_cot, column) for column in COLUMNS],
        *(cells(row) for row in table.cac_hang),
    ]
    if len(printed) != len(expected) + 1:
        yield bad_output(name, "so-hang", f"bảng có {len(printed)} hàng, dữ liệu có {len(expected) + 1}")
    for number, (found, data) in enumerate(zip(printed[:-1], expected, strict=False)):
        pairs = zip_longest(found, data, fillvalue="") if found != data else ()
        for column, (cell, wanted) in enumerate(pairs, 1):
            if cell != wanted:
                message = f"hàng {number}, cột {column} của bảng in “{cell}”, dữ liệu là “{wanted}”"
                yield bad_output(name, "sai-o", message)
    last = printed[-1] if printed else []
    if not last or not last[0].endswith(table.cong_thuc_tong) or last[1:2] != [table.tong_diem]:
        message = f"hàng cuối in {last}, tổng là {table.cong_thuc_tong} = {table.tong_diem}"
        yield bad_output(name, "sai-hang-tong", message)


def _emphasis_problems(rows: Rows, table: BangIn, name: str) -> Iterator[Problem]:
    """Marked stretches are printed as marked, unmarked ones in the one face of their level and column."""
    faces: dict[tuple[str, int], str] = {}
    for number, (printed, row) in enumerate(zip(rows[1:], table.cac_hang, strict=False), 1):
        marked = {1: row.ten_tieu_chi, 2: row.chi_tieu}
        for column, cell in enumerate(printed):
            stretches = (
                cell[0].stretches if len(cell) == 1 else joined(each for line in cell for each in line.stretches)
            )
            if not stretches:
                continue
            marks = [stretch for stretch in marked.get(column, ()) if stretch.dam is not None]
            if not marks:
                face = faces.setdefault((row.cap_hang, column), stretches[0][1])
                if len(stretches) == 1 and stretches[0][1] == face:
                    continue
                wanted: tuple[Line, ...] = (("".join(text for text, _ in stretches), face),)
            else:
                wanted = joined(map(_marked, marks))
            if stretches != wanted and "".join(text for text, _ in stretches) == "".join(text for text, _ in wanted):
                found, right = ([(text, FACE_WORDS[face]) for text, face in each] for each in (stretches, wanted))
                message = f"hàng {number}, cột {column + 1} của bảng in {found}, phải là {right}"
                yield bad_output(name, "sai-nhan-manh", message)


def _sum_problems(rows: Rows, wanted: BangIn, name: str) -> Iterator[Problem]:
    """Add up the printed points anew, every row from the rows right below it, the total from the top."""
    above: list[Sum] = [((), _points(rows[-1], 1) if rows else None, [])]
    for printed, row in zip(rows[1:-1], wanted.cac_hang, strict=False):
        points = _points(printed, 3)
        if row.cap_hang == "ghi_chu" or row.bac >= len(above):
            continue
        yield from _closed(above, row.bac + 1, name)
        above[-1][2].append(points or Decimal(0))
        above.append((printed, points, []))
    yield from _closed(above, 0, name)


def _closed(above: list[Sum], left: int, name: str) -> Iterator[Problem]:
    while len(above) > left:
        row, points, below = above.pop()
        if below and points != sum(below):
            label = " ".join(cell_text(cell) for cell in row[:2]).strip()
            where = f"hàng “{label}”" if row else "tổng cộng"
            yield bad_output(name, "tong-in-sai", f"{where} in {points} điểm, các hàng dưới cộng lại là {sum(below)}")


def _points(row: Sequence[Sequence[Paragraph]], column: int) -> Decimal | None:
    try:
        return parse_points(cell_text(row[column]))
    except (ValueError, IndexError):
        return None


def cells(row: Hang) -> list[str]:
    """Give the six texts of a row."""
    name, target = (
        each[0].chu if len(each) == 1 else "".join([stretch.chu for stretch in each])
        for each in (row.ten_tieu_chi, row.chi_tieu)
    )
    return [row.ky_hieu, name, target, row.diem_toi_da, row.thoi_gian, row.ghi_chu]


def _marked(stretch: Doan) -> Line:
    return stretch.chu, str(bool(stretch.dam) + 2 * bool(stretch.nghieng))
