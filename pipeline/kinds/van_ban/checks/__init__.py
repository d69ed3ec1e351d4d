"""List and apply the rules about any document: its unit, dates, letters, signer and recipients."""

from collections.abc import Iterator

from pipeline.kinds.van_ban.checks import dates, identity, letters, people
from pipeline.kinds.van_ban.checks.rule import DocumentFile, Rule, YearFile, apply_rules
from pipeline.problem import Problem, Severity

YEAR_RULES: tuple[Rule[YearFile], ...] = (
    Rule("nam-khac-thu-muc", dates.year_is_folder),
    Rule("nam-con-sot", dates.common_texts_name_the_year, Severity.WARNING),
    Rule("cap-huyen-da-bo", dates.no_district_after_the_reform),
    Rule("chu-la", letters.common_letters_are_vietnamese),
    Rule("dau-thanh-hai-kieu", letters.common_tone_marks_are_placed_one_way, Severity.WARNING),
)
DOCUMENT_RULES: tuple[Rule[DocumentFile], ...] = (
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
    Rule("chu-la", letters.letters_are_vietnamese),
    Rule("dau-thanh-hai-kieu", letters.tone_marks_are_placed_one_way, Severity.WARNING),
)


def check_year(file: YearFile) -> Iterator[Problem]:
    """Apply every rule about what the documents of a year have in common."""
    yield from apply_rules(YEAR_RULES, file, file.path)


def check_document(file: DocumentFile) -> Iterator[Problem]:
    """Apply every rule about a unit's document."""
    yield from apply_rules(DOCUMENT_RULES, file, file.path)
