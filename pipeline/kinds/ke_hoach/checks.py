"""List and apply the rules that hold for a plan: those of any document and those of the scored table."""

import dataclasses
import functools
from pathlib import PurePath
from typing import Any

from pipeline.kinds.bang_tieu_chi.checks import TABLE_RULES, TARGET_RULES, check_table, check_targets
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile, TargetsFile
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.van_ban.checks import DOCUMENT_RULES, YEAR_RULES, check_document, check_year
from pipeline.kinds.van_ban.checks.rule import DocumentFile, Rule, YearFile
from pipeline.problem import Problem

CRITERIA_SET_RULES: tuple[Rule[Any], ...] = (*YEAR_RULES, *TABLE_RULES)
COMMUNE_RULES: tuple[Rule[Any], ...] = (*DOCUMENT_RULES, *TARGET_RULES)


@dataclasses.dataclass(frozen=True, eq=False)
class CriteriaSetFile:
    """A criteria set and where it lies."""

    path: PurePath
    criteria_set: BoTieuChi

    @functools.cached_property
    def year(self) -> YearFile:
        """Give what rules about any year look at."""
        about = self.criteria_set
        return YearFile(self.path, about.nam_ke_hoach, about.van_ban_can_cu, about)

    @functools.cached_property
    def table(self) -> TableFile:
        """Give what rules about the table look at."""
        return TableFile(self.criteria_set)


def check_criteria_set(file: CriteriaSetFile) -> tuple[Problem, ...]:
    """Apply every rule about a criteria set."""
    return (*check_year(file.year), *check_table(file.table, file.path))


def check_commune(path: PurePath, commune: Commune, year: CriteriaSetFile) -> tuple[Problem, ...]:
    """Apply every rule about a commune's file against the criteria set of its year."""
    document, targets = DocumentFile(path, commune, year.year), TargetsFile(commune.chi_tieu, year.table)
    return (*check_document(document), *check_targets(targets, path))
