"""Compare the printed table, as read back, with its rows: every cell, every face, every sum.

A face is the bold and italic of a stretch of text; `name` is that of the file, for the problems.
"""

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
"""Rows of cells of paragraphs."""
Sum = tuple[Sequence[Sequence[Paragraph]], Decimal | None, list[Decimal]]
"""A row (none for the total), its points, and those of the rows right below it."""


def table_of(paper: Paper) -> list[int]:
    """Give the numbers of the tables with as many columns as the scored one; a right paper has exactly one."""
    return paper.tables(len(COLUMNS))


def table_problems(paper: Paper, table: int, expected: BangIn, name: str) -> Iterator[Problem]:
    """Compare a table with the rows that it was to print."""
    rows = paper.rows(table)
    yield from _cell_problems(rows, expected, name)
    yield from _emphasis_problems(rows, expected, name)
    yield from _sum_problems(rows, expected, name)
    if (table, 0) not in paper.repeated:
        message = "hàng tiêu đề của bảng không lặp lại ở đầu mỗi trang"
        yield bad_output(name, "khong-lap-tieu-de", message, "đánh dấu “Repeat as header row” cho hàng đầu bảng")


def row_problems(expected: BangIn, name: str) -> Iterator[Problem]:
    """Find rows without a name or points in what was to be printed; a note needs no points."""
    for number, row in enumerate(expected.cac_hang, 1):
        if not any(stretch.chu.strip() for stretch in row.ten_tieu_chi):
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có tên tiêu chí")
        if not row.diem_toi_da and row.cap_hang != "ghi_chu":
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có điểm")


def _cell_problems(rows: Rows, table: BangIn, name: str) -> Iterator[Problem]:
    """Compare the table with its rows, cell by cell: head, data rows, total."""
    printed_rows = [[cell_text(cell) for cell in row] for row in rows]
    expected_rows = [
        [getattr(table.tieu_de_cot, column) for column in COLUMNS],
        *(cells(row) for row in table.cac_hang),
    ]
    if len(printed_rows) != len(expected_rows) + 1:
        yield bad_output(name, "so-hang", f"bảng có {len(printed_rows)} hàng, dữ liệu có {len(expected_rows) + 1}")
    for number, (printed_row, expected_row) in enumerate(zip(printed_rows[:-1], expected_rows, strict=False)):
        pairs = zip_longest(printed_row, expected_row, fillvalue="") if printed_row != expected_row else ()
        for column, (cell, expected_text) in enumerate(pairs, 1):
            if cell != expected_text:
                message = f"hàng {number}, cột {column} của bảng in “{cell}”, dữ liệu là “{expected_text}”"
                yield bad_output(name, "sai-o", message)
    last = printed_rows[-1] if printed_rows else []
    if not last or not last[0].endswith(table.cong_thuc_tong) or last[1:2] != [table.tong_diem]:
        message = f"hàng cuối in {last}, tổng là {table.cong_thuc_tong} = {table.tong_diem}"
        yield bad_output(name, "sai-hang-tong", message)


def _emphasis_problems(rows: Rows, table: BangIn, name: str) -> Iterator[Problem]:
    """Require that stretches with emphasis are printed so, others in the one face of their level and column.

    The first row of a level decides what that face is; texts are compared elsewhere.
    """
    faces: dict[tuple[str, int], str] = {}
    for number, (printed_cells, row) in enumerate(zip(rows[1:], table.cac_hang, strict=False), 1):
        emphasis = {1: row.ten_tieu_chi, 2: row.chi_tieu}
        for column, cell in enumerate(printed_cells):
            stretches = (
                cell[0].stretches if len(cell) == 1 else joined(each for line in cell for each in line.stretches)
            )
            if not stretches:
                continue
            marks = [stretch for stretch in emphasis.get(column, ()) if stretch.dam is not None]
            if not marks:
                face = faces.setdefault((row.cap_hang, column), stretches[0][1])
                if len(stretches) == 1 and stretches[0][1] == face:
                    continue
                expected: tuple[Line, ...] = (("".join(text for text, _ in stretches), face),)
            else:
                expected = joined(map(_as_line, marks))
            if stretches != expected and "".join(text for text, _ in stretches) == "".join(
                text for text, _ in expected
            ):
                actual, correct = ([(text, FACE_WORDS[face]) for text, face in each] for each in (stretches, expected))
                message = f"hàng {number}, cột {column + 1} của bảng in {actual}, phải là {correct}"
                yield bad_output(name, "sai-nhan-manh", message)


def _sum_problems(rows: Rows, expected: BangIn, name: str) -> Iterator[Problem]:
    """Add up the printed points anew: every row from the rows right below it, the total from the sections.

    This repeats the totals stage on what the reader will see, by other code. `open_sums` is a stack, one sum a level.
    """
    open_sums: list[Sum] = [((), _points(rows[-1], 1) if rows else None, [])]
    for printed_cells, row in zip(rows[1:-1], expected.cac_hang, strict=False):
        points = _points(printed_cells, 3)
        if row.cap_hang == "ghi_chu" or row.bac >= len(open_sums):
            continue
        yield from _close_sums(open_sums, row.bac + 1, name)
        open_sums[-1][2].append(points or Decimal(0))
        open_sums.append((printed_cells, points, []))
    yield from _close_sums(open_sums, 0, name)


def _close_sums(open_sums: list[Sum], depth: int, name: str) -> Iterator[Problem]:
    """Take sums off the stack until `depth` are left, and compare each with its row's points."""
    while len(open_sums) > depth:
        row, points, below = open_sums.pop()
        if below and points != sum(below):
            label = " ".join(cell_text(cell) for cell in row[:2]).strip()
            where = f"hàng “{label}”" if row else "tổng cộng"
            yield bad_output(name, "tong-in-sai", f"{where} in {points} điểm, các hàng dưới cộng lại là {sum(below)}")


def _points(row: Sequence[Sequence[Paragraph]], column: int) -> Decimal | None:
    """Read the points in a cell; None where there is no such cell or no number in it."""
    try:
        return parse_points(cell_text(row[column]))
    except (ValueError, IndexError):
        return None


def cells(row: Hang) -> list[str]:
    """Give the six texts of a row, in the order of COLUMNS."""
    criterion_name, target = (
        each[0].chu if len(each) == 1 else "".join([stretch.chu for stretch in each])
        for each in (row.ten_tieu_chi, row.chi_tieu)
    )
    return [row.ky_hieu, criterion_name, target, row.diem_toi_da, row.thoi_gian, row.ghi_chu]


def _as_line(stretch: Doan) -> Line:
    return stretch.chu, str(bool(stretch.dam) + 2 * bool(stretch.nghieng))
