"""Gather what a year's summary says: its criteria, and every unit with its state, targets, problems and files."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.emphasis import plain_text
from pipeline.input.units import find_unit
from pipeline.kinds.bang_tieu_chi.model import BangDiem, TieuChi, placed_rows
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.van_ban.model import VanBanCuaDonVi
from pipeline.output.manifest import Entry
from pipeline.output.states import TinhTrang, state_of
from pipeline.problem import Problem, has_error
from pipeline.vietnamese import format_points, format_short_date


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """A unit's data file as read: its stem, its document and targets (None, none where it has errors), its problems.

    `entry` is what the manifest says of the document.
    """

    stem: str
    document: VanBanCuaDonVi | None
    chi_tieu: Mapping[str, str]
    problems: tuple[Problem, ...]
    entry: Entry | None


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A unit of the year. Everything is as printed; what is not known of a file with errors is empty.

    `targets` are in the order of the criteria that units fill in themselves, without marks of emphasis.
    """

    ma_don_vi: str
    ten_don_vi: str
    huyen: str
    tinh: str
    tinh_trang: TinhTrang
    so_lieu_mau: bool
    so_van_ban: str
    ngay_ban_hanh: str
    so_trang: int | None
    tong_diem: str
    targets: tuple[str, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """A year: what its documents are called, its table, the computed points, and its units in the order of files."""

    ten_loai: str
    nam_ke_hoach: int
    table: BangDiem
    totals: Totals
    members: tuple[Member, ...]

    @property
    def rows(self) -> tuple[TieuChi, ...]:
        """Give all rows of the table in their order."""
        return tuple(row for _, _, row in placed_rows(self.table))

    @property
    def samples(self) -> int:
        """Count the units whose figures are samples."""
        return sum(member.so_lieu_mau for member in self.members)


def summarise(
    ten_loai: str, nam_ke_hoach: int, table: BangDiem, totals: Totals, readings: Iterable[Reading]
) -> Summary:
    """Gather a year's summary from its data files as read.

    A unit with an error has no targets: a refused file vouches for none.
    """
    own_identities = tuple(row.dinh_danh for _, _, row in placed_rows(table) if row.xa_tu_dien)
    text_pool: dict[str, str] = {}
    total = format_points(totals.tong_diem)
    members = tuple(_member(reading, own_identities, text_pool, total) for reading in readings)
    return Summary(ten_loai, nam_ke_hoach, table, totals, members)


def _member(reading: Reading, own_identities: Sequence[str], text_pool: dict[str, str], total: str) -> Member:
    document, entry = reading.document, reading.entry
    failed = document is None or entry is None or has_error(reading.problems)
    code, _, name = reading.stem.partition("-")
    district, province = _place(document)
    files = sorted(file for file in entry.tep if file.endswith((".docx", ".pdf"))) if entry else ()
    return Member(
        ma_don_vi=code,
        ten_don_vi=f"{document.don_vi.loai_don_vi} {document.don_vi.ten_don_vi}" if document else name,
        huyen=district,
        tinh=province,
        tinh_trang=state_of(entry, failed),
        so_lieu_mau=document.so_lieu_mau if document else bool(entry and entry.so_lieu_mau),
        so_van_ban=document.so_van_ban if document else "",
        ngay_ban_hanh=_day(document) if document else "",
        so_trang=entry.so_trang if entry else None,
        tong_diem=total if document else "",
        targets=() if failed else tuple(_targets(reading.chi_tieu, own_identities, text_pool)),
        problems=reading.problems,
        files=tuple(files),
    )


def _targets(chi_tieu: Mapping[str, str], own_identities: Sequence[str], text_pool: dict[str, str]) -> Iterator[str]:
    """Give the targets' texts; equal ones are one object in memory (interning)."""
    for identity in own_identities:
        text = plain_text(chi_tieu[identity])
        yield text_pool.setdefault(text, text)


def _day(document: VanBanCuaDonVi) -> str:
    date = document.ngay_ban_hanh
    return f"…/{date.thang}/{date.nam}" if date.ngay is None else format_short_date(date.ngay, date.thang, date.nam)


def _place(document: VanBanCuaDonVi | None) -> tuple[str, str]:
    """Give district and province of a unit on its document's date, empty where the official lists do not have it."""
    if document is None:
        return "", ""
    date = document.ngay_ban_hanh
    unit = find_unit(document.don_vi.ma_don_vi, date.day)
    same = unit and (unit.loai_don_vi, unit.ten_don_vi) == (document.don_vi.loai_don_vi, document.don_vi.ten_don_vi)
    return (unit.huyen, unit.tinh) if unit and same else ("", "")
