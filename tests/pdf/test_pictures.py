"""Pictures of pages: made with a changed document, part of what is published, left out on demand."""

import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from conftest import ROOT, SMALL
from PIL import Image

from pipeline.cli import main as cli
from pipeline.jobs import build
from pipeline.pdf.pictures import picture

NAME, DATA = "2024/KH-15142-cam-thach", "data/2024/15142-cam-thach.yaml"
PICTURE = Path(f"build/{NAME}/KH-2024-15142-cam-thach.png")


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the miniature repository as the current folder."""
    shutil.copytree(SMALL / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(command: str, *arguments: str) -> int:
    where = ["--data=data", f"--templates={ROOT / 'templates'}", "--jobs=1"]
    return cli.main([command, *where, *arguments])


@pytest.mark.usefixtures("tools")
def test_a_picture_is_published_shown_proven_and_goes_with_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run("build", "--out=build", "--quiet") == 0
    content = PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 30_000
    assert f'src="{PICTURE.relative_to("build").as_posix()}"' in Path("build/index.html").read_text(encoding="utf-8")
    assert PICTURE.relative_to("build").as_posix() in Path("build/SHA256SUMS").read_text(encoding="utf-8")
    assert _run("verify", "build") == 0

    with monkeypatch.context() as patched:  # An unchanged document is not drawn again.
        patched.setattr(build, "dispatch", lambda batches, _: [1 / 0 for _ in batches])
        assert _run("build", "--out=build", "--quiet") == 0
    PICTURE.write_bytes(b"")
    assert _run("verify", "build") == 6
    assert _run("build", "--out=build", "--quiet") == 0
    assert PICTURE.read_bytes() == content

    Path(DATA).unlink()
    assert _run("build", "--out=build", "--quiet") == 0
    assert not PICTURE.parent.exists()


@pytest.mark.usefixtures("tools")
def test_without_previews_none_is_made_and_later_ones_are() -> None:
    assert _run("build", "15142", "--out=build", "--quiet", "--no-previews") == 0
    assert not PICTURE.exists()
    before = json.loads(PICTURE.with_suffix(".json").read_bytes())["tep"]
    assert _run("build", "15142", "--out=build", "--quiet") == 0
    assert PICTURE.is_file()

    after = json.loads(PICTURE.with_suffix(".json").read_bytes())["tep"]
    assert before.items() <= after.items()


def _pdf(sizes: Sequence[tuple[int, int]]) -> bytes:
    """Make a PDF whose page n has a black square of 50 points, n points from the left."""
    pdf, made = pikepdf.new(), io.BytesIO()
    for number, size in enumerate(sizes, 1):
        page = pdf.add_blank_page(page_size=size)
        page.Contents = pdf.make_stream(f"0 g {number} 10 50 50 re f".encode())
    pdf.save(made)
    return made.getvalue()


def test_the_first_page_is_drawn_and_no_other() -> None:
    drawn = picture(_pdf([(101, 200), (200, 100)]))
    image = Image.open(io.BytesIO(drawn))

    assert (image.mode, image.size) == ("L", (81, 160))
    assert [image.getpixel(place) for place in ((70, 10), (20, 140))] == [255, 0]  # white paper, black square
