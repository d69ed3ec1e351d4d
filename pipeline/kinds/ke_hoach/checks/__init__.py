"""The check stage: one small function per rule, all in one tuple; none stops another."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from pipeline.kinds.bang_tieu_chi.checks import across, criteria, targets
from pipeline.kinds.bang_tieu_chi.checks.across import Compared, Member
from pipeline.kinds.ke_hoach.checks.rule import CommuneFile, CriteriaSetFile, Rule, Subject
from pipeline.kinds.van_ban.checks import dates, identity, letters, people
from pipeline.problem import Place, Problem, Severity, few

CRITERIA_SET_RULES: tuple[Rule[CriteriaSetFile], ...] = (
    Rule("nam-khac-thu-muc", criteria.year_is_folder),
    Rule("dinh-danh-trung", criteria.identities_are_unique),
    Rule("chi-tieu-hai-nguon", criteria.target_has_one_source),
    Rule("sai-ky-hieu", criteria.labels_count_up),
    Rule("nam-con-sot", criteria.texts_name_the_year, Severity.WARNING),
    Rule("cap-huyen-da-bo", criteria.no_district_after_the_reform),
    Rule("chu-la", letters.criteria_letters_are_vietnamese),
    Rule("dau-thanh-hai-kieu", letters.criteria_tone_marks_are_placed_one_way, Severity.WARNING),
)
COMMUNE_RULES: tuple[Rule[CommuneFile], ...] = (
    Rule("sai-ten-tep", identity.file_is_named_after_commune),
    Rule("sai-don-vi", identity.unit_is_in_the_list),
    Rule("don-vi-khong-chac", identity.unit_may_be_in_the_list, Severity.WARNING),
    Rule("dia-danh-xa-khac", identity.place_is_not_another_unit),
    Rule("dia-danh-khac", identity.place_is_the_unit, Severity.WARNING),
    Rule("ten-xa-khac", identity.no_other_unit_is_named, Severity.WARNING),
    Rule("loai-don-vi-khac", identity.kind_of_unit_agrees, Severity.WARNING),
    Rule("can-cu-sau-ngay", dates.cited_document_is_earlier),
    Rule("nam-khac", dates.date_is_of_the_plans_year),
    Rule("so-ngay-le", dates.number_and_date_go_together, Severity.WARNING),
    Rule("ban-hanh-thieu-so-ngay", dates.issued_document_has_number_and_date),
    Rule("mau-da-ban-hanh", dates.samples_are_not_issued),
    Rule("ngay-thieu-so-khong", dates.dates_in_texts_are_padded, Severity.WARNING),
    Rule("nam-con-sot", dates.texts_name_the_year, Severity.WARNING),
    Rule("cap-huyen-da-bo", dates.recipients_exist),
    Rule("sai-ky-thay", people.signing_names_the_replaced),
    Rule("cap-pho-ky", people.deputies_sign_for_the_head),
    Rule("hoc-vi-truoc-ten", people.no_title_before_the_name),
    Rule("sai-noi-nhan", people.recipients_are_bare),
    Rule("noi-nhan-trung", people.recipients_are_named_once),
    Rule("sai-noi-luu", people.filing_begins_with_the_registry),
    Rule("thieu-chi-tieu", targets.targets_are_complete),
    Rule("chi-tieu-la", targets.targets_have_criteria),
    Rule("so-kieu-nuoc-ngoai", targets.numbers_are_vietnamese, Severity.WARNING),
    Rule("qua-100", targets.percentages_are_at_most_100, Severity.WARNING),
    Rule("chu-la", letters.letters_are_vietnamese),
    Rule("dau-thanh-hai-kieu", letters.tone_marks_are_placed_one_way, Severity.WARNING),
)
DISTRICT_RULES: tuple[Rule[Compared], ...] = (
    Rule("don-vi-tinh-khac", across.units_agree, Severity.WARNING),
    Rule("lech-trung-vi", across.figures_are_near_the_median, Severity.WARNING),
)


def check_criteria_set(file: CriteriaSetFile) -> tuple[Problem, ...]:
    """Apply every rule about a criteria set."""
    return tuple(_problems(CRITERIA_SET_RULES, file, file.path))


def check_commune(file: CommuneFile) -> tuple[Problem, ...]:
    """Apply every rule about a commune's file against the criteria set of its year."""
    return tuple(_problems(COMMUNE_RULES, file, file.path))


def check_district(members: Sequence[Member]) -> tuple[Problem, ...]:
    """Apply every rule that needs the other communes of a district, to the communes of any number of districts."""
    return tuple(
        problem for one in across.compared(members) for problem in _problems(DISTRICT_RULES, one, PurePath(one.path))
    )


def _problems(rules: Sequence[Rule[Subject]], file: Subject, path: PurePath) -> Iterator[Problem]:
    for rule in rules:
        yield from few(
            Problem(
                Place(path.as_posix(), key=found.key, words=found.words),
                rule.code,
                found.message,
                found.hint,
                rule.severity,
            )
            for found in rule.apply(file)
        )
