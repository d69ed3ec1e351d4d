"""Say what a form of a unit and a kind of paper consists of: its cells, which of them are open, what they hold now."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from pipeline.emphasis import plain_text
from pipeline.input.load import Tree
from pipeline.kinds.bang_tieu_chi.model import CapHang, CotDuLieu, TieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.year import Year
from pipeline.problem import Key
from pipeline.vietnamese import slug

Sort = Literal["text", "evidence", "points", "number", "day", "choice"]
NOT_APPLIED, PAPERS = "khong_ap_dung", "van_ban"
NUMBER, DAY, ISSUED = "so_van_ban", "ngay_ban_hanh", "da_ban_hanh"
ISSUED_WORDS = {"true": "rồi", "false": "chưa"}
"""What the list of a form says for the two values of a flag."""

_COMMON = "chi_tieu"
_LEAST = Decimal(-999)
_SORTS: Mapping[str, Sort] = {"van_ban": "text", "tai_lieu": "evidence", "diem": "points", "so": "number"}
Earlier = Mapping[str, Tree]


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """An open cell: its key in the unit's file, what it takes, and the text that the file has there, or nothing.

    `name` is that of its column, `about` that of its criterion; points have a least and a most.
    """

    key: Key
    sort: Sort
    name: str
    about: str
    text: str
    least: Decimal | None = None
    most: Decimal | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column after those of the criteria: its key, with @ before it where it is only shown, and its title."""

    key: str
    title: str
    sort: Sort


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: a criterion with one cell for each column, open or a text that is only shown."""

    identity: str
    level: CapHang
    label: str
    name: str
    maximum: Decimal | None
    cells: tuple[Slot | str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """A form: whose (`stem` names the unit in file names) and what for, by which criteria and kind, and its cells."""

    year: str
    code: str
    stem: str
    unit: str
    kind: str
    title: str
    abbreviation: str
    is_sample: bool
    criteria_hash: str
    kind_hash: str
    head: tuple[Slot, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """Give the open cells, those of the head first."""
        yield from self.head
        for line in self.lines:
            yield from (cell for cell in line.cells if isinstance(cell, Slot))


def has_form(kind: PaperKind, year: Year) -> bool:
    """Tell whether units fill in something for a kind of paper."""
    return kind.is_for_each_unit and year.table is not None and any(True for _ in own_columns(kind, year))


def own_columns(kind: PaperKind, year: Year) -> Iterator[CotDuLieu]:
    """Give the columns that are filled in for a kind: it prints them, and no kind that it follows does."""
    before, seen = kind.keys.loai_truoc, {kind.name}
    taken: set[str] = set()
    while before and before in year.kinds and before not in seen:
        seen.add(before)
        taken |= {column.khoa_cot for column in year.kinds[before].keys.cac_cot}
        before = year.kinds[before].keys.loai_truoc
    columns = year.table.columns if year.table else {}
    for printed in kind.keys.cac_cot:
        if printed.khoa_cot in columns and printed.khoa_cot not in taken:
            yield columns[printed.khoa_cot]


def fingerprint(*parts: BaseModel | str) -> str:
    """Give a hash of what a form is made by; comments and the order of keys in the files do not count."""
    text = "\n".join(part if isinstance(part, str) else part.model_dump_json() for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def criteria_hash(table: Bang) -> str:
    """Give the hash of a criteria set."""
    return fingerprint(table.content)


def kind_hash(kind: PaperKind) -> str:
    """Give the hash of what a form takes of a kind: its name, and the columns that it prints."""
    return fingerprint(kind.name, kind.keys.ten_loai, *kind.keys.cac_cot)


def form_of(kind: PaperKind, year: Year, tree: Mapping[str, Tree], earlier: Earlier, earlier_year: str) -> Form:
    """Lay out the form of a unit, whose file's tree is given, and the tree of its newest earlier file, if any."""
    table = year.table
    if table is None:
        raise ValueError(year.name)
    about = tree.get("don_vi")
    unit = {key: text for key, text in about.items() if isinstance(text, str)} if isinstance(about, dict) else {}
    own = {column.khoa_cot: column for column in own_columns(kind, year)}
    columns: list[Column] = []
    for printed in kind.keys.cac_cot:
        if column := table.columns.get(printed.khoa_cot):
            if column.khoa_cot in own and column.hang_can != "tuy_y" and _texts(earlier, column.khoa_cot, table):
                columns.append(Column(f"@@{column.khoa_cot}", f"{column.ten_cot} năm {earlier_year}", "text"))
            mark = "" if column.khoa_cot in own else "@"
            columns.append(Column(mark + column.khoa_cot, column.ten_cot, _SORTS[column.kieu_cot]))
    if any(column.hang_can != "tuy_y" for column in own.values()):
        columns.append(Column(NOT_APPLIED, "Không áp dụng (ghi lý do)", "text"))
    lay = _Laying(table, own, tree, earlier)
    return Form(
        year=year.name,
        code=unit.get("ma_don_vi", ""),
        stem=f"{unit.get('ma_don_vi', '')}-{slug(unit.get('ten_don_vi', ''))}",
        unit=f"{unit.get('loai_don_vi', '')} {unit.get('ten_don_vi', '')}".strip(),
        kind=kind.name,
        title=kind.keys.ten_loai,
        abbreviation=kind.abbreviation,
        is_sample=tree.get("so_lieu_mau") == "true",
        criteria_hash=criteria_hash(table),
        kind_hash=kind_hash(kind),
        head=tuple(_head(kind, tree)),
        columns=tuple(columns),
        lines=tuple(lay.line(row, columns) for _, _, row in table.rows),
    )


