"""A template prints awkward values before it prints any paper: its own faults are told once, with exit code 4."""

from pathlib import Path

import pytest
from conftest import ROOT
from word_templates import before_closing, paragraph, replaced

from pipeline.cli import main as cli
from pipeline.input.sources import Source
from pipeline.kinds.loai.probe import probe_fault
from pipeline.kinds.loai.template import PAPER_FIELDS
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.word.fill import compile_template

BUILD = ["build", "--no-pdf", "--jobs=1", "--data=data", "--templates=templates", "--out=build"]
TEMPLATES = sorted((ROOT / "templates").glob("*.docx"))


def _fault(data: bytes, name: str = "ke-hoach.docx") -> str:
    fields = TONG_HOP.fields if name == "tong-hop.docx" else PAPER_FIELDS
    return probe_fault(compile_template(data, name, fields), data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_templates_print_awkward_values(path: Path) -> None:
    assert _fault(path.read_bytes(), path.name) == ""


@pytest.mark.parametrize(
    "words",
    ["{{ ket_thuc }} {{r ket_thuc }}", "{% if ho_ten == 1 %}a{% endif %}", "{{r ten_don_vi }}{{ ten_don_vi }}"],
)
def test_what_would_go_wrong_for_each_paper_is_found_once(template_source: Source, words: str) -> None:
    """A field printed with and without marks, a condition that is not read back."""
    assert _fault(before_closing(template_source.content, paragraph(words)))


def test_a_build_tells_it_once_and_serve_goes_on(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """For two communes; `mau-word` is the only code."""
    path = repository / "templates" / "ke-hoach.docx"
    path.write_bytes(before_closing(path.read_bytes(), paragraph("{% if ho_ten == 1 %}a{% endif %}")))
    code = cli.main(BUILD)
    said = "".join(capfd.readouterr())

    assert code == 4, said
    assert said.count("in thử bằng mẫu này thì sai") == 1
    assert said.count("lỗi [") == 1


def test_a_broken_package_is_one_line(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = repository / "templates" / "ke-hoach.docx"
    path.write_bytes(replaced(path.read_bytes(), "{%p for dong in trich_yeu %}", "{% for dong in trich_yeu %}"))
    code = cli.main(BUILD)
    said = "".join(capfd.readouterr())

    assert code == 4, said
    assert said.count("phải viết cùng dạng") == 1
