"""Check every data file of a folder: first each by itself, in parallel, then the communes of each district together."""

import dataclasses
import datetime as dt
import functools
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipeline.input.load import locate
from pipeline.input.selection import select
from pipeline.input.sources import Folders, read_source, unreadable
from pipeline.input.strays import stray_problems
from pipeline.input.units import Unit, find_unit, neighbours
from pipeline.jobs.issued import issued_problems
from pipeline.kinds.bang_tieu_chi.checks import check_district
from pipeline.kinds.bang_tieu_chi.checks.across import Member
from pipeline.kinds.bang_tieu_chi.figures import figure
from pipeline.kinds.loai.unit import UnitData, read_unit
from pipeline.kinds.loai.year import Year, YearSources, read_year, year_sources
from pipeline.output.ledger import read_ledger
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
    """How a year stands: its communes counted by their worst problem, and the units of its districts without a file.

    `chung` counts the errors of the files that its papers share.
    """

    nam: str
    xong: int
    canh_bao: int
    loi: int
    chung: int
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
"""Files checked before, each with what its check depended on: what its year shares, the file's size and time."""


def review(
    folders: Folders, selection: Sequence[str], jobs: int = 1, memory: Memory | None = None, kinds: Sequence[str] = ()
) -> Review:
    """Check the selected files, or all when none is selected.

    Districts are compared only in a check of all files. `memory` is a cache that the caller keeps: files that have not
    changed since they were put there are not read again. Raises UsageError as select does, and when criteria or
    defaults cannot be read.
    """
    memory = {} if memory is None else memory
    files: list[Reviewed] = []
    years: list[YearView] = []
    selected, ledger = select(folders.data, selection, kinds), read_ledger(folders.data)
    for each in selected:
        sources, unread = year_sources(folders, each.files)
        year = read_year(sources)
        paths = each.communes
        stamps = {path: (sources, _stamp(path)) for path in paths}
        changed_paths = [path for path in paths if memory.get(path, ("", None))[0] != stamps[path]]
        memory |= {
            path: (stamps[path], result)
            for path, result in zip(changed_paths, _check_files(sources, changed_paths, jobs), strict=True)
        }
        communes = [memory[path][1] for path in paths]
        if each.complete:
            communes = _compare_districts(communes)
        found = issued_problems(folders, each, year, ledger)
        shared = [Reviewed(path, problems) for path, problems in year.problems.items()]
        shared += [Reviewed(problem.place.path, (problem,)) for problem in unread]
        shared += [Reviewed(each.place.path, (each,)) for each in found]
        files += [*shared, *communes]
        years.append(_view(each.files.name, shared, communes, complete=each.complete))
    if all(each.complete for each in selected):
        files += [Reviewed(stray.place.path, (stray,)) for stray in stray_problems(folders.data)]
    return Review(tuple(files), tuple(years))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Give a file's size in bytes and its time in nanoseconds, None when there is none to read."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _check_files(sources: YearSources, paths: Sequence[Path], jobs: int) -> Iterator[Reviewed]:
    """Check the files of one year, in their order, in up to `jobs` processes.

    Processes are spawned, not forked: that is the same on every system, and safe beside threads.
    """
    shares = [paths[start : start + _SHARE] for start in range(0, len(paths), _SHARE)]
    if jobs == 1 or len(shares) <= 1:
        for share in shares:
            yield from _check_share(sources, share)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(shares)), mp_context=context) as executor:
        for results in executor.map(functools.partial(_check_share, sources), shares):
            yield from results


def _check_share(sources: YearSources, paths: Sequence[Path]) -> list[Reviewed]:
    year = read_year(sources)
    return [_check_file(path, year) for path in paths]


def _check_file(path: Path, year: Year) -> Reviewed:
    try:
        source = read_source(path)
    except UsageError as error:
        problem = unreadable(path, error)
        return Reviewed(problem.place.path, (problem,))
    if year.is_broken:
        return Reviewed(source.path, ())
    unit, problems = read_unit(source, year)
    return Reviewed(source.path, problems, _member(source.path, unit, year) if unit else None)


def _member(path: str, data: UnitData, year: Year) -> Member:
    """Give what a unit's district compares; a unit whose name is not the official list's has no district."""
    about, day = data.content.don_vi, data.day if data.content.van_ban else dt.date(year.number, 1, 1)
    unit = find_unit(about.ma_don_vi, day)
    if unit and unit.ten_don_vi != about.ten_don_vi:
        unit = None
    figures = {
        (column, identity): amount
        for column, values in data.values.texts.items()
        for identity, text in values.items()
        if (amount := figure(text))
    }
    return Member(path, about.ma_don_vi, day, (unit.huyen or unit.tinh) if unit else "", figures)


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


def _view(year: str, shared: Sequence[Reviewed], communes: Sequence[Reviewed], *, complete: bool) -> YearView:
    worst = [max((problem.severity is Severity.ERROR for problem in each.problems), default=None) for each in communes]
    return YearView(
        nam=year,
        xong=worst.count(None),
        canh_bao=worst.count(False),
        loi=worst.count(True),
        chung=sum(problem.severity is Severity.ERROR for each in shared for problem in each.problems),
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
