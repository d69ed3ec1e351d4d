"""What lies in a data folder and is not read is named; nothing published of it is withdrawn."""

import shutil
from pathlib import Path

import pytest

from pipeline.cli import main as cli
from pipeline.input.strays import stray_problems
from pipeline.problem import Severity

WHERE = ["--data=data", "--templates=templates", "--out=build", "--no-pdf", "--quiet"]
FILE, DOCUMENT = (
    Path("data/2024/15142-cam-thach.yaml"),
    Path("build/2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.docx"),
)


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("name", ["15142-cam-thach.yml", "15142-cam-thach.YAML", "15142-cam-thach.yaml.txt"])
def test_a_file_under_another_ending_is_named_and_keeps_its_document(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", *WHERE]) == 0
    before = DOCUMENT.read_bytes()
    FILE.rename(FILE.with_name(name))
    assert cli.main(["check", "--data=data"]) == 1
    assert "[tep-khong-doc]" in capsys.readouterr().err
    assert cli.main(["build", *WHERE]) == 1

    said = capsys.readouterr().err
    assert f"data/2024/{name}" in said
    assert "`15142-cam-thach.yaml`" in said
    assert DOCUMENT.read_bytes() == before
    FILE.with_name(name).rename(FILE)
    assert cli.main(["build", *WHERE]) == 0
    assert "tep-khong-doc" not in Path("build/index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("repository")
def test_a_year_under_another_name_keeps_its_documents(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", *WHERE]) == 0
    before = DOCUMENT.read_bytes()
    shutil.copytree("data/2024", "data/2025")
    Path("data/2024").rename("data/nam-2024")
    assert cli.main(["build", *WHERE]) != 0

    assert "đổi tên thư mục thành `2024`" in capsys.readouterr().err
    assert DOCUMENT.read_bytes() == before


def test_other_files_are_a_warning_and_those_that_belong_there_are_none(tmp_path: Path) -> None:
    for name in ("README.md", "x.schema.json", ".gitkeep", "2024/a.yaml", "2024/README.md", "2024/commune.schema.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(stray_problems(tmp_path)) == []
    for name in ("ghi-chu.docx", "2024/bang.xlsx", "2024/cu/a.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert [(Path(each.place.path).name, each.severity) for each in stray_problems(tmp_path)] == [
        ("bang.xlsx", Severity.WARNING),
        ("cu", Severity.ERROR),
        ("ghi-chu.docx", Severity.WARNING),
    ]
