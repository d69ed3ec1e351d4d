"""Read data files from bytes to checked data: load, parse, check and total, with every problem at its place."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

from pipeline.input.load import load, locate
from pipeline.input.parse import parse
from pipeline.input.sources import CRITERIA_SET_FILE, Source, read_source
from pipeline.kinds.bang_tieu_chi.model import placed_rows
from pipeline.kinds.bang_tieu_chi.totals import Totals, totals
from pipeline.kinds.ke_hoach.checks import CriteriaSetFile, check_commune, check_criteria_set
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.problem import PipelineError, Problem, has_error, ordered


@dataclasses.dataclass(frozen=True, slots=True)
class Year:
    """A criteria set without errors, and its totals."""

    file: CriteriaSetFile
    totals: Totals

    @property
    def criteria_set(self) -> BoTieuChi:
        """Give the criteria set."""
        return self.file.criteria_set


@functools.lru_cache(maxsize=8)
def read_year(source: Source) -> tuple[Year | None, tuple[Problem, ...]]:
    """Load, parse and check a criteria set and add up its points; None when there is an error.

    Cached, since every commune of the year asks for it.
    """
    tree, problems = load(source.content, source.path)
    year = None
    if tree is not None:
        criteria_set, parse_problems = parse(BoTieuChi, tree, source.path, (Commune,))
        problems = (*problems, *parse_problems)
        if criteria_set:
            file = CriteriaSetFile(PurePath(source.path), criteria_set)
            computed, mismatches = totals(criteria_set, source.path)
            problems = (*problems, *check_criteria_set(file), *mismatches)
            year = Year(file, computed)
    problems = ordered(locate(source.content, problems)) if problems else ()
    return None if has_error(problems) else year, problems


def read_commune(source: Source, year: Year) -> tuple[Commune | None, tuple[Problem, ...]]:
    """Load, parse and check a commune's file; None when there is an error."""
    tree, problems = load(source.content, source.path)
    commune = None
    if tree is not None:
        commune, parse_problems = parse(Commune, tree, source.path, (BoTieuChi,))
        problems = (*problems, *parse_problems)
        if commune:
            problems = (*problems, *check_commune(PurePath(source.path), commune, year.file))
    problems = ordered(locate(source.content, problems)) if problems else ()
    return None if has_error(problems) else commune, problems


def criteria_titles(data: Path) -> Callable[[str], Mapping[str, str]]:
    """Give a function from a year to the names of its criteria, by identity.

    It reads each year's criteria set once, and gives no names where that cannot be read or has an error.
    """

    @functools.cache
    def titles(year: str) -> Mapping[str, str]:
        try:
            year_data = read_year(read_source(data / year / CRITERIA_SET_FILE))[0]
        except PipelineError:
            return {}
        return (
            {row.dinh_danh: row.ten_tieu_chi for _, _, row in placed_rows(year_data.criteria_set)} if year_data else {}
        )

    return titles
