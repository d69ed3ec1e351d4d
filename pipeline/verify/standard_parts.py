"""Hold a finished .docx, as read back, to the Context: every text in its place, every face, every sum."""

import functools
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby, zip_longest
from operator import itemgetter

import docx

from pipeline.emphasis import Doan
from pipeline.kinds.ke_hoach.model import TieuDeCot
from pipeline.kinds.ke_hoach.present import Context, Hang
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import BOLD, ITALIC, OUTSIDE, Paper, Paragraph
from pipeline.verify.parts import PLAIN
from pipeline.vietnamese import parse_points

COLUMNS = tuple(TieuDeCot.model_fields)
SAMPLE_MARK = "SỐ LIỆU MẪU"
NATION, MOTTO, RECIPIENTS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nơi nhận:"
"""Wording of Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 1 and 9."""

_TAG = re.compile(r"\{[{%#]|[}%#]\}")
_FIELD = re.compile(r"\{\{ *(\w+) *\}\}")
_MAY_BE_BLANK = frozenset({"ho_ten"})
_FACE_WORDS = dict(zip("0123", ("thường", "đậm", "nghiêng", "đậm nghiêng"), strict=True))

Line = tuple[str, str]
"""A paragraph: its text and, as one digit, its face."""
Sum = tuple[Sequence[Sequence[Paragraph]], Decimal | None, list[Decimal]]
"""A row (none for the total), its points, and those of the rows right below it."""


@functools.lru_cache(maxsize=4)
def body_lines(template: bytes) -> tuple[str, ...]:
    """Give the paragraphs of a template that stand outside tables and are no list, with their fields.

    Empty when the template has more loops or conditions there than the one over `trich_yeu`.
    """
    texts = [paragraph.text.strip() for paragraph in docx.Document(io.BytesIO(template)).paragraphs]
    controls = [text for text in texts if text.startswith("{%")]
    if len(controls) != 2 or "trich_yeu" not in controls[0]:  # noqa: PLR2004 - for and endfor
        return ()
    start, end = texts.index(controls[0]), texts.index(controls[1])
    return tuple(text for text in (*texts[:start], *texts[end:]) if text and not text.startswith("{%"))


def docx_problems(paper: Paper, context: Context, body: Sequence[str], name: str) -> Iterator[Problem]:
    """Compare a .docx with its Context; `body` is what body_lines gives for its template."""
    yield from _blank_fields(context, name)
    yield from _tag_problems(paper, context, name)
    if paper.title != context.tieu_de:
        yield bad_output(name, "tieu-de-docx", f"thuộc tính Title là “{paper.title}”, phải là “{context.tieu_de}”")
    if context.so_lieu_mau and not all(SAMPLE_MARK in header for header in paper.headers):
        yield bad_output(name, "thieu-dau-mau", f"tệp .docx không ghi {SAMPLE_MARK} ở đầu mọi trang")
    tables = paper.tables(len(COLUMNS))
    if len(tables) != 1:
        yield bad_output(name, "thieu-bang", f"tệp .docx có {len(tables)} bảng sáu cột, phải có đúng 1")
        return
    rows = paper.rows(tables[0])
    yield from _table_problems(rows, context, name)
    yield from _emphasis_problems(rows, context, name)
    yield from _sum_problems(rows, context, name)
    if (tables[0], 0) not in paper.repeated:
        message = "hàng tiêu đề của bảng không lặp lại ở đầu mỗi trang"
        yield bad_output(name, "khong-lap-tieu-de", message, "đánh dấu “Repeat as header row” cho hàng đầu bảng")
    yield from _text_problems(paper, tables[0], context, body, name)


def _blank_fields(context: Context, name: str) -> Iterator[Problem]:
    """Find required fields without text, in the Context itself."""
    fields = {field: getattr(context, field) for field in Context.__slots__ if field not in _MAY_BE_BLANK}
    texts = {field: (value,) if isinstance(value, str) else value for field, value in fields.items()}
    texts |= {"cac_hang": (), "tieu_de_cot": tuple(getattr(context.tieu_de_cot, column) for column in COLUMNS)}
    for field, values in texts.items():
        if not isinstance(values, bool) and any(not text.strip() for text in values):
            yield bad_output(name, "truong-trong", f"trường `{field}` trống")
    for number, row in enumerate(context.cac_hang, 1):
        if not any(stretch.chu.strip() for stretch in row.ten_tieu_chi):
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có tên tiêu chí")
        if not row.diem_toi_da and row.cap_hang != "ghi_chu":
            yield bad_output(name, "truong-trong", f"hàng {number} của bảng không có điểm")


