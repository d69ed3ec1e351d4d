"""The clerks' guide: its table of codes is made from the bad files of tests/problems, so that it cannot go stale."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.kinds.bang_tieu_chi.checks import TABLE_RULES, VALUE_RULES
from pipeline.kinds.loai.checks import KIND_RULES
from pipeline.kinds.van_ban.checks import PAPER_RULES, PEOPLE_RULES, UNIT_RULES, YEAR_RULES
from pipeline.kinds.xep_hang.checks import RANKING_RULES

GUIDE = ROOT / "HUONG-DAN.md"
RULES = (TABLE_RULES, VALUE_RULES, KIND_RULES, RANKING_RULES, YEAR_RULES, UNIT_RULES, PAPER_RULES, PEOPLE_RULES)
_CODE = r"[a-z0-9]+(-[a-z0-9]+)+"
_OTHER = {"the_thuc", "cli"}
"""Wings whose words are no codes of problems: the rules of the layout checker have a document of their own."""
NO_CODES = {
    *("apt-get", "bieu-nhap-1", "chu-ky-nguoi-ky", "dau-co-quan", "ho-ten-thieu", "ke-hoach", "latin-1"),
    *(
        "libreoffice-writer-nogui",
        "ls-tree",
        "no-cache",
        "python-docx",
        "rev-parse",
        "utf-16-be",
        "utf-16-le",
        "utf-8",
        "utf-8-sig",
        "x-quoted",
    ),
}
_SAID = re.compile(r"# --> \d+:\d+: (lỗi|cảnh báo) \[([a-z0-9-]+)\] (.*)\n((?:# -->     .*\n)*)")


def _table() -> str:
    """Give a row for each code: how bad it is, one message, one way to mend it."""
    rows: dict[str, str] = {}
    for path in sorted((ROOT / "tests" / "problems").glob("*/*.yaml"), key=_own_case_first):
        for kind, code, message, rest in _SAID.findall(path.read_text(encoding="utf-8")):
            mend = re.search(r"cách sửa: (.*)", rest)
            hint = mend[1] if mend else ""
            rows.setdefault(code, f"| `{code}` | {kind} | {_cell(message)} | {_cell(hint)} |\n")
    return "| mã | | ví dụ | cách sửa |\n|---|---|---|---|\n" + "".join(rows[code] for code in sorted(rows))


def _own_case_first(path: Path) -> tuple[bool, str]:
    return f"[{path.stem}]" not in path.read_text(encoding="utf-8"), path.as_posix()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def test_the_guide_explains_every_code(golden: Callable[[Path, str], None]) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    head, mark, _ = text.partition("nox -s bless -->\n")
    table = _table()

    assert mark
    assert {rule.code for rules in RULES for rule in rules} - _codes(table) == set()
    golden(GUIDE, f"{head}{mark}\n{table}")


def test_the_guide_has_every_code_there_is() -> None:
    """Those of the table above, and those of reading, building and reading back: every such word of the code."""
    known = _codes(GUIDE.read_text(encoding="utf-8"))
    written = {
        word for path in (ROOT / "pipeline").rglob("*.py") if not _OTHER & {*path.parts} for word in _kebab(path)
    }

    assert sorted(written - known - NO_CODES) == []
    assert sorted(NO_CODES - written) == []
    assert len(known) > 150


def _kebab(path: Path) -> Iterator[str]:
    """Give the words with hyphens among a module's texts: codes are of that form."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(_CODE, node.value):
            yield node.value


def _codes(table: str) -> set[str]:
    """Give the codes of a table's first column, several to a row or one."""
    first = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    return {code for cell in first for code in re.findall(r"`([a-z0-9-]+)`", cell)}


@pytest.mark.parametrize("document", [GUIDE, ROOT / "README.md"], ids=["guide", "readme"])
def test_commands_that_people_are_told_exist(document: Path) -> None:
    """As sessions: those need nothing but the two commands that the README begins with."""
    text = document.read_text(encoding="utf-8")
    sessions = set(re.findall(r"nox(?:file\.py)? -s ([a-z-]+)", text))
    tasks = (ROOT / "noxfile.py").read_text(encoding="utf-8")

    assert {"check", "new", "the-thuc"} <= sessions
    assert all(f"def {name}(" in tasks or f'name="{name}"' in tasks for name in sessions)
    assert "python -m pipeline" not in text
