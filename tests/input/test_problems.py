"""Cases of tests/problems/: bad files with the expected messages as comments at their end.

tep/ are files that load refuses; xa/, bo-tieu-chi/ and chung/ stand in for a commune's file, the criteria set and the
common file of tests/small; loai/ are kinds of paper beside its plan, whose name the case's first comment may say.
`code.yaml` breaks the rule `code`, `code.dung.yaml` comes near and does not.
After a change: `nox -s bless` writes the messages anew, `git diff` shows what a user would now read.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from years import small_year

from pipeline.input.load import load, locate
from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.checks import TABLE_RULES, VALUE_RULES
from pipeline.kinds.loai.checks import KIND_RULES
from pipeline.kinds.loai.unit import read_unit
from pipeline.kinds.van_ban.checks import PAPER_RULES, PEOPLE_RULES, UNIT_RULES, YEAR_RULES
from pipeline.kinds.van_ban.checks.rule import Rule
from pipeline.kinds.xep_hang.checks import RANKING_RULES
from pipeline.problem import Problem, Severity

FOLDER = Path(__file__).parents[1] / "problems"
GOOD = sorted(FOLDER.glob("*/*.dung.yaml"))
CASES = sorted(set(FOLDER.glob("*/*.yaml")) - set(GOOD))
MARK = "# --> "
CRITERIA_RULES: tuple[Rule[Any], ...] = (*YEAR_RULES, *TABLE_RULES)
COMMUNE_RULES: tuple[Rule[Any], ...] = (*UNIT_RULES, *PAPER_RULES, *PEOPLE_RULES, *VALUE_RULES)
PAPER_KIND_RULES: tuple[Rule[Any], ...] = (*KIND_RULES, *RANKING_RULES)


def _problems(kind: str, content: bytes) -> tuple[Problem, ...]:
    match kind:
        case "tep":
            return locate(content, load(content, "tep.yaml")[1])
        case "xa":
            return read_unit(Source("data/2024/15142-cam-thach.yaml", content), small_year())[1]
        case "loai":
            return small_year(van_ban=content).problems["data/2024/van-ban.yaml"]
        case "chung":
            return small_year(chung=content).problems["data/2024/chung.yaml"]
        case _:
            return small_year(bo_tieu_chi=content).problems["data/2024/bo-tieu-chi.yaml"]


def _described(problem: Problem) -> str:
    """Give line, column, code, message and hint on comment lines."""
    lines = str(problem).split(": ", 1)[1].replace("\n    ", f"\n{MARK}    ")
    return f"{MARK}{problem.place.line}:{problem.place.column}: {lines}\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bad_file_is_refused_with_its_place(path: Path, golden: Callable[[Path, str], None]) -> None:
    text = path.read_text(encoding="utf-8")
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(MARK))
    problems = _problems(path.parent.name, body.encode())

    assert problems
    assert all(problem.place.line for problem in problems)
    golden(path, body + "".join(map(_described, problems)))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}-{path.name.split('.')[0]}")
def test_good_file_does_not_break_the_rule(path: Path) -> None:
    problems = _problems(path.parent.name, path.read_bytes())

    assert path.name.split(".")[0] not in {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("kind", "rules"), [("bo-tieu-chi", CRITERIA_RULES), ("xa", COMMUNE_RULES), ("loai", PAPER_KIND_RULES)]
)
def test_every_rule_has_a_bad_and_a_good_case(kind: str, rules: Sequence[Rule[Any]]) -> None:
    """A code that no bad file shows is a rule that may never fire; one without a good file may always fire."""
    shown = {path.stem for path in (FOLDER / kind).glob("*.yaml") if f"[{path.stem}]" in path.read_text("utf-8")}
    good = {path.name.split(".")[0] for path in (FOLDER / kind).glob("*.dung.yaml")}

    assert rules
    assert {rule.code for rule in rules} - shown == set()
    assert {rule.code for rule in rules} - good == set()


def test_every_rule_says_what_it_asks() -> None:
    rules = (*CRITERIA_RULES, *COMMUNE_RULES, *PAPER_KIND_RULES)

    assert all(rule.apply.__doc__ for rule in rules)


@pytest.mark.parametrize("name", ["15142-cam-thach.yaml", "15127-phong-son.yaml"])
def test_good_files_have_no_problems(name: str) -> None:
    assert _problems("xa" if "thach" in name else "tep", (SMALL / "data" / "2024" / name).read_bytes()) == ()


def test_a_large_file_is_refused_unread() -> None:
    _, problems = load(b"a" * 300_000, "tep.yaml")

    assert [problem.code for problem in problems] == ["tep-qua-lon"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("noi_luu: Hà".encode("cp1258"), "sai-bang-ma"),
        ("noi_luu: VT".encode("utf-16"), "sai-bang-ma"),
        (b"a: " + b"[" * 100_000, "qua-sau"),
        (b'a: "\\ud800"', "sai-yaml"),
        (b"? [a]\n: b", "sai-yaml"),
    ],
)
def test_hostile_bytes_end_in_a_problem(data: bytes, code: str) -> None:
    tree, problems = load(data, "tep.yaml")

    assert tree is None
    assert [problem.code for problem in problems] == [code]


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    tree, problems = load(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "tep.yaml")

    assert tree == {"a": "1", "b": "2"}
    assert [(problem.code, problem.severity) for problem in problems] == [("co-bom", Severity.WARNING)]


def test_decomposed_letters_are_read_as_composed_ones() -> None:
    assert load("a: Cẩm\n".encode(), "tep.yaml")[0] == {"a": "Cẩm"}
    assert load(b'a: "a\\u0301"\n', "tep.yaml")[0] == {"a": "á"}


def test_scalars_stay_as_typed() -> None:
    """`1.100` is no number, `1,10` is not 1.1, `no` is not false."""
    tree, _ = load(b"a: 1.100\nb: 1,10\nc: 015139\nd: no\ne: 0.50\n", "tep.yaml")

    assert tree == {"a": "1.100", "b": "1,10", "c": "015139", "d": "no", "e": "0.50"}


def test_a_problem_about_a_missing_key_takes_the_place_of_its_parent() -> None:
    content = b"a:\n  b: 1\n"
    problem = next(iter(_problems("xa", content)))

    assert locate(content, [problem])[0].place.line == 1
