"""An origin names what shapes a document: its code, rules, units and libraries, no more and no less."""

import ast
import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.output import origin
from pipeline.output.origin import shaping_files

PACKAGE = ROOT / "pipeline"


def _closure(*starts: str) -> set[str]:
    """Give the modules that some modules import, directly or not, as paths below the package."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        path = PACKAGE / Path(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if not path.is_file() or path.relative_to(PACKAGE).as_posix() in found:
            continue
        found.add(path.relative_to(PACKAGE).as_posix())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (module := str(node.module)).startswith("pipeline."):
                inside = module.removeprefix("pipeline.")
                waiting += [inside, *(f"{inside}.{alias.name}" for alias in node.names)]
    return found


def _named(kind: str) -> set[str]:
    paths = {*shaping_files(), *(shaping_files(kind) if kind else ())}
    return {path.relative_to(PACKAGE).as_posix() for path in paths}


@pytest.mark.parametrize("kind", ["", "tong_hop"], ids=["kinds from data", "tong_hop"])
def test_all_code_that_makes_a_document_is_in_its_origin(kind: str) -> None:
    used = _closure("jobs.render", *([f"kinds.{kind}.kind"] if kind else []))

    assert len(used) > 50
    assert used - _named(kind) == set()


def test_no_other_code_is_in_the_origin_of_a_kind_from_data() -> None:
    code = {name for name in _named("") if name.endswith(".py") and not name.endswith("__init__.py")}
    # It compares communes, and lies among the rules about one.
    across = {"kinds/bang_tieu_chi/checks/across.py"}

    assert code - _closure("jobs.render") - across == set()


CHANGED = (
    ("pdf/convert.py", True),
    ("the_thuc/rules.yaml", True),
    ("input/units.tsv", True),
    ("kinds/loai/prepare.py", True),
    ("kinds/noi_dung/present.py", True),
    ("kinds/xep_hang/ranking.py", True),
    ("kinds/bang_tieu_chi/present.py", True),
    ("kinds/van_ban/present.py", True),
    ("jobs/render.py", True),
    ("cli/serve.py", False),
    ("output/page/trang.css", False),
    ("output/catalogue.py", False),
    ("kinds/tong_hop/listing.py", False),
    ("authoring/sample.py", False),
    ("README.md", False),
)


@pytest.mark.parametrize(("name", "counts"), CHANGED, ids=[name for name, _ in CHANGED])
def test_a_change_of_a_file_counts_when_it_shapes_documents(name: str, tmp_path: Path, *, counts: bool) -> None:
    shutil.copytree(PACKAGE, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    ask = [sys.executable, "-c", "from pipeline.output.origin import code_digest; print(code_digest())"]
    before = subprocess.run(ask, cwd=tmp_path, capture_output=True, check=True).stdout
    with (tmp_path / "pipeline" / name).open("a", encoding="utf-8") as file:
        file.write("# another line\n")

    assert (subprocess.run(ask, cwd=tmp_path, capture_output=True, check=True).stdout != before) == counts


@pytest.mark.parametrize("library", ["lxml", "docxtpl", "pydantic"])
def test_a_librarys_version_counts(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = importlib.metadata.version

    def other(name: str) -> str:
        return "0" if name == library else asked(name)

    before = origin.code_digest()
    with monkeypatch.context() as patched:
        patched.setattr(importlib.metadata, "version", other)
        _forget()
        changed = origin.code_digest()
    _forget()

    assert changed != before
    assert origin.code_digest() == before


def _forget() -> None:
    origin.code_digest.cache_clear()
    origin._shared_digest.cache_clear()