def _tag_problems(paper: Paper, context: Context, name: str) -> Iterator[Problem]:
    """Look for tags of the template; data may hold braces of its own, more of them than the data has are not its."""
    everything = "\n".join([paper.title, *paper.headers, *(paragraph.text for paragraph in paper.paragraphs)])
    if not ("{" in everything or "}" in everything) or not (tags := len(_TAG.findall(everything))):
        return
    own = [text for row in context.cac_hang for text in cells(row)]
    for field in Context.__slots__:
        value = getattr(context, field)
        own += (
            [value]
            if isinstance(value, str)
            else [text for text in value if isinstance(text, str)]
            if isinstance(value, tuple)
            else []
        )
    if tags > sum(len(_TAG.findall(text)) for text in own) + len(_TAG.findall(context.tieu_de)):
        around = next(iter(re.findall(r".{0,30}\{[{%#].{0,30}", everything)), "")
        yield bad_output(name, "con-the-mau", f"còn thẻ của mẫu Word trong văn bản: “{around}”")


def _table_problems(rows: Sequence[Sequence[Sequence[Paragraph]]], context: Context, name: str) -> Iterator[Problem]:
    """Compare the table with the Context, cell by cell: head, data rows, total."""
    printed = [[_text(cell) for cell in row] for row in rows]
    expected = [
        [getattr(context.tieu_de_cot, column) for column in COLUMNS],
        *(cells(row) for row in context.cac_hang),
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
    if not last or not last[0].endswith(context.cong_thuc_tong) or last[1:2] != [context.tong_diem]:
        message = f"hàng cuối in {last}, tổng là {context.cong_thuc_tong} = {context.tong_diem}"
        yield bad_output(name, "sai-hang-tong", message)


def _emphasis_problems(rows: Sequence[Sequence[Sequence[Paragraph]]], context: Context, name: str) -> Iterator[Problem]:
    """Marked stretches are printed as marked, unmarked ones in the one face of their level and column."""
    faces: dict[tuple[str, int], str] = {}
    for number, (printed, row) in enumerate(zip(rows[1:], context.cac_hang, strict=False), 1):
        marked = {1: row.ten_tieu_chi, 2: row.chi_tieu}
        for column, cell in enumerate(printed):
            stretches = (
                cell[0].stretches if len(cell) == 1 else _joined(each for line in cell for each in line.stretches)
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
                wanted = _joined(map(_marked, marks))
            if stretches != wanted and "".join(text for text, _ in stretches) == "".join(text for text, _ in wanted):
                found, right = ([(text, _FACE_WORDS[face]) for text, face in each] for each in (stretches, wanted))
                message = f"hàng {number}, cột {column + 1} của bảng in {found}, phải là {right}"
                yield bad_output(name, "sai-nhan-manh", message)


def _sum_problems(rows: Sequence[Sequence[Sequence[Paragraph]]], context: Context, name: str) -> Iterator[Problem]:
    """Add up the printed points anew, every row from the rows right below it, the total from the top."""
    above: list[Sum] = [((), _points(rows[-1], 1) if rows else None, [])]
    for printed, row in zip(rows[1:-1], context.cac_hang, strict=False):
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
            label = " ".join(_text(cell) for cell in row[:2]).strip()
            where = f"hàng “{label}”" if row else "tổng cộng"
            yield bad_output(name, "tong-in-sai", f"{where} in {points} điểm, các hàng dưới cộng lại là {sum(below)}")


def _points(row: Sequence[Sequence[Paragraph]], column: int) -> Decimal | None:
    try:
        return parse_points(_text(row[column]))
    except (ValueError, IndexError):
        return None


def _text_problems(paper: Paper, table: int, context: Context, body: Sequence[str], name: str) -> Iterator[Problem]:
    """Compare what stands around the table, part by part, each paragraph in its place."""
    around = [paragraph for paragraph in paper.paragraphs if paragraph.place[0] != table]
    filled = [paragraph for paragraph in around if paragraph.text.strip()]
    head = [paragraph for paragraph in filled if 0 <= paragraph.place[0] < table]
    outside = [paragraph for paragraph in filled if paragraph.place == OUTSIDE]
    free, subject = [paragraph.text for paragraph in outside], outside[: 1 + len(context.trich_yeu)]
    after = [paragraph for paragraph in filled if paragraph.place[0] > table]
    blocks = [list(block) for _, block in groupby(after, key=lambda paragraph: paragraph.place)]
    wanted_head = [
        *((context.ten_co_quan, BOLD), (context.ten_don_vi_in_hoa, BOLD), (NATION, BOLD), (MOTTO, BOLD)),
        *((f"Số: {context.so_ky_hieu}", PLAIN), (f"{context.dia_danh}, {context.ngay_ban_hanh}", ITALIC)),
    ]
    wanted_subject = [(text, BOLD) for text in (context.ten_loai, *context.trich_yeu)]
    wanted_recipients = [
        (RECIPIENTS, "3"),
        *((f"- {line};", PLAIN) for line in context.noi_nhan),
        (f"- Lưu: {context.noi_luu}.", PLAIN),
    ]
    wanted_signature = [(text, BOLD) for text in (*context.chuc_vu_ky, context.ho_ten) if text.strip()]
    yield from _lines_differ(head, wanted_head, "sai-phan-dau", name)
    yield from _lines_differ(subject, wanted_subject, "sai-trich-yeu", name)
    yield from _lines_differ(blocks[0] if blocks else [], wanted_recipients, "sai-noi-nhan", name)
    yield from _lines_differ([line for block in blocks[1:] for line in block], wanted_signature, "sai-chu-ky", name)
    expected = [_FIELD.sub(lambda field: str(getattr(context, field[1], field[0])), line) for line in body]
    found = [text for text in free if text not in context.trich_yeu]
    for text, wanted in zip_longest(found, expected, fillvalue="") if body else ():
        if text.strip() != wanted.strip():
            yield bad_output(name, "sai-noi-dung", f"đoạn văn in “{text}”, mẫu và dữ liệu cho “{wanted}”")


def _lines_differ(found: Sequence[Paragraph], wanted: Sequence[Line], code: str, name: str) -> Iterator[Problem]:
    """Compare paragraphs with their texts, under one code, and their faces."""
    for paragraph, (text, face) in zip_longest(found, wanted, fillvalue=("", "")):
        printed = paragraph.text if isinstance(paragraph, Paragraph) else ""
        if printed != text:
            yield bad_output(name, code, f"dòng in “{printed}”, dữ liệu là “{text}”")
        elif isinstance(paragraph, Paragraph) and {found for _, found in paragraph.stretches} != {face}:
            words = ", ".join(f"“{text}” {_FACE_WORDS[found]}" for text, found in paragraph.stretches)
            hint = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục V; sửa kiểu chữ trong mẫu Word"
            yield bad_output(name, "sai-kieu-chu", f"in {words}, phải là {_FACE_WORDS[face]}", hint)


def cells(row: Hang) -> list[str]:
    """Give the six texts of a row."""
    name, target = (
        each[0].chu if len(each) == 1 else "".join([stretch.chu for stretch in each])
        for each in (row.ten_tieu_chi, row.chi_tieu)
    )
    return [row.ky_hieu, name, target, row.diem_toi_da, row.thoi_gian, row.ghi_chu]


def _text(cell: Sequence[Paragraph]) -> str:
    return cell[0].text if len(cell) == 1 else "".join(paragraph.text for paragraph in cell)


def _marked(stretch: Doan) -> Line:
    return stretch.chu, str(bool(stretch.dam) + 2 * bool(stretch.nghieng))


def _joined(stretches: Iterable[Line]) -> tuple[Line, ...]:
    """Join neighbours of one face."""
    groups = groupby(stretches, key=itemgetter(1))
    return tuple(("".join([text for text, _ in group]), face) for face, group in groups)
