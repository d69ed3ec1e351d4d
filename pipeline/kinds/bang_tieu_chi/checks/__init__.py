"""List and apply the rules about the scored table, the units' values, and the values of a district together."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from pipeline.kinds.bang_tieu_chi.checks import across, criteria, scores, targets
from pipeline.kinds.bang_tieu_chi.checks.across import Compared, Member
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile, ValuesFile
from pipeline.kinds.van_ban.checks.rule import Rule, apply_rules
from pipeline.problem import Problem, Severity

TABLE_RULES: tuple[Rule[TableFile], ...] = (
    Rule("nam-khac-thu-muc", criteria.year_is_folder),
    Rule("tong-khac-100", criteria.total_is_100, Severity.WARNING),
    Rule("dinh-danh-trung", criteria.identities_are_unique),
    Rule("chi-tieu-hai-nguon", criteria.target_has_one_source),
    Rule("cot-trung", criteria.columns_are_named_once),
    Rule("cot-khac-sai", criteria.columns_compared_are_points),
    Rule("gia-tri-khong-cot", criteria.common_values_have_columns),
    Rule("thuong-phat-sai", criteria.bonuses_are_at_the_leaves),
    Rule("sai-ky-hieu", criteria.labels_count_up),
)
VALUE_RULES: tuple[Rule[ValuesFile], ...] = (
    Rule("thieu-chi-tieu", targets.targets_are_complete),
    Rule("chi-tieu-la", targets.values_have_criteria),
    Rule("thieu-diem-cham", scores.points_are_complete),
    Rule("diem-qua-muc", scores.points_are_within_limits),
    Rule("diem-khong-ap-dung", scores.points_are_of_rows_that_apply),
    Rule("diem-hang-cong", scores.control_totals_agree),
    Rule("thieu-giai-trinh", scores.differences_are_explained),
    Rule("tai-lieu-thieu-so-ngay", scores.evidence_is_numbered_and_dated),
    Rule("khong-phai-so", scores.numbers_are_numbers),
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


def check_values(file: ValuesFile, path: PurePath) -> Iterator[Problem]:
    """Apply every rule about what a unit has filled in."""
    yield from apply_rules(VALUE_RULES, file, path)


def check_district(members: Sequence[Member]) -> tuple[Problem, ...]:
    """Apply every rule that compares the communes of a district; the members may be of any number of districts."""
    return tuple(
        problem
        for comparison in across.compared(members)
        for problem in apply_rules(DISTRICT_RULES, comparison, PurePath(comparison.path))
    )
