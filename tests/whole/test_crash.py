"""Kill the build anywhere: one more plain run gives the folder of an undisturbed build."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from years import small_sources

from pipeline.cli import main as cli
from pipeline.jobs.dispatch import Batch, Job, dispatch
from pipeline.jobs.render import Common, Result, Task
from pipeline.jobs.workers import Workers

posix_only = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and /proc")
KILLS, KILLS_WITH_PDF = 50, 6


def _command(data: Path, out: Path, *more: str) -> list[str]:
    return ["build", f"--data={data}", f"--templates={ROOT / 'templates'}", f"--out={out}", "--quiet", *more]


def _tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _kill_after(seconds: float, arguments: list[str], tmp: Path) -> bool:
    """Start a build and kill it after a while; tell whether it was still at work."""
    environment = {**os.environ, "TMPDIR": str(tmp)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def _at_work(tmp: Path) -> Iterator[str]:
    """Give the command lines of processes that work below a temporary folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(tmp) in line:
            yield line.replace("\0", " ")


@posix_only
def test_a_build_killed_at_random_moments_is_mended_by_the_next(tmp_path: Path) -> None:
    data, tmp = tmp_path / "data", tmp_path / "tmp"
    tmp.mkdir()
    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "10", str(data)]) == 0
    start = time.monotonic()
    assert _kill_after(600, _command(data, tmp_path / "undisturbed", "--no-pdf"), tmp) is False
    whole = time.monotonic() - start
    expected = _tree(tmp_path / "undisturbed")
    chance = random.Random(2023)  # noqa: S311 - moments, not secrets
    killed = tries = 0
    while killed < KILLS:
        tries += 1
        assert tries < 10 * KILLS
        out = tmp_path / "out"
        start = time.monotonic()
        if _kill_after(chance.uniform(whole * 0.3, whole), _command(data, out, "--no-pdf"), tmp):
            killed += 1
        else:  # It was done before: the machine has less to do than a while ago.
            whole = min(whole, time.monotonic() - start)
        assert cli.main(_command(data, out, "--no-pdf", "--jobs=1")) == 0
        assert _tree(out) == expected
        shutil.rmtree(out)

    assert len(expected) == 10 * (3 * 3 + 1) + 3 + 10  # a unit has three papers and a page; one paper is about all


@posix_only
@pytest.mark.usefixtures("tools")
def test_a_build_with_pdf_killed_leaves_nothing_at_work_and_is_mended(tmp_path: Path) -> None:
    data, tmp, out = tmp_path / "data", tmp_path / "tmp", tmp_path / "out"
    tmp.mkdir()
    shutil.copytree(SMALL / "data", data)
    start = time.monotonic()
    assert _kill_after(600, _command(data, tmp_path / "undisturbed", "--jobs=2"), tmp) is False
    whole = time.monotonic() - start
    expected = _tree(tmp_path / "undisturbed")
    chance = random.Random(30)  # noqa: S311 - moments, not secrets
    for number in range(KILLS_WITH_PDF):
        jobs = f"--jobs={1 + number % 2}"
        _kill_after(chance.uniform(whole * 0.4, whole), _command(data, out, jobs), tmp)
        deadline = time.monotonic() + 20
        while left := list(_at_work(tmp)):
            assert time.monotonic() < deadline, left
        assert cli.main(_command(data, out)) == 0
        assert _tree(out) == expected
        shutil.rmtree(out)


def _poisoned(_: Common, tasks: list[Task]) -> list[Result]:
    """Render nothing, and die over one commune."""
    if any("cam-thach" in source.path for task in tasks for source in task.sources):
        os.kill(os.getpid(), signal.SIGKILL)
    return [Result(task.name, task.path, ()) for task in tasks]


class _Poisoned(ProcessPoolExecutor):
    """A pool whose workers run _poisoned in place of the stages."""

    def submit(self, _: object, /, *arguments: object, **__: object) -> Future[list[Result]]:  # type: ignore[override]
        return super().submit(_poisoned, *arguments)  # type: ignore[arg-type]


@posix_only
def test_a_document_that_kills_its_worker_is_reported_and_the_rest_goes_on() -> None:
    paths = sorted((SMALL / "data" / "2024").glob("1*.yaml"))
    jobs = tuple(Job(f"2024/KH-{path.stem}", path.as_posix(), (path,)) for path in paths)
    common = Common(small_sources(), "ke-hoach", "", None)

    def start() -> Executor:
        return _Poisoned(2)

    results = list(dispatch([Batch(common, jobs), Batch(common, jobs[:1])], Workers(start, lambda: 2)))
    codes = sorted((result.name, *(problem.code for problem in result.problems)) for result in results)

    assert codes == [
        *[("2024/KH-15127-phong-son",)] * 2,
        ("2024/KH-15142-cam-thach", "tien-trinh-chet"),
    ]


@posix_only
@pytest.mark.usefixtures("tools")
def test_ctrl_c_ends_a_build_with_all_its_processes_at_once(tmp_path: Path) -> None:
    data, tmp, out = tmp_path / "data", tmp_path / "tmp", tmp_path / "out"
    tmp.mkdir()
    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "60", str(data)]) == 0
    command = [sys.executable, "-m", "pipeline", *_command(data, out, "--jobs=2")]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp)}, stderr=subprocess.PIPE, start_new_session=True
    ) as build:
        # LibreOffice is at work by then, and has some 20 s more to go.
        with pytest.raises(subprocess.TimeoutExpired):
            build.wait(5)
        start = time.monotonic()
        os.killpg(build.pid, signal.SIGINT)
        said = build.communicate(timeout=60)[1].decode()

    assert build.returncode == 130
    assert time.monotonic() - start < 10
    assert said == "đã ngắt; các văn bản đã xong vẫn nguyên\n"
    assert list(tmp.iterdir()) == []
    deadline = time.monotonic() + 10
    while left := list(_at_work(tmp)):
        assert time.monotonic() < deadline, left
