"""Check every data file of a folder: first each by itself, in parallel, then the communes of each district together."""

import dataclasses
import functools
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipeline.input.load import locate
from pipeline.input.sources import Source, find_sources, read_source, unreadable
from pipeline.input.strays import stray_problems
from pipeline.input.units import Unit, find_unit, neighbours
from pipeline.kinds.bang_tieu_chi.checks import check_district
from pipeline.kinds.bang_tieu_chi.checks.across import Member
from pipeline.kinds.bang_tieu_chi.checks.targets import figure
from pipeline.kinds.ke_hoach.model import Commune
from pipeline.kinds.ke_hoach.read import Year, read_commune, read_year
from pipeline.problem import Problem, Severity, UsageError, ordered

_SHARE = 200
"""Files that one process checks in a row; up to this many are checked here, since a process costs more to start."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reviewed:
    """A checked file: its problems and, if it is a commune's and could be read, what its district compares."""

    path: str
    problems: tuple[Problem, ...]
    member: Member | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class YearView:
    """How a year stands: its communes counted by their worst problem, and the units of its districts without a file."""

    nam: str
    xong: int
    canh_bao: int
    loi: int
    thieu: Mapping[str, tuple[Unit, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """What a check gives: all files in the order of their paths, and the years."""

    files: tuple[Reviewed, ...]
    years: tuple[YearView, ...]

    @property
    def problems(self) -> Iterator[Problem]:
        """Give all problems, file by file."""
        return (problem for file in self.files for problem in file.problems)


Memory = dict[Path, tuple[object, Reviewed]]
"""Files checked before, each with what its check depended on: the criteria set, the file's size and time."""


def review(data: Path, selection: Sequence[str], jobs: int = 1, memory: Memory | None = None) -> Review:
    """Check the selected files, or all when none is selected.

    Districts are compared only in a check of all files. `memory` is a cache that the caller keeps: files that have not
    changed since they were put there are not read again. Raises UsageError as find_sources does, and when a criteria
    set cannot be read.
    """
    memory = {} if memory is None else memory
    files: list[Reviewed] = []
    years: list[YearView] = []
    for criteria_path, paths in find_sources(data, selection):
        source = read_source(criteria_path)
        stamps = {path: (source, _stamp(path)) for path in paths}
        changed_paths = [path for path in paths if memory.get(path, ("", None))[0] != stamps[path]]
        memory |= {
            path: (stamps[path], result)
            for path, result in zip(changed_paths, _check_files(source, changed_paths, jobs), strict=True)
        }
        communes = [memory[path][1] for path in paths]
        if not selection:
            communes = _compare_districts(communes)
        files += [Reviewed(source.path, read_year(source)[1]), *communes]
        years.append(_view(criteria_path.parent.name, communes, complete=not selection))
    if not selection:
        files += [Reviewed(stray.place.path, (stray,)) for stray in stray_problems(data)]
    return Review(tuple(files), tuple(years))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Give a file's size in bytes and its time in nanoseconds, None when there is none to read."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _check_files(criteria_set: Source, paths: Sequence[Path], jobs: int) -> Iterator[Reviewed]:
    """Check the files of one year, in their order, in up to `jobs` processes.

    Processes are spawned, not forked: that is the same on every system, and safe beside threads.
    """
    shares = [paths[start : start + _SHARE] for start in range(0, len(paths), _SHARE)]
    if jobs == 1 or len(shares) <= 1:
        for share in shares:
            yield from _check_share(criteria_set, share)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(shares)), mp_context=context) as executor:
        for results in executor.map(functools.partial(_check_share, criteria_set), shares):
            yield from results


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
    """Give what a commune's district compares; a unit whose name is not the official list's has no district."""
    code, day = commune.don_vi.ma_don_vi, commune.ngay_ban_hanh.day
    unit = find_unit(code, day)
    if unit and unit.ten_don_vi != commune.don_vi.ten_don_vi:
        unit = None
    figures = {identity: amount for identity, text in commune.chi_tieu.items() if (amount := figure(text))}
    return Member(path, code, day, (unit.huyen or unit.tinh) if unit else "", figures)


def _compare_districts(communes: Sequence[Reviewed]) -> list[Reviewed]:
    """Add the problems that show only beside the other communes of the district."""
    members = [each.member for each in communes if each.member]
    district_problems: dict[str, list[Problem]] = {}
    for problem in check_district(members):
        district_problems.setdefault(problem.place.path, []).append(problem)
    return [
        dataclasses.replace(
            each, problems=ordered((*each.problems, *_with_lines(each.path, district_problems[each.path])))
        )
        if each.path in district_problems
        else each
        for each in communes
    ]


def _with_lines(path: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return locate(read_source(Path(path)).content, problems)


def _view(year: str, communes: Sequence[Reviewed], *, complete: bool) -> YearView:
    worst = [max((problem.severity is Severity.ERROR for problem in each.problems), default=None) for each in communes]
    return YearView(
        nam=year,
        xong=worst.count(None),
        canh_bao=worst.count(False),
        loi=worst.count(True),
        thieu=_units_without_file(communes) if complete else {},
    )


def _units_without_file(communes: Sequence[Reviewed]) -> dict[str, tuple[Unit, ...]]:
    """Give, for each district with files here, its units without one, by the official list of the documents' date."""
    codes = {Path(each.path).stem.partition("-")[0] for each in communes}
    districts = {each.member.dia_ban: each.member for each in communes if each.member and each.member.dia_ban}
    return {
        district: units
        for district, member in sorted(districts.items())
        if (units := tuple(u for u in neighbours(member.ma_don_vi, member.ngay) if u.ma_don_vi not in codes))
    }
