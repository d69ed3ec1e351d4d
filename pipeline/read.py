"""From bytes to checked data: load, parse, check and total, with every problem at its place."""

import dataclasses
import functools

from pipeline.checks import check_commune, check_criteria_set
from pipeline.load import load, locate
from pipeline.model import BoTieuChi, Commune
from pipeline.parse import parse
from pipeline.problem import Problem, has_error, ordered
from pipeline.sources import Source
from pipeline.totals import Totals, totals


@dataclasses.dataclass(frozen=True, slots=True)
class Year:
    """A criteria set without errors, and its totals."""

    criteria_set: BoTieuChi
    totals: Totals


@functools.lru_cache(maxsize=8)
def read_year(source: Source) -> tuple[Year | None, tuple[Problem, ...]]:
    """Load, parse and check a criteria set and add up its points; None when there is an error."""
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, problems
    criteria_set, problems = parse(BoTieuChi, tree, source.path)
    if criteria_set is None:
        return None, ordered(locate(source.content, problems))
    computed, mismatches = totals(criteria_set, source.path)
    problems = ordered(locate(source.content, (*check_criteria_set(criteria_set, source.path), *mismatches)))
    return None if has_error(problems) else Year(criteria_set, computed), problems


def read_commune(source: Source, year: Year) -> tuple[Commune | None, tuple[Problem, ...]]:
    """Load, parse and check a commune's file; None when there is an error."""
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, problems
    commune, problems = parse(Commune, tree, source.path)
    if commune:
        problems = check_commune(commune, year.criteria_set, source.path)
    if problems:
        problems = ordered(locate(source.content, problems))
    return None if has_error(problems) else commune, problems
