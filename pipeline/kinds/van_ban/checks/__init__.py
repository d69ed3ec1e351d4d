"""List and apply the rules about any document: its unit, dates, letters, signer and recipients."""

from collections.abc import Iterator
from pathlib import PurePath

from pipeline.kinds.van_ban.checks import dates, identity, letters, people, signs
from pipeline.kinds.van_ban.checks.rule import PaperFile, PeopleFile, Rule, UnitFile, YearFile, apply_rules
from pipeline.problem import Key, Problem, Severity

YEAR_RULES: tuple[Rule[YearFile], ...] = (
    Rule("nam-con-sot", dates.texts_name_the_year, Severity.WARNING),
    Rule("cap-huyen-da-bo", dates.no_district_after_the_reform),
    Rule("chu-la", letters.letters_are_vietnamese),
    Rule("ky-tu-khong-in", signs.signs_can_be_printed),
    Rule("dau-thanh-hai-kieu", letters.common_tone_marks_are_placed_one_way, Severity.WARNING),
)
UNIT_RULES: tuple[Rule[UnitFile], ...] = (
    Rule("sai-ten-tep", identity.file_is_named_after_commune),
    Rule("sai-don-vi", identity.unit_is_in_the_list),
    Rule("don-vi-khong-chac", identity.unit_may_be_in_the_list, Severity.WARNING),
    Rule("dia-danh-xa-khac", identity.place_is_not_another_unit),
    Rule("dia-danh-khac", identity.place_is_the_unit, Severity.WARNING),
    Rule("ten-xa-khac", identity.no_other_unit_is_named, Severity.WARNING),
    Rule("loai-don-vi-khac", identity.kind_of_unit_agrees, Severity.WARNING),
    Rule("ngay-thieu-so-khong", dates.dates_in_texts_are_padded, Severity.WARNING),
    Rule("nam-con-sot", dates.texts_name_the_year, Severity.WARNING),
    Rule("cap-huyen-da-bo", dates.named_agencies_exist),
    Rule("chu-la", letters.letters_are_vietnamese),
    Rule("ky-tu-khong-in", signs.signs_can_be_printed),
    Rule("chu-o-trong-so", signs.digits_are_digits, Severity.WARNING),
    Rule("con-chu-telex", signs.telex_is_not_left_over, Severity.WARNING),
    Rule("dau-thanh-hai-kieu", letters.tone_marks_are_placed_one_way, Severity.WARNING),
)
PAPER_RULES: tuple[Rule[PaperFile], ...] = (
    Rule("can-cu-sau-ngay", dates.cited_documents_are_earlier),
    Rule("nam-khac", dates.date_is_of_the_papers_year),
    Rule("so-ngay-le", dates.number_and_date_go_together, Severity.WARNING),
    Rule("ban-hanh-thieu-so-ngay", dates.issued_document_has_number_and_date),
    Rule("mau-da-ban-hanh", dates.samples_are_not_issued),
)
PEOPLE_RULES: tuple[Rule[PeopleFile], ...] = (
    Rule("sai-ky-thay", people.signing_names_the_replaced),
    Rule("cap-pho-ky", people.deputies_sign_for_the_head),
    Rule("hoc-vi-truoc-ten", people.no_title_before_the_name),
    Rule("ten-co-loi-xung", people.name_stands_alone),
    Rule("sai-noi-nhan", people.recipients_are_bare),
    Rule("noi-nhan-trung", people.recipients_are_named_once),
    Rule("sai-noi-luu", people.filing_begins_with_the_registry),
)


def check_year(file: YearFile) -> Iterator[Problem]:
    """Apply every rule about a file that the papers of a year share."""
    yield from apply_rules(YEAR_RULES, file, file.path)


def check_unit(file: UnitFile) -> Iterator[Problem]:
    """Apply every rule about a unit's file as a whole."""
    yield from apply_rules(UNIT_RULES, file, file.path)


def check_paper(file: PaperFile, path: PurePath, above: Key) -> Iterator[Problem]:
    """Apply every rule about one paper's own keys, which lie below the key `above` of a file."""
    yield from apply_rules(PAPER_RULES, file, path, above)


def check_people(file: PeopleFile, path: PurePath, above: Key = ()) -> Iterator[Problem]:
    """Apply every rule about who signs and receives, wherever a file says it."""
    yield from apply_rules(PEOPLE_RULES, file, path, above)
