"""What a year's summary is about: its criteria, and every unit with its state, targets, problems and files."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.emphasis import plain_text
from pipeline.input.sources import Source
from pipeline.input.units import find_unit
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune, TieuChi
from pipeline.kinds.ke_hoach.read import Year, read_commune
from pipeline.problem import Problem, Severity
from pipeline.vietnamese import format_points, format_short_date


class TinhTrang(enum.StrEnum):
    """How a unit's document stands, in the order of a list of totals."""

    DA_BAN_HANH = "đã ban hành"
    SAN_SANG = "sẵn sàng"
    SO_LIEU_MAU = "số liệu mẫu"
    CO_LOI = "có lỗi"


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
    """A year: its criteria set, the computed points, and its units in the order of their files."""

    criteria_set: BoTieuChi
    totals: Totals
    members: tuple[Member, ...]

    @property
    def rows(self) -> tuple[TieuChi, ...]:
        """Give all rows of the table in their order."""
        return tuple(row for _, row in self.criteria_set.rows())

    @property
    def samples(self) -> int:
        """Count the units whose figures are samples."""
        return sum(member.so_lieu_mau for member in self.members)


def summarise(
    year: Year, sources: Iterable[Source], entries: Mapping[str, Any], problems: Mapping[str, Sequence[Problem]]
) -> Summary:
    """Gather a year from its files, what the manifest says of their documents, and what a build found wrong.

    `entries` and `problems` are by document name, such as 2023/15139-cam-luong. A unit with an error has no targets:
    those of a file that is refused are nobody's.
    """
    own = tuple(row.dinh_danh for _, row in year.criteria_set.rows() if row.xa_tu_dien)
    shared: dict[str, str] = {}
    members = tuple(
        _member(source, year, own, shared, entries.get(source.name), problems.get(source.name, ()))
        for source in sources
    )
    return Summary(year.criteria_set, year.totals, members)


def _member(
    source: Source,
    year: Year,
    own: tuple[str, ...],
    shared: dict[str, str],
    entry: Mapping[str, Any] | None,
    found: Sequence[Problem],
) -> Member:
    commune, problems = read_commune(source, year)
    everything = tuple(dict.fromkeys((*problems, *found)))
    failed = entry is None or any(problem.severity is Severity.ERROR for problem in everything)
    code, _, name = source.stem.partition("-")
    district, province = _place(commune)
    files = sorted(file for file in entry["tep"] if file.endswith((".docx", ".pdf"))) if entry else ()
    return Member(
        ma_don_vi=code,
        ten_don_vi=f"{commune.don_vi.loai_don_vi} {commune.don_vi.ten_don_vi}" if commune else name,
        huyen=district,
        tinh=province,
        tinh_trang=_state(commune, failed=failed),
        so_lieu_mau=commune.so_lieu_mau if commune else bool(entry and entry["so_lieu_mau"]),
        so_van_ban=commune.so_van_ban if commune else "",
        ngay_ban_hanh=_day(commune) if commune else "",
        so_trang=entry["so_trang"] if entry else None,
        tong_diem=format_points(year.totals.tong_diem) if commune else "",
        targets=tuple(_targets(commune, own, shared)) if commune and not failed else (),
        problems=everything,
        files=tuple(files),
    )


def _state(commune: Commune | None, *, failed: bool) -> TinhTrang:
    if commune is None or failed:
        return TinhTrang.CO_LOI
    if commune.da_ban_hanh:
        return TinhTrang.DA_BAN_HANH
    return TinhTrang.SO_LIEU_MAU if commune.so_lieu_mau else TinhTrang.SAN_SANG


def _targets(commune: Commune, own: tuple[str, ...], shared: dict[str, str]) -> Iterator[str]:
    """Give the targets' texts; those of several units are one text in memory."""
    for identity in own:
        text = plain_text(commune.chi_tieu[identity])
        yield shared.setdefault(text, text)


def _day(commune: Commune) -> str:
    date = commune.ngay_ban_hanh
    return f"…/{date.thang}/{date.nam}" if date.ngay is None else format_short_date(date.ngay, date.thang, date.nam)


def _place(commune: Commune | None) -> tuple[str, str]:
    """Give district and province of a unit as of its date, empty where the lists do not have it."""
    if commune is None:
        return "", ""
    date = commune.ngay_ban_hanh
    unit = find_unit(commune.don_vi.ma_don_vi, dt.date(date.nam, date.thang, date.ngay or 1))
    same = unit and (unit.loai_don_vi, unit.ten_don_vi) == (commune.don_vi.loai_don_vi, commune.don_vi.ten_don_vi)
    return (unit.huyen, unit.tinh) if unit and same else ("", "")
