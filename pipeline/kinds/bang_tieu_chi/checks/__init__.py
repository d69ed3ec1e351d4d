"""List and apply the rules about the scored table, the communes' targets, and the targets of a district together."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from pipeline.kinds.bang_tieu_chi.checks import across, criteria, targets
from pipeline.kinds.bang_tieu_chi.checks.across import Compared, Member
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile, TargetsFile
from pipeline.kinds.van_ban.checks.rule import Rule, apply_rules
from pipeline.problem import Problem, Severity

TABLE_RULES: tuple[Rule[TableFile], ...] = (
    Rule("dinh-danh-trung", criteria.identities_are_unique),
    Rule("chi-tieu-hai-nguon", criteria.target_has_one_source),
    Rule("sai-ky-hieu", criteria.labels_count_up),
)
TARGET_RULES: tuple[Rule[TargetsFile], ...] = (
    Rule("thieu-chi-tieu", targets.targets_are_complete),
    Rule("chi-tieu-la", targets.targets_have_criteria),
    Rule("so-kieu-nuoc-ngoai", targets.numbers_are_vietnamese, Severity.WARNING),
    Rule("qua-100", targets.percentages_are_at_most_100, Severity.WARNING),
)
DISTRICT_RULES: tuple[Rule[Compared], ...] = (
    Rule("don-vi-tinh-khac", across.units_agree, Severity.WARNING),
    Rule("lech-trung-vi", across.figures_are_near_the_median, Severity.WARNING),
)


def check_table(file: TableFile, path: PurePath) -> Iterator[Problem]:
    """Apply every rule about a year's table."""
    yield from apply_rules(TABLE_RULES, file, path)


def check_targets(file: TargetsFile, path: PurePath) -> Iterator[Problem]:
    """Apply every rule about a commune's targets."""
    yield from apply_rules(TARGET_RULES, file, path)


def check_district(members: Sequence[Member]) -> tuple[Problem, ...]:
    """Apply every rule that compares the communes of a district; the members may be of any number of districts."""
    return tuple(
        problem
        for comparison in across.compared(members)
        for problem in apply_rules(DISTRICT_RULES, comparison, PurePath(comparison.path))
    )
