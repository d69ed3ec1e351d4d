"""Gather what a year's summary says: its criteria, and every unit with its state, targets, problems and files."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.emphasis import plain_text
from pipeline.input.units import find_unit
from pipeline.kinds.bang_tieu_chi.model import TieuChi
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.van_ban.model import TepDonVi, VanBanRieng
from pipeline.output.manifest import Entry
from pipeline.output.states import TinhTrang, state_of
from pipeline.problem import Problem, has_error
from pipeline.vietnamese import format_points, format_short_date

_WORST_FIRST = (TinhTrang.CO_LOI, TinhTrang.SO_LIEU_MAU, TinhTrang.SAN_SANG, TinhTrang.DA_BAN_HANH)


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """A unit's data file as read: its stem, what it says (None where it has errors), its targets, its problems.

    `entries` are what the manifest says of its papers; `abbreviations` how its papers' names begin, in their order.
    """

    stem: str
    content: TepDonVi | None
    targets: Mapping[str, str]
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...]
    abbreviations: Mapping[str, str]


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
    nam: int
    table: Bang
    totals: Totals
    members: tuple[Member, ...]

    @property
    def rows(self) -> tuple[TieuChi, ...]:
        """Give all rows of the table in their order."""
        return tuple(placed.row for placed in self.table.rows)

    @property
    def samples(self) -> int:
        """Count the units whose figures are samples."""
        return sum(member.so_lieu_mau for member in self.members)


def summarise(ten_loai: str, nam: int, table: Bang, totals: Totals, readings: Iterable[Reading]) -> Summary:
    """Gather a year's summary from its data files as read.

    A unit with an error has no targets: a refused file vouches for none.
    """
    text_pool: dict[str, str] = {}
    total = format_points(totals.tong_diem)
    members = tuple(_member(reading, tuple(table.own), text_pool, total) for reading in readings)
    return Summary(ten_loai, nam, table, totals, members)


def _member(reading: Reading, own_identities: Sequence[str], text_pool: dict[str, str], total: str) -> Member:
    content, entries = reading.content, reading.entries
    failed = content is None or not entries or has_error(reading.problems)
    code, _, name = reading.stem.partition("-")
    district, province = _place(content)
    files = sorted(file for entry in entries for file in entry.tep if file.endswith((".docx", ".pdf")))
    pages = [entry.so_trang for entry in entries if entry.so_trang is not None]
    papers = list(content.van_ban.items()) if content else []
    states = {state_of(entry, failed) for entry in entries} or {TinhTrang.CO_LOI}
    return Member(
        ma_don_vi=code,
        ten_don_vi=f"{content.don_vi.loai_don_vi} {content.don_vi.ten_don_vi}" if content else name,
        huyen=district,
        tinh=province,
        tinh_trang=next(state for state in _WORST_FIRST if state in states),
        so_lieu_mau=content.so_lieu_mau if content else any(entry.so_lieu_mau for entry in entries),
        so_van_ban=_of_each(reading, {kind: paper.so_van_ban for kind, paper in papers}),
        ngay_ban_hanh=_of_each(reading, {kind: _day(paper) for kind, paper in papers}),
        so_trang=sum(pages) if pages else None,
        tong_diem=total if content else "",
        targets=() if failed else tuple(_targets(reading.targets, own_identities, text_pool)),
        problems=reading.problems,
        files=tuple(files),
    )


def _of_each(reading: Reading, texts: Mapping[str, str]) -> str:
    """Give a text of each of a unit's papers, each with how the paper's name begins where there are several."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{reading.abbreviations.get(kind, kind)}: {text}" for kind, text in texts.items() if text)


def _targets(chi_tieu: Mapping[str, str], own_identities: Sequence[str], text_pool: dict[str, str]) -> Iterator[str]:
    """Give the targets' texts; equal ones are one object in memory (interning)."""
    for identity in own_identities:
        text = plain_text(chi_tieu.get(identity, ""))
        yield text_pool.setdefault(text, text)


def _day(paper: VanBanRieng) -> str:
    date = paper.ngay_ban_hanh
    return f"…/{date.thang}/{date.nam}" if date.ngay is None else format_short_date(date.ngay, date.thang, date.nam)


def _place(content: TepDonVi | None) -> tuple[str, str]:
    """Give district and province of a unit on its first paper's date, empty where the official lists do not have it."""
    if content is None or not content.van_ban:
        return "", ""
    day = next(iter(content.van_ban.values())).ngay_ban_hanh.day
    unit = find_unit(content.don_vi.ma_don_vi, day)
    same = unit and (unit.loai_don_vi, unit.ten_don_vi) == (content.don_vi.loai_don_vi, content.don_vi.ten_don_vi)
    return (unit.huyen, unit.tinh) if unit and same else ("", "")
