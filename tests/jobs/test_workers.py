"""Executors of this machine."""

import multiprocessing.context
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from pipeline.jobs.workers import local_workers


def test_one_batch_runs_in_this_process() -> None:
    with local_workers(3, batches=1).start() as executor:
        assert isinstance(executor, ThreadPoolExecutor)


def test_several_batches_run_in_processes() -> None:
    workers = local_workers(3, batches=5)
    with workers.start() as executor:
        assert isinstance(executor, ProcessPoolExecutor)
        assert workers.slots() == 3
        assert executor.submit(abs, -1).result() == 1


def test_work_that_nobody_waits_for_ends_at_once() -> None:
    workers = local_workers(1, batches=2)
    start = time.monotonic()
    with workers.start() as executor:
        future = executor.submit(time.sleep, 600)
        executor.submit(abs, -1)
        workers.abandon()
        with pytest.raises(BrokenProcessPool):
            future.result(30)
    assert time.monotonic() - start < 60


def test_a_system_without_shared_memory_runs_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing.context.SpawnContext, "Lock", refuse)

    assert local_workers(3, batches=5).slots() == 1