def _head(kind: PaperKind, tree: Mapping[str, Tree]) -> Iterator[Slot]:
    papers = tree.get(PAPERS)
    paper = papers.get(kind.name) if isinstance(papers, dict) else None
    sides: tuple[tuple[str, Sort, str], ...] = (
        (NUMBER, "text", "Số văn bản (để trống khi chưa cấp)"),
        (DAY, "day", "Ngày ban hành (24/12/2026; chưa có ngày: /12/2026)"),
        (ISSUED, "choice", "Đã ban hành"),
    )
    for key, sort, name in sides:
        text = paper.get(key) if isinstance(paper, dict) else ""
        yield Slot((PAPERS, kind.name, key), sort, name, "", text if isinstance(text, str) else "")


def _texts(tree: Mapping[str, Tree], column: str, table: Bang) -> Mapping[str, str]:
    """Give the texts of a column in a file's tree, of criteria that the table has."""
    values = tree.get(column)
    values = values if isinstance(values, dict) else {}
    return {key: text for key, text in values.items() if isinstance(text, str) and key in table.by_identity}


class _Laying:
    """Lays out the rows of one form."""

    def __init__(self, table: Bang, own: Mapping[str, CotDuLieu], tree: Mapping[str, Tree], earlier: Earlier) -> None:
        self._table, self._own = table, own
        keys = (*table.columns, NOT_APPLIED)
        self._texts = {key: _texts(tree, key, table) for key in keys}
        self._earlier = {key: _texts(earlier, key, table) for key in keys}
        self._shared = {key: _with_common(table, key) for key in keys}

    def line(self, row: TieuChi, columns: list[Column]) -> Line:
        label, name = row.ky_hieu, plain_text(row.ten_tieu_chi)
        about = f"{label} {name}".strip()
        cells = tuple(self._cell(row, about, column) for column in columns)
        return Line(row.dinh_danh, row.cap_hang, label, name, row.diem_toi_da, cells)

    def _cell(self, row: TieuChi, about: str, column: Column) -> Slot | str:
        identity, key = row.dinh_danh, column.key.lstrip("@")
        if column.key.startswith("@@"):
            return self._earlier[key].get(identity, "")
        text = self._texts[key].get(identity, "")
        if key == NOT_APPLIED:
            return Slot((key, identity), "text", column.title, about, text) if row.cap_hang != "ghi_chu" else ""
        if key not in self._own or not (text or self._is_open(row, self._own[key])):
            return text or plain_text(_common(row, key))
        if column.sort != "points":
            return Slot((key, identity), column.sort, column.title, about, text)
        most = row.diem_toi_da or Decimal(0)
        least = row.diem_toi_thieu if row.diem_toi_thieu is not None else _LEAST
        return Slot(
            (key, identity), "points", column.title, about, text, least if row.thuong_phat else Decimal(0), most
        )

    def _is_open(self, row: TieuChi, column: CotDuLieu) -> bool:
        """Tell whether a row takes a value in a column that is filled in."""
        if column.hang_can == "xa_tu_dien":
            return row.dinh_danh in self._table.own
        if row.dinh_danh not in self._table.scored:
            return False
        return column.hang_can == "co_diem" or row.dinh_danh not in self._shared[column.khoa_cot]


def _common(row: TieuChi, column: str) -> str:
    """Give the value that a row has for every unit in a column, or nothing."""
    return row.gia_tri.get(column) or (row.chi_tieu_chung if column == _COMMON else "") or ""


def _with_common(table: Bang, column: str) -> frozenset[str]:
    """Give the rows that have a common value in a column, themselves or above them."""
    rows = {row.dinh_danh for _, _, row in table.rows if _common(row, column)}
    return frozenset(key for key, line in table.lines.items() if line & rows)
