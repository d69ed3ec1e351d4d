"""Check every data file of a folder: each by itself, in parallel, then the communes of a district beside each other."""

import dataclasses
import functools
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipeline.input.load import locate
from pipeline.input.sources import Source, find_sources, read_source, unreadable
from pipeline.input.units import Unit, find_unit, neighbours
from pipeline.kinds.bang_tieu_chi.checks import check_district
from pipeline.kinds.bang_tieu_chi.checks.across import Member
from pipeline.kinds.bang_tieu_chi.checks.targets import figure
from pipeline.kinds.ke_hoach.model import Commune
from pipeline.kinds.ke_hoach.read import Year, read_commune, read_year
from pipeline.problem import Problem, Severity, UsageError, ordered

_SHARE = 200
"""Files that one process checks in a row; fewer than two shares are checked here."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reviewed:
    """A checked file: its problems and, for a commune's that could be read, what its district needs to know of it."""

    path: str
    problems: tuple[Problem, ...]
    member: Member | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class YearView:
    """How a year stands: its communes by their worst problem, and units of its districts that have no file."""

    nam: str
    xong: int
    canh_bao: int
    loi: int
    thieu: Mapping[str, tuple[Unit, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """All files in the order of their paths, and the years."""

    files: tuple[Reviewed, ...]
    years: tuple[YearView, ...]

    @property
    def problems(self) -> Iterator[Problem]:
        """Give all problems, file by file."""
        return (problem for file in self.files for problem in file.problems)


Memory = dict[Path, tuple[object, Reviewed]]
"""Files checked before, each with what its check depended on: the criteria set, the file's size and time."""


def review(data: Path, selection: Sequence[str], jobs: int = 1, memory: Memory | None = None) -> Review:
    """Check the selected files, or all; whole districts are compared only when all their files are looked at.

    Files that have not changed since they were put in `memory` are not read again. Raises UsageError as find_sources
    does, and when a criteria set cannot be read.
    """
    memory = {} if memory is None else memory
    files: list[Reviewed] = []
    years: list[YearView] = []
    for criteria_path, paths in find_sources(data, selection):
        source = read_source(criteria_path)
        stamps = {path: (source, _stamp(path)) for path in paths}
        changed = [path for path in paths if memory.get(path, ("", None))[0] != stamps[path]]
        memory |= {
            path: (stamps[path], found) for path, found in zip(changed, _checked(source, changed, jobs), strict=True)
        }
        communes = [memory[path][1] for path in paths]
        if not selection:
            communes = _compared(communes)
        files += [Reviewed(source.path, read_year(source)[1]), *communes]
        years.append(_view(criteria_path.parent.name, communes, complete=not selection))
    return Review(tuple(files), tuple(years))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _checked(criteria_set: Source, paths: Sequence[Path], jobs: int) -> Iterator[Reviewed]:
    shares = [paths[start : start + _SHARE] for start in range(0, len(paths), _SHARE)]
    if jobs == 1 or len(shares) <= 1:
        for share in shares:
            yield from _check_share(criteria_set, share)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(shares)), mp_context=context) as executor:
        for reviewed in executor.map(functools.partial(_check_share, criteria_set), shares):
            yield from reviewed


def _check_share(criteria_set: Source, paths: Sequence[Path]) -> list[Reviewed]:
    year = read_year(criteria_set)[0]
    return [_check_file(path, year) for path in paths]


def _check_file(path: Path, year: Year | None) -> Reviewed:
    try:
        source = read_source(path)
    except UsageError as error:
        problem = unreadable(path, error)
        return Reviewed(problem.place.path, (problem,))
    if year is None:
        return Reviewed(source.path, ())
    commune, problems = read_commune(source, year)
    return Reviewed(source.path, problems, _member(source.path, commune) if commune else None)


def _member(path: str, commune: Commune) -> Member:
    code, day = commune.don_vi.ma_don_vi, commune.ngay_ban_hanh.day
    unit = find_unit(code, day)
    if unit and unit.ten_don_vi != commune.don_vi.ten_don_vi:
        unit = None
    figures = {identity: found for identity, text in commune.chi_tieu.items() if (found := figure(text))}
    return Member(path, code, day, (unit.huyen or unit.tinh) if unit else "", figures)


def _compared(communes: Sequence[Reviewed]) -> list[Reviewed]:
    """Add what shows only beside the other communes of the district."""
    members = [each.member for each in communes if each.member]
    found: dict[str, list[Problem]] = {}
    for problem in check_district(members):
        found.setdefault(problem.place.path, []).append(problem)
    return [
        dataclasses.replace(each, problems=ordered((*each.problems, *_located(each.path, found[each.path]))))
        if each.path in found
        else each
        for each in communes
    ]


def _located(path: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return locate(read_source(Path(path)).content, problems)


def _view(year: str, communes: Sequence[Reviewed], *, complete: bool) -> YearView:
    worst = [max((problem.severity is Severity.ERROR for problem in each.problems), default=None) for each in communes]
    return YearView(
        nam=year,
        xong=worst.count(None),
        canh_bao=worst.count(False),
        loi=worst.count(True),
        thieu=_missing(communes) if complete else {},
    )


def _missing(communes: Sequence[Reviewed]) -> dict[str, tuple[Unit, ...]]:
    """Give, for each district that has files here, its units that have none, by the list of the documents' date."""
    present = {Path(each.path).stem.partition("-")[0] for each in communes}
    districts = {each.member.dia_ban: each.member for each in communes if each.member and each.member.dia_ban}
    return {
        district: missing
        for district, member in sorted(districts.items())
        if (missing := tuple(u for u in neighbours(member.ma_don_vi, member.ngay) if u.ma_don_vi not in present))
    }
