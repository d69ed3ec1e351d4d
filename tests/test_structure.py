"""The rules of pipeline/README.md about the code itself, read from its syntax trees."""

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT

MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
NAMES = {path: ".".join(path.relative_to(ROOT / "pipeline").with_suffix("").parts) for path in MODULES}
OURS = {f"pipeline.{name}" for name in NAMES.values()}

# Who may import whom below pipeline/: a module not listed here imports only the base.
BASE = {"problem", "vietnamese", "emphasis", "model", "decode", "load"}
ALLOWED: dict[str, set[str]] = {
    "problem": set(),
    "vietnamese": set(),
    "emphasis": set(),
    "decode": {"problem"},
    "load": {"decode", "problem"},
    "model": {"emphasis", "problem", "vietnamese"},
    "fonts": {"vietnamese"},
    "tools": {"fonts", "problem"},
    "convert": {"fonts", "tools"},
    "sources": set(),
    "checks.rule": set(),
    "checks.criteria": {"checks.rule"},
    "checks.dates": {"checks.criteria", "checks.rule"},
    "checks.identity": {"checks.rule", "units"},
    "checks.letters": {"checks.rule"},
    "checks.people": {"checks.rule"},
    "checks.across": {"checks.rule", "checks.targets"},
    "checks.targets": {"checks.rule"},
    "checks.__init__": {
        f"checks.{name}" for name in ("across", "criteria", "dates", "identity", "letters", "people", "rule", "targets")
    },
    "read": {"checks", "checks.rule", "parse", "sources", "totals"},
    "normalise": {"fields"},
    "preview": set(),
    "fields": {"paper", "pdftext"},
    "serve": set(),
    "signed": set(),
    "present": {"totals"},
    "vet": set(),
    "fill": {"listing", "package", "present", "vet"},
    "paper": {"parts"},
    "parts": set(),
    "pdftext": set(),
    "verify": {
        "the_thuc.check",
        "paper",
        "pdftext",
        "present",
        "verify_docx",
        "verify_fields",
        "verify_pdf",
        "verify_pdfa",
    },
    "verify_docx": {"paper", "parts", "present"},
    "verify_pdf": {"paper", "parts", "pdftext", "verify_docx", "verify_fonts"},
    "verify_listing": {"listing", "paper", "verify"},
    "verify_fonts": {"fonts", "pdftext"},
    "verify_pdfa": {"paper"},
    "verify_fields": {"fields", "paper", "pdftext", "verify_docx"},
    "record": {"present", ""},
    "render": {
        *(
            "convert",
            "fill",
            "normalise",
            "paper",
            "parse",
            "present",
            "preview",
            "read",
            "record",
            "sources",
            "tools",
            "totals",
            "verify",
            "verify_docx",
        ),
    },
    "summary": {"read", "sources", "totals", "units"},
    "listing": {"summary"},
    "sheet": {"summary"},
    "workbook": {"checks.targets", "package", "sheet", "summary"},
    "summaries": {
        *(
            "atomic",
            "convert",
            "fill",
            "listing",
            "normalise",
            "publish",
            "read",
            "record",
            "render",
            "sources",
            "summary",
            "published",
        ),
        *("tools", "verify_listing", "workbook"),
    },
    "sample": {"atomic", "canonical", "read", "schema", "sources"},
    "renew": {"atomic", "canonical", "read", "schema", "sources"},
    "recheck": {
        *("", "paper", "present", "published", "read", "record", "render", "signed", "sources", "verify"),
        "verify_docx",
    },
    "cluster": {"record", "render", "sources", "tools", "workers"},
    "workers": {"convert", "render", "sources"},
    "dispatch": {"render", "sources", "workers"},
    "atomic": set(),
    "published": {"atomic", "shape", "signed", "sources"},
    "shape": set(),
    "publish": {"atomic", "published"},
    "release": {"archive", "published"},
    "units": set(),
    "schema": {"atomic", "parse", "sources"},
    "canonical": {"atomic", "schema", "sources"},
    "doctor": {"convert", "fonts", "tools", ""},
    "report": {"formats", "render", "review"},
    "formats": {""},
    "review": {"checks", "checks.across", "checks.rule", "checks.targets", "read", "sources", "units"},
    "arguments": {"formats", "sample", ""},
    "page.__init__": {"changes", "page.guide", "page.row", "published"},
    "page.guide": set(),
    "page.row": {"published", "sources"},
    "history": set(),
    "archive": {"published"},
    "catalogue": {
        *("archive", "atomic", "history", "page", "page.row", "publications", "publish", "published", "sources"),
    },
    "changes": {"atomic"},
    "publications": {"changes", "publish", "published", "read", "sources"},
    "the_thuc.__init__": set(),
    "the_thuc.finding": set(),
    "the_thuc.widths": set(),
    "the_thuc.drawn": set(),
    "the_thuc.rules": set(),
    "the_thuc.opened": {"package"},
    "the_thuc.properties": {"the_thuc.opened"},
    "the_thuc.lists": {"the_thuc.opened", "the_thuc.properties"},
    "the_thuc.formats": {"the_thuc.opened", "the_thuc.properties"},
    "the_thuc.document": {"the_thuc.finding", "the_thuc.formats"},
    "the_thuc.pages": {"the_thuc.document", "the_thuc.formats", "the_thuc.opened", "the_thuc.properties"},
    "the_thuc.read": {
        *("the_thuc.document", "the_thuc.drawn", "the_thuc.finding", "the_thuc.formats", "the_thuc.lists"),
        *("the_thuc.opened", "the_thuc.pages", "the_thuc.properties"),
    },
    "the_thuc.closing": {"the_thuc.document"},
    "the_thuc.opening": {"the_thuc.document", "the_thuc.rules"},
    "the_thuc.recognise": {"the_thuc.closing", "the_thuc.document", "the_thuc.opening"},
    **{
        f"the_thuc.{name}": {"the_thuc.document", "the_thuc.finding", "the_thuc.recognise", "the_thuc.rules", *more}
        for name, more in {
            "whole": (),
            "letters": (),
            "head": ("the_thuc.opening",),
            "lines": ("the_thuc.opening", "the_thuc.widths"),
            "body": (),
            "closing_forms": ("the_thuc.closing",),
        }.items()
    },
    "the_thuc.check": {
        *("the_thuc.body", "the_thuc.closing_forms", "the_thuc.head", "the_thuc.letters", "the_thuc.lines"),
        *("the_thuc.document", "the_thuc.finding", "the_thuc.opened", "the_thuc.read", "the_thuc.recognise"),
        *("the_thuc.rules", "the_thuc.whole"),
    },
    "the_thuc.annotate": {"package", "the_thuc.finding"},
    "the_thuc.command": {
        *("atomic", "publish", "report", "the_thuc.annotate", "the_thuc.check", "the_thuc.finding", "the_thuc.opened"),
    },
    "cli": {
        "arguments",
        "build",
        "canonical",
        "cluster",
        "doctor",
        "publish",
        "recheck",
        "release",
        "renew",
        "report",
        "review",
        "sample",
        "schema",
        "serve",
        "sources",
        "the_thuc.command",
        "tools",
        "workers",
        "",
    },
    "build": {
        "catalogue",
        "dispatch",
        "publications",
        "publish",
        "published",
        "read",
        "record",
        "render",
        "sources",
        "summaries",
        "tools",
        "workers",
    },
    "__main__": {"cli"},
}
ONLY_IN = {
    "docxtpl": {"fill"},
    "xlsxwriter": {"sheet", "workbook"},
    "ruamel": {"canonical", "load", "renew"},
    "jinja2": {"fill", "page.__init__"},
    "pikepdf": {"fields", "normalise", "pdftext", "verify", "verify_fields", "verify_pdfa"},
    "subprocess": {"convert", "history", "tools"},
    "tempfile": {"atomic", "convert", "normalise"},
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules = {f"{node.module}.{alias.name}" for alias in node.names} & OURS
            found |= modules or {str(node.module)}
    return found


def test_there_are_modules() -> None:
    assert len(MODULES) >= 20


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_imports_go_one_way(path: Path) -> None:
    ours = {name.partition(".")[2] for name in _imports(path) if name.partition(".")[0] == "pipeline"}
    ours = {"" if name == "VERSION" else name for name in ours}
    allowed = ALLOWED.get(NAMES[path], set()) | (
        BASE if NAMES[path] not in {"problem", "vietnamese", "emphasis", "decode", "load", "model"} else set()
    )

    assert ours - allowed == set()


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_each_tool_has_one_user(path: Path) -> None:
    for name in {name.partition(".")[0] for name in _imports(path)} & set(ONLY_IN):
        assert NAMES[path] in ONLY_IN[name], name


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("name", ["totals", "model", "present", "checks/criteria", "checks/targets", "vietnamese"])
def test_points_are_never_floats(name: str) -> None:
    """No float literal, no float(): binary fractions cannot hold 0,1."""
    tree = ast.parse((ROOT / "pipeline" / f"{name}.py").read_text(encoding="utf-8"))
    literals = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "float"]

    assert literals + names == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES.__getitem__)
def test_no_stage_reads_a_clock(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    if NAMES[path] != "doctor":
        assert not re.search(r"\b(now|today|utcnow|time\.time)\(", text)


def test_keys_of_the_form_have_two_syllables_or_more() -> None:
    """“ho” may be hộ, họ or hồ."""
    text = (ROOT / "pipeline" / "model.py").read_text(encoding="utf-8")
    models = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef) and "_Keys" in ast.unparse(node)
    ]
    keys = {
        field.target.id
        for model in models
        for field in model.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }

    assert len(keys) > 30
    assert {key for key in keys if "_" not in key} == set()
