"""Read a unit's file from bytes to checked data: load, parse, check, with every problem at its place."""

import dataclasses
import datetime as dt
import difflib
import functools
from collections.abc import Iterator
from pathlib import PurePath

from pipeline.input.load import AT_KEY, load
from pipeline.input.parse import parse
from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.checks import check_values
from pipeline.kinds.bang_tieu_chi.checks.rule import ValuesFile
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi
from pipeline.kinds.bang_tieu_chi.table import GiaTri
from pipeline.kinds.loai.checks import check_braces
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.paper_checks import paper_problems
from pipeline.kinds.loai.year import Year, located
from pipeline.kinds.van_ban.checks import check_people, check_unit
from pipeline.kinds.van_ban.checks.rule import PeopleFile, UnitFile
from pipeline.kinds.van_ban.model import Chung, TepDonVi
from pipeline.kinds.van_ban.present import PLAIN_NAMES
from pipeline.problem import Place, Problem, has_error

UNKNOWN_KIND = "loai-la"
"""The code of the problem of a paper under a name that no kind of the year has."""


@dataclasses.dataclass(frozen=True, slots=True)
class UnitData:
    """A unit's file as read: what it says, and what it has filled in."""

    content: TepDonVi
    values: GiaTri

    @property
    def day(self) -> dt.date:
        """Give the day of the unit's first paper; without one, the first of the year is told by who reads it."""
        return next((paper.ngay_ban_hanh.day for paper in self.content.van_ban.values()), dt.date.min)


@functools.lru_cache(maxsize=256)
def read_unit(source: Source, year: Year) -> tuple[UnitData | None, tuple[Problem, ...]]:
    """Load, parse and check a unit's file; None when it cannot be understood at all.

    Its problems may include errors that concern only one of its papers (see concerns).
    """
    if year.is_broken:
        return None, ()
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, located(source, problems)
    content, parse_problems = parse(year.unit_model, tree, source.path, (BoTieuChi, LoaiVanBan, Chung))
    problems = (*problems, *parse_problems)
    unit = None
    if content:
        unit = UnitData(content, _values(content, year))
        problems = (*problems, *_problems(unit, PurePath(source.path), year))
    return unit, located(source, problems)


def concerns(problem: Problem, kind: PaperKind, columns: frozenset[str], year: Year) -> bool:
    """Tell whether a problem of a unit's file is one of this kind's paper, and not of another paper alone.

    `columns` are the keys of those that the paper depends on.
    """
    key = problem.place.key
    if key[:1] == ("van_ban",) and len(key) > 1 and key[1] != AT_KEY:
        return key[1] == kind.name
    if year.table and key and key[0] in year.table.columns:
        return key[0] in columns
    return True


def _values(content: TepDonVi, year: Year) -> GiaTri:
    """Take the values by column out of a unit's file."""
    columns = year.table.columns if year.table else {}
    filled = {key: values for key in columns if (values := getattr(content, key)) is not None}
    points = {key: values for key, values in filled.items() if columns[key].kieu_cot == "diem"}
    texts = {key: values for key, values in filled.items() if key not in points}
    return GiaTri(texts, points, getattr(content, "khong_ap_dung", {}))


def _problems(unit: UnitData, path: PurePath, year: Year) -> Iterator[Problem]:
    content = unit.content
    day = unit.day if content.van_ban else dt.date(year.number, 1, 1)
    yield from check_unit(UnitFile(path, content.don_vi, content.so_lieu_mau, day, year.number, content, year.criteria))
    yield from check_people(PeopleFile(content), path)
    yield from check_braces({"noi_nhan": list(content.noi_nhan or ())}, PLAIN_NAMES, path)
    if year.table:
        yield from check_values(ValuesFile(unit.values, year.table), path)
    for name, paper in content.van_ban.items():
        above = ("van_ban", name)
        yield from check_people(PeopleFile(paper), path, above)
        kind = year.kinds.get(name)
        if kind:
            yield from paper_problems(kind, year, content, unit.values, path)
        elif name not in year.sources.names:
            near = difflib.get_close_matches(name, year.kinds, n=1)
            hint = f"có phải `{near[0]}`?" if near else f"thêm {name}.yaml vào thư mục năm, hoặc sửa tên"
            place = Place(path.as_posix(), key=(*above, AT_KEY))
            yield Problem(place, UNKNOWN_KIND, f"năm này không có loại văn bản `{name}`", hint)


def is_usable(unit: UnitData | None, problems: tuple[Problem, ...]) -> bool:
    """Tell whether a unit's file has no error at all."""
    return unit is not None and not has_error(problems)
