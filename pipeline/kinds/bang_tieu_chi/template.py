"""Compare a kind's columns with the rows of its Word template, which must have one cell for each column."""

from collections.abc import Iterator, Sequence

from pipeline.kinds.bang_tieu_chi.model import CotIn
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.word.sample_rows import SampleRow, sample_rows

_HEAD, _TOTAL = "tieu_de_cot", "tong"


def cell_problems(columns: Sequence[CotIn], template: bytes, file: str) -> Iterator[Finding]:
    """Find rows of the template with another number of cells than there are columns, or with cells out of order."""
    rows = sample_rows(template)
    printed = [row for row in rows if row.item != _TOTAL]
    if bool(printed) != bool(columns):
        message = f"có {len(columns)} cột, mẫu `{file}` {'có' if printed else 'không có'} bảng tiêu chí"
        yield Finding(("cac_cot",), message, "thêm hoặc bỏ `cac_cot`, hoặc chọn mẫu khác ở `mau_word`")
        return
    wrong = [row for row in printed if len(row.cells) != len(columns)]
    for count in dict.fromkeys(len(row.cells) for row in wrong):
        rows_of_count = [row for row in wrong if len(row.cells) == count]
        also = f" (và {len(rows_of_count) - 1} hàng nữa)" if len(rows_of_count) > 1 else ""
        message = f"có {len(columns)} cột, {_name(rows_of_count[0])}{also} của mẫu `{file}` có {count} ô"
        hint = "thêm hoặc bỏ cột của bảng trong Word (Table Layout > Insert, Delete), hoặc sửa `cac_cot`"
        yield Finding(("cac_cot",), message, hint)
    for row in printed:
        if row not in wrong:
            yield from _misplaced(row, file)


def _misplaced(row: SampleRow, file: str) -> Iterator[Finding]:
    """Find cells of a row that do not print the column of their place."""
    tag = "{{" if row.item == _HEAD else "{{r"
    for number, cell in enumerate(row.cells, 1):
        right = f"{tag}{row.item}.cot_{number}}}}}"
        if cell != right:
            message = f"ô {number} ở {_name(row)} của mẫu `{file}` là `{cell}`"
            shown = right.replace("{{r", "{{r ").replace("}}", " }}")
            yield Finding(("cac_cot", number - 1), message, f"ghi `{shown}` vào ô ấy trong Word")


def _name(row: SampleRow) -> str:
    return "hàng tiêu đề" if row.item == _HEAD else f"hàng mẫu sau `{row.words}`"
