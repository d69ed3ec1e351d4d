"""The checker over documents made by other means: what is planted is found, what is right is left alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from the_thuc_documents import CASES, read_case, with_libreoffice, with_pandoc, with_python_docx

from pipeline.pdf.office import Office
from pipeline.problem import Severity
from pipeline.the_thuc.check import check_the_thuc
from pipeline.the_thuc.rules import rules

BY_NAME = {path.stem: read_case(path) for path in CASES}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Build the documents that need no LibreOffice."""
    made = {}
    for name, case in BY_NAME.items():
        if case["cach_lam"] == "python-docx":
            made[name] = with_python_docx(case.get("sua", {}), case.get("xml", ()))
        elif case["cach_lam"] == "pandoc":
            made[name] = with_pandoc(case, tmp_path_factory.mktemp("pandoc"))
    return made


@pytest.fixture(scope="module")
def from_libreoffice(tools: Office, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Build the others."""
    cases = {name: case for name, case in BY_NAME.items() if case["cach_lam"] == "libreoffice"}
    return with_libreoffice(cases, tools, tmp_path_factory.mktemp("libreoffice"))


def test_our_own_document_has_no_findings(document: bytes) -> None:
    assert check_the_thuc(document) == ()


def test_the_corpus_is_broad() -> None:
    """At least 40 documents, by three means, of which at least 6 are right."""
    means = [case["cach_lam"] for case in BY_NAME.values()]
    right = [name for name, case in BY_NAME.items() if not case["ket_qua"]]

    assert len(means) >= 110
    assert all(means.count(each) >= 8 for each in ("python-docx", "pandoc", "libreoffice"))
    assert len(right) >= 12


def test_precision_and_recall(corpus: dict[str, bytes], from_libreoffice: dict[str, bytes]) -> None:
    """Over all documents: nearly nothing is named that is not there, nearly nothing planted is missed."""
    found = {(name, rule) for name, data in (corpus | from_libreoffice).items() for rule in _found(data, BY_NAME[name])}
    planted = {(name, rule) for name, case in BY_NAME.items() for rule in case["ket_qua"]}

    assert len(planted) >= 100
    assert len(found & planted) / len(found) >= 0.98
    assert len(found & planted) / len(planted) >= 0.98


def test_every_rule_names_clause_and_severity() -> None:
    """What is asked by which clause, or a reason of the file itself; in force since 5/3/2020."""
    for name, rule in rules().items():
        assert rule.asked, name
        assert name.startswith(("tep-", "chua-")) or rule.clause.startswith(
            ("Nghị định 30/2020/NĐ-CP, Phụ lục I", "Nghị định 30/2020/NĐ-CP, Điều 7")
        ), name
        assert rule.severity in Severity
    assert len(rules()) >= 160


def test_every_rule_has_a_bad_case() -> None:
    """A rule that no document breaks may never fire; strange files have tests of their own."""
    shown = {rule for case in BY_NAME.values() for rule in case["ket_qua"]}

    assert {name for name in rules() if not name.startswith("tep-")} == shown


def _found(data: bytes, case: Mapping[str, Any]) -> set[str]:
    """Give the rules found, the strict ones among them where the case asks for these."""
    return {finding.rule for finding in check_the_thuc(data, strict=case.get("nghiem") == "co")}


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if case["cach_lam"] != "libreoffice"])
def test_made_by_python_docx_or_pandoc(name: str, corpus: Mapping[str, bytes]) -> None:
    assert _found(corpus[name], BY_NAME[name]) == set(BY_NAME[name]["ket_qua"])


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if case["cach_lam"] == "libreoffice"])
def test_made_by_libreoffice(name: str, from_libreoffice: Mapping[str, bytes]) -> None:
    assert _found(from_libreoffice[name], BY_NAME[name]) == set(BY_NAME[name]["ket_qua"])
