"""A real scheduler and two real workers on this machine's loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline import cli
from pipeline.cluster import _agreed, look
from pipeline.problem import MissingToolError, UsageError
from pipeline.record import code_digest

pytest.importorskip("distributed")


def _start(folder: Path, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(folder / "scheduler.json")]
    log = (folder / f"{module}.log").open("ab")
    with log:
        return subprocess.Popen([*command, *arguments], cwd=folder, env=environment, stdout=log, stderr=log)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler, and its two workers, one thread each."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = _start(folder, "dask_scheduler", "--port", "0", *local)
    workers = [_start(folder, "dask_worker", "--nthreads", "1", "--no-nanny", *local) for _ in range(2)]
    try:
        yield _address(folder, workers), workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _address(folder: Path, workers: list[subprocess.Popen[bytes]]) -> str:
    """Wait until both workers are there, by asking the scheduler."""
    script = (
        "import sys; from distributed import Client\n"
        "client = Client(scheduler_file=sys.argv[1], timeout=60)\n"
        "client.wait_for_workers(int(sys.argv[2]), timeout=60); client.close()"
    )
    command = [sys.executable, "-c", script, str(folder / "scheduler.json"), str(len(workers))]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    address: str = json.loads((folder / "scheduler.json").read_text(encoding="utf-8"))["address"]
    return address


def _docx(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.docx"))}


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.usefixtures("tools")
def test_a_killed_worker_costs_no_document(cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path) -> None:
    address, workers = cluster
    data = tmp_path / "data"
    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "12", str(data)]) == 0
    arguments = ["build", f"--data={data}", "--quiet"]
    build = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments, f"--out={tmp_path / 'out'}", f"--scheduler={address}"], cwd=ROOT
    )
    # Both workers are at their LibreOffice by then; the build needs some seconds more.
    with pytest.raises(subprocess.TimeoutExpired):
        build.wait(4)
    workers[0].send_signal(signal.SIGKILL)

    assert build.wait(180) == 0
    assert cli.main([*arguments, f"--out={tmp_path / 'alone'}", "--no-pdf"]) == 0
    assert len(_docx(tmp_path / "out")) == 12
    assert _docx(tmp_path / "out") == _docx(tmp_path / "alone")
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == 12


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster._CONNECT_SECONDS", 1)

    assert cli.main(["build", f"--out={tmp_path}", "--scheduler=tcp://127.0.0.1:9", "--no-pdf"]) == 2


def test_workers_with_other_code_or_tools_are_refused_by_name() -> None:
    mine = code_digest()
    good = {"tcp://a": (mine, "LibreOffice 7, Tinos 1"), "tcp://b": (mine, "LibreOffice 7, Tinos 1")}

    assert _agreed(good) == "LibreOffice 7, Tinos 1"
    for other, said in (
        (("0", "LibreOffice 7, Tinos 1"), "tcp://c.*mã nguồn khác"),
        ((mine, "LibreOffice 8, Tinos 1"), "tcp://c.*LibreOffice 8"),
        ((mine, "✗ thiếu LibreOffice"), "tcp://c.*thiếu LibreOffice"),
    ):
        with pytest.raises(MissingToolError, match=said):
            _agreed({**good, "tcp://c": other})
    with pytest.raises(UsageError, match="chưa có máy nào"):
        _agreed({})


def test_a_worker_tells_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingToolError("thiếu LibreOffice")

    monkeypatch.setattr("pipeline.cluster.office", missing)

    assert look(True) == (code_digest(), "✗ thiếu LibreOffice")  # noqa: FBT003 - as Dask calls it
    assert look(False) == (code_digest(), "")  # noqa: FBT003
