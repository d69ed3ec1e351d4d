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
from pipeline.pdf.pictures import MOST_PAGES, previews

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


def test_every_page_is_drawn_in_its_order() -> None:
    first, others = (Image.open(io.BytesIO(each)) for each in previews(_pdf([(100, 200), (100, 200), (200, 100)])))

    assert (first.mode, first.size, others.size) == ("L", (80, 160), (160, 160 + 6 + 80))
    # White paper, black square, grey between the pages, white beside the narrow one.
    assert [first.getpixel(place) for place in ((70, 10), (20, 140))] == [255, 0]
    assert [others.getpixel(place) for place in ((70, 10), (20, 140), (20, 163), (159, 10))] == [255, 0, 204, 255]
    assert others.getpixel((20, 160 + 6 + 60)) == 0


def test_a_single_page_has_no_others_and_of_many_the_last_are_left_out() -> None:
    assert previews(_pdf([(100, 100)]))[1] == b""
    _, others = previews(_pdf([(10, 10)] * (MOST_PAGES + 5)))

    assert Image.open(io.BytesIO(others)).size == (8, (MOST_PAGES - 1) * (8 + 6) - 6)
