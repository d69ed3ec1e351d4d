"""The rules about the code itself: who may import whom, how long a module is; read from its syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
NAMES = {path: ".".join(path.relative_to(ROOT / "pipeline").with_suffix("").parts) for path in MODULES}
GROUND = {"__init__", "problem", "vietnamese", "emphasis", "files"}
PROVIDERS = {"kinds.van_ban", "kinds.bang_tieu_chi", "kinds.noi_dung", "kinds.xep_hang", "kinds.kind"}
# What a module may import, by the longest name in this list that begins its own; every module may import its own wing
# (of kinds its own kind) and the ground.
MAY_IMPORT: dict[str, set[str]] = {
    **{name: set[str]() for name in (*GROUND, "input", "word", "pdf")},
    "the_thuc": {"input", "word.package"},
    "verify": {"the_thuc", "pdf.text", "pdf.names", "word.package"},
    "output": {"input", "pdf.signed", "pdf.names"},
    "kinds.kind": {"output", "verify", "word"},
    "kinds.van_ban": {"input", "the_thuc", "verify"},
    "kinds.bang_tieu_chi": {"input", "kinds.van_ban", "verify", "word"},
    "kinds.noi_dung": {"input", "kinds.bang_tieu_chi", "kinds.van_ban", "word"},
    "kinds.xep_hang": {"kinds.bang_tieu_chi", "kinds.van_ban"},
    "kinds": {"input", "word", "pdf", "the_thuc", "verify", "output", *PROVIDERS},
    "kinds.__init__": {"kinds"},
    "authoring": {"input", "word", "pdf", "the_thuc", "verify", "output", "kinds"},
    "forms": {"input", "word", "pdf", "the_thuc", "verify", "output", "kinds", "authoring"},
    "jobs": {"input", "word", "pdf", "the_thuc", "verify", "output", "kinds"},
    "cli": {"input", "word", "pdf", "the_thuc", "verify", "output", "kinds", "authoring", "forms", "jobs"},
    "__main__": {"cli.main"},
}
ONLY_IN = {
    "docxtpl": {"word.fill"},
    "xlsxwriter": {"kinds.tong_hop", "forms.write"},
    "ruamel": {"authoring", "input"},
    "jinja2": {"word.asked", "word.fill", "word.language", "output.page"},
    "pikepdf": {"pdf", "verify"},
    "pyhanko": {"pdf.signatures"},
    "pyhanko_certvalidator": {"pdf.signatures"},
    "subprocess": {"pdf.convert", "pdf.office", "output.git_days"},
    "tempfile": {"files", "pdf.scratch"},
}


def _imports(tree: ast.AST) -> Iterator[str]:
    """Give the names of imported modules; of `from a import b` both a and a.b, since b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, places: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{place}.") for place in places)


def _own(name: str) -> str:
    """Give the wing of a module, of a kind the kind."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "kinds" and len(parts) > 2 else parts[0]


def _strangers(name: str, tree: ast.AST) -> list[str]:
    """Give what a module imports of the pipeline beyond what the rules allow it."""
    ours = [each.removeprefix("pipeline.") for each in _imports(tree) if each.startswith("pipeline.")]
    rule = max((place for place in MAY_IMPORT if _within(name, {place})), key=len)
    allowed = {_own(name), *MAY_IMPORT[rule], *(GROUND if rule not in GROUND else {*GROUND} - {"files"})}
    return [each for each in ours if not _within(each, allowed) and each != "VERSION"]


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_imports_follow_the_rules_between_wings(path: Path) -> None:
    assert _strangers(NAMES[path], ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("verify.paper", "from pipeline.word.fill import fill"),
        ("verify.pdf", "from pipeline.pdf import normalise"),
        ("verify.pdf", "from pipeline.kinds.loai.prepare import prepare"),
        ("the_thuc.check", "from pipeline.output.folder import OutputError"),
        ("output.folder", "from pipeline.kinds.loai.unit import UnitData"),
        ("kinds.tong_hop.listing", "from pipeline.kinds.loai.unit import UnitData"),
        ("jobs.render", "import pipeline.cli.report"),
        ("jobs.render", "from pipeline.forms.read import Reply"),
        ("authoring.new", "from pipeline.forms.layout import Form"),
        ("problem", "from pipeline.input import load"),
    ],
)
def test_an_import_against_the_rules_is_found(name: str, planted: str) -> None:
    assert len(_strangers(name, ast.parse(planted))) == 1


def test_there_is_something_to_check() -> None:
    imported = [each for path in MODULES for each in _imports(ast.parse(path.read_text(encoding="utf-8")))]

    assert len(MODULES) > 80
    assert sum(each.startswith("pipeline.") for each in imported) > 300


def test_nothing_is_left_in_the_corridor() -> None:
    assert {path.stem for path in (ROOT / "pipeline").glob("*.py")} == {*GROUND, "__main__"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_each_tool_has_one_user(path: Path) -> None:
    for name in {name.partition(".")[0] for name in _imports(ast.parse(path.read_text(encoding="utf-8")))}:
        assert name not in ONLY_IN or _within(NAMES[path], ONLY_IN[name]), name


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_points_are_never_floats() -> None:
    """No float literal, no float() in kinds: binary fractions cannot hold 0,1. Excel's numbers are doubles (sheet)."""
    places = [path for path in MODULES if _within(NAMES[path], {"kinds", "vietnamese"})]
    exact = [path for path in places if NAMES[path] != "kinds.tong_hop.sheet"]
    found = [
        (NAMES[path], node.lineno)
        for path in exact
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert len(exact) > 15
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_no_stage_reads_a_clock(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    if NAMES[path] != "cli.doctor":
        assert not re.search(r"\b(now|today|utcnow|time\.time)\(", text)


def test_keys_of_the_form_have_two_syllables_or_more() -> None:
    """“ho” may be hộ, họ or hồ."""
    models = [
        node
        for path in (ROOT / "pipeline" / "kinds").glob("*/model.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and not {ast.unparse(base) for base in node.bases} & {"NamedTuple", "Protocol"}
    ]
    keys = {
        field.target.id
        for model in models
        for field in model.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }

    assert len(keys) > 30
    assert {key for key in keys if "_" not in key} - {"ngay", "thang", "nam"} == set()
