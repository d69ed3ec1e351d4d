"""Add up the printed points of a finished paper anew: every row from the rows below it, the totals from the sections.

This repeats the totals stage on what the reader will see, by other code. The texts of the cells are compared with the
template and the data elsewhere (verify/expected.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.kinds.bang_tieu_chi.model import MAXIMUM
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper, Paragraph
from pipeline.verify.standard_parts import cell_text
from pipeline.vietnamese import points_in

Cells = Sequence[Sequence[Paragraph]]
Rows = Sequence[Cells]
"""Rows of cells of paragraphs."""
Sum = tuple[Cells, Decimal | None, list[Decimal]]
"""A row (none for the total), its points, and those of the rows right below it."""


def table_problems(
    paper: Paper, fields: Mapping[str, object], keys: Sequence[str], points: Sequence[str], name: str
) -> Iterator[Problem]:
    """Hold the printed table to its data; `keys` are those of its columns, `points` of these the ones with points."""
    items = _items(fields["cac_hang"])
    headings = [str(each) for each in _item(fields["tieu_de_cot"]).values()]
    tables = [
        number
        for number in paper.tables(len(keys))
        if [cell_text(cell) for cell in next(iter(paper.rows(number)), [])] == headings
    ]
    if len(tables) != 1:
        message = f"tệp .docx có {len(tables)} bảng với {len(keys)} cột và các tiêu đề ấy, phải có đúng 1"
        yield bad_output(name, "thieu-bang", message)
        return
    rows = paper.rows(tables[0])
    if len(rows) != len(items) + 2:
        yield bad_output(name, "so-hang", f"bảng có {len(rows)} hàng, dữ liệu có {len(items) + 2}")
        return
    yield from _empty_cells(rows, items, keys, name)
    totals = [each for cell in rows[-1][1:] if (each := points_in(cell_text(cell))) is not None]
    columns = [key for key in keys if key in points]
    if len(totals) != len(columns):
        yield bad_output(name, "sai-hang-tong", f"hàng cuối in {len(totals)} tổng, bảng có {len(columns)} cột điểm")
        return
    for key, total in zip(columns, totals, strict=True):
        yield from _sum_problems(rows[1:-1], items, keys.index(key), total, name)
    if (tables[0], 0) not in paper.repeated:
        message = "hàng tiêu đề của bảng không lặp lại ở đầu mỗi trang"
        yield bad_output(name, "khong-lap-tieu-de", message, "đánh dấu “Repeat as header row” cho hàng đầu bảng")


def _items(value: object) -> list[Mapping[str, object]]:
    return [_item(each) for each in value] if isinstance(value, tuple) else []


def _item(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _empty_cells(
    rows: Rows, items: Sequence[Mapping[str, object]], keys: Sequence[str], name: str
) -> Iterator[Problem]:
    """Report rows without a name or, but for notes, without maximum points."""
    for number, (row, item) in enumerate(zip(rows[1:-1], items, strict=True), 1):
        for key, words in (("ten_tieu_chi", "tên tiêu chí"), (MAXIMUM, "điểm")):
            needed = key in keys and (key != MAXIMUM or item["cap_hang"] != "ghi_chu")
            if needed and not cell_text(row[keys.index(key)]).strip():
                yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có {words}")


def _sum_problems(
    rows: Rows, items: Sequence[Mapping[str, object]], column: int, total: Decimal, name: str
) -> Iterator[Problem]:
    """Add up the points of one column. `open_sums` is a stack, one sum a level."""
    open_sums: list[Sum] = [((), total, [])]
    for cells, item in zip(rows, items, strict=True):
        points, depth = points_in(cell_text(cells[column])), int(str(item["bac"]))
        if item["cap_hang"] == "ghi_chu" or depth >= len(open_sums):
            continue
        yield from _close_sums(open_sums, depth + 1, name)
        if points is not None:
            open_sums[-1][2].append(points)
        open_sums.append((cells, points, []))
    yield from _close_sums(open_sums, 0, name)


def _close_sums(open_sums: list[Sum], depth: int, name: str) -> Iterator[Problem]:
    """Take sums off the stack until `depth` are left, and compare each with its row's points."""
    while len(open_sums) > depth:
        row, points, below = open_sums.pop()
        if below and points != sum(below):
            label = " ".join(cell_text(cell) for cell in row[:2]).strip()
            where = f"hàng “{label}”" if row else "tổng cộng"
            yield bad_output(name, "tong-in-sai", f"{where} in {points} điểm, các hàng dưới cộng lại là {sum(below)}")
