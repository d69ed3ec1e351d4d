"""Executors of this machine."""

import multiprocessing.context
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from pipeline.workers import local_workers


def test_one_job_runs_in_this_process() -> None:
    with local_workers(1).start() as executor:
        assert isinstance(executor, ThreadPoolExecutor)


def test_several_jobs_run_in_processes() -> None:
    workers = local_workers(3)
    with workers.start() as executor:
        assert isinstance(executor, ProcessPoolExecutor)
        assert workers.slots == 3
        assert executor.submit(abs, -1).result() == 1


def test_a_system_without_shared_memory_runs_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing.context.SpawnContext, "Lock", refuse)

    assert local_workers(3).slots == 1
