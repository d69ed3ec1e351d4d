"""docs/them-loai-van-ban.md, followed to the letter: two kinds of paper are added without a line of Python."""

import re
import shutil
from pathlib import Path

import docx
import pytest
from conftest import ROOT, edit

from pipeline.cli import main as cli
from pipeline.problem import ExitCode

PAGE = (ROOT / "docs" / "them-loai-van-ban.md").read_text(encoding="utf-8")
HERE = ["--data=data", "--templates=templates", "--out=build"]
STEP = re.compile(
    r"^\d\. (?P<words>[^\n]*)\n\n```(?P<form>\w+)\n(?P<block>.*?)```$|^\d\. (?P<alone>[^\n]*)$",
    re.MULTILINE | re.DOTALL,
)


def _follow(part: str) -> list[ExitCode]:
    """Do the steps of a part of the page, in their order; give the exit codes of its commands."""
    codes: list[ExitCode] = []
    for step in STEP.finditer(part):
        words, block = step["words"] or step["alone"], step["block"] or ""
        names = re.findall(r"`([^`]+)`", words)
        match words.split()[0]:
            case "Tạo":
                Path(names[0]).write_text(block, encoding="utf-8")
            case "Chép":
                Path(names[1]).parent.mkdir(exist_ok=True)
                shutil.copyfile(names[0], names[1])
            case "Mở" if "Word" in words:
                _type_above(Path("data/2026/mau/giay-moi.docx"), names[0], block.splitlines())
            case "Mở":
                edit(names[0], f"\n{names[1]}\n", f"\n{names[1]}\n{block}")
            case _:
                commands = [line.split() for line in block.splitlines()]
                assert all(command[:2] == ["nox", "-s"] for command in commands)
                codes += [ExitCode(cli.main([command[2], *HERE, *command[4:]])) for command in commands]
    return codes


def _type_above(path: Path, line: str, texts: list[str]) -> None:
    """Type paragraphs above a line of a Word file, in the style that the page names, as a person would."""
    made = docx.Document(str(path))
    below = next(each for each in made.paragraphs if each.text == line)
    body = next(each for each in made.paragraphs if each.style and each.style.name == "Nội dung")
    for text in texts:
        below.insert_paragraph_before(text, body.style)
    made.save(str(path))


@pytest.mark.usefixtures("tools")
def test_the_page_adds_two_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("data/2026", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    notice, invitation = PAGE.split("\n## ")[1:3]

    assert _follow(notice) == [ExitCode.DONE, ExitCode.DONE]
    assert _follow(invitation) == [ExitCode.DONE, ExitCode.DONE]

    for part in (notice, invitation):
        made = Path(re.findall(r"`(build/[^`]+\.docx)`", part)[0])
        assert made.is_file()
        assert made.with_suffix(".pdf").is_file()
    said = "\n".join(each.text for each in docx.Document(str(made)).paragraphs)
    assert "Thời gian: 14 giờ 00 phút, ngày 15 tháng 12 năm 2026." in said
    assert "Địa điểm: Phòng họp số 2, Sở Nội vụ tỉnh Thanh Hóa." in said


def test_a_field_that_is_missing_is_asked_for_with_its_place_in_the_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So says the page at its end."""
    for folder in ("data/2026", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    steps = PAGE.split("\n## ")[2].split("5. Kiểm tra")[0]
    _follow(steps)
    edit("data/2026/15148-cam-tu.yaml", "      dia_diem: Phòng họp số 2, Sở Nội vụ tỉnh Thanh Hóa\n", "")

    assert cli.main(["check", *HERE, "2026"]) == ExitCode.DATA
    said = capsys.readouterr().err
    assert "data/2026/15148-cam-tu.yaml:" in said
    assert "thiếu `dia_diem` mà mẫu `giay-moi.docx` in ở đoạn “Địa điểm: {{ dia_diem }}.”" in said
