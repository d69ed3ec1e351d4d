"""A real scheduler and two real workers on this machine's loopback."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import pytest
from conftest import ROOT

from pipeline.cli import main as cli
from pipeline.jobs.cluster import Look, _code, _fault, cluster_workers, look
from pipeline.jobs.dispatch import Batch, _take_done
from pipeline.jobs.workers import local_workers
from pipeline.problem import MissingToolError

pytest.importorskip("distributed")


LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


def _start(folder: Path, code: Path, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(code), "TMPDIR": str(folder), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(folder / "scheduler.json")]
    log = (folder / f"{module}.log").open("ab")
    with log:
        return subprocess.Popen([*command, *arguments], cwd=folder, env=environment, stdout=log, stderr=log)


def _worker(folder: Path, code: Path) -> subprocess.Popen[bytes]:
    return _start(folder, code, "dask_worker", "--nthreads", "1", "--no-nanny", *LOCAL)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler, and its two workers, one thread each."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    scheduler = _start(folder, ROOT, "dask_scheduler", "--port", "0", *LOCAL)
    workers = [_worker(folder, ROOT) for _ in range(2)]
    try:
        yield _address(folder, len(workers)), workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _address(folder: Path, count: int) -> str:
    """Wait until the workers are there, by asking the scheduler."""
    script = (
        "import sys; from distributed import Client\n"
        "client = Client(scheduler_file=sys.argv[1], timeout=60)\n"
        "client.wait_for_workers(int(sys.argv[2]), timeout=60); client.close()"
    )
    command = [sys.executable, "-c", script, str(folder / "scheduler.json"), str(count)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    address: str = json.loads((folder / "scheduler.json").read_text(encoding="utf-8"))["address"]
    return address


def _docx(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*/*/*.docx"))}


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.usefixtures("tools")
def test_a_killed_worker_costs_no_document(cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path) -> None:
    address, workers = cluster
    data = tmp_path / "data"
    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "4", str(data)]) == 0
    arguments = ["build", f"--data={data}", "--quiet"]
    build = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments, f"--out={tmp_path / 'out'}", f"--scheduler={address}"], cwd=ROOT
    )
    # Each worker makes such a folder for its LibreOffice, and takes it away when that is done.
    while not (busy := [each for each in workers if [*(tmp_path / "cluster").glob(f"ke-hoach-{each.pid}-*")]]):
        with pytest.raises(subprocess.TimeoutExpired):
            build.wait(0.02)
    busy[0].send_signal(signal.SIGKILL)

    assert build.wait(180) == 0
    assert cli.main([*arguments, f"--out={tmp_path / 'alone'}", "--no-pdf"]) == 0
    assert len(_docx(tmp_path / "out")) == 4 * 3 + 1  # three papers a commune, the ranking of all
    assert _docx(tmp_path / "out") == _docx(tmp_path / "alone")
    assert len(list((tmp_path / "out").glob("*/*/*.pdf"))) == 4 * 3 + 1


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.jobs.cluster._CONNECT_SECONDS", 1)

    assert cli.main(["build", f"--out={tmp_path}", "--scheduler=tcp://127.0.0.1:9", "--no-pdf"]) == 2


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Look("0", "LibreOffice 7, Tinos 1"), "mã nguồn khác"),
        (("0", "LibreOffice 7, Tinos 1"), "mã nguồn khác"),
        (ModuleNotFoundError("pipeline.jobs.cluster"), "mã nguồn khác"),
        (Look(_code(), "LibreOffice 8, Tinos 1"), "có LibreOffice 8, Tinos 1, máy khác có LibreOffice 7, Tinos 1"),
        (Look(_code(), missing="thiếu LibreOffice"), "thiếu LibreOffice"),
        (Look(_code(), "LibreOffice 7, Tinos 1"), ""),
    ],
)
def test_a_worker_with_other_code_or_tools_is_named(found: object, said: str) -> None:
    fault = _fault("tcp://c", found, "LibreOffice 7, Tinos 1")

    assert said in fault
    assert ("tcp://c" in fault) == bool(said)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_comes_later_is_looked_at_before_it_gets_work(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """One with other code comes, the good ones leave: the build waits for the next good one."""
    address, workers = cluster
    other = tmp_path / "other"
    shutil.copytree(ROOT / "pipeline", other / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "pipeline" / "kinds" / "bang_tieu_chi" / "totals.py").open("a", encoding="utf-8") as file:
        file.write("# a later version\n")
    made, _ = cluster_workers(address, with_pdf=False)
    with contextlib.closing(made):
        assert made.slots() == 2
        workers.append(_worker(tmp_path / "cluster", other))
        _address(tmp_path / "cluster", 3)
        assert made.slots() == 2
        for worker in workers[:2]:
            worker.kill()
            worker.wait()
        workers.append(_worker(tmp_path / "cluster", ROOT))

        assert made.slots() >= 1
        with made.start() as executor:
            codes = {future.result(60) for future in [executor.submit(_code) for _ in range(8)]}
    assert codes == {_code()}


def test_a_cluster_of_other_code_alone_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    (tmp_path / "pipeline").mkdir()
    scheduler = _start(folder, ROOT, "dask_scheduler", "--port", "0", *LOCAL)
    worker = _worker(folder, tmp_path)
    try:
        address = _address(folder, 1)
        code = cli.main(["build", f"--out={tmp_path / 'out'}", f"--scheduler={address}", "--no-pdf"])
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()

    assert code == 3
    assert "chạy mã nguồn khác" in capsys.readouterr().err


def test_a_worker_tells_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingToolError("thiếu LibreOffice")

    monkeypatch.setattr("pipeline.jobs.cluster.office", missing)

    assert look(True) == Look(_code(), missing="thiếu LibreOffice")  # noqa: FBT003 - as Dask calls it
    assert look(False) == Look(_code())  # noqa: FBT003


def test_a_batch_that_the_cluster_cancels_is_lost_and_not_the_build() -> None:
    """Dask cancels a task when its worker dies at the wrong moment."""
    future: Future[Any] = Future()
    future.cancel()
    future.set_running_or_notify_cancel()
    batch = cast("Batch", object())

    assert _take_done({future: batch}, local_workers(1, 1)) == ([], [batch])
