"""Spread batches over workers and bring the results back, even when a worker dies.

A document that kills its worker, a poison message, is found by running suspects alone, and costs no other document.
"""

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from pathlib import Path

from pipeline.input.sources import read_source
from pipeline.jobs.render import Common, Result, Task
from pipeline.jobs.workers import Workers
from pipeline.problem import ExitCode, Place, Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A paper to make: its place below the output folder, the data file that it is about, the files it is made of."""

    name: str
    path: str
    paths: tuple[Path, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Papers to render together; `crashes` counts the workers that died over it alone."""

    common: Common
    jobs: tuple[Job, ...]
    crashes: int = 0


_WAIT_SECONDS = 2.0
"""The longest time between two counts of the workers, while none has a result."""

Running = dict["Future[list[Result]]", Batch]


def dispatch(batches: Sequence[Batch], workers: Workers) -> Iterator[Result]:
    """Render batches on the workers, and give the results as they come.

    At most two batches for each slot are under way (backpressure), so that memory does not grow with their number.
    Batches under way when a worker dies run again one by one; one that kills its worker again is split into single
    documents, and a document that does it twice is reported.
    """
    waiting, suspects = deque(batches), deque[Batch]()
    running: Running = {}
    executor = workers.start() if batches else None
    try:
        while executor and (waiting or suspects or running):
            slots = workers.slots()
            while waiting and len(running) < 2 * slots:
                _submit(waiting.popleft(), workers, executor, running)
            if suspects and not running:
                _submit(suspects.popleft(), workers, executor, running)
            alone = len(running) == 1
            results, lost_batches = _take_done(running, workers)
            yield from results
            if lost_batches:
                lost_batches += running.values()
                running.clear()
                executor.shutdown(wait=False)
                executor = workers.start()
                for batch in lost_batches:
                    yield from _after_crash(batch, suspects, alone=alone)
    finally:
        if executor:
            _stop(executor, running, workers)


def _take_done(running: Running, workers: Workers) -> tuple[list[Result], list[Batch]]:
    """Wait up to _WAIT_SECONDS; give the results that came, and the batches whose worker died."""
    results: list[Result] = []
    lost_batches: list[Batch] = []
    # A cluster may cancel what a dying worker was given.
    crashes: tuple[type[BaseException], ...] = (CancelledError, *workers.crash_errors)
    for future in wait(running, timeout=_WAIT_SECONDS, return_when=FIRST_COMPLETED).done:
        batch = running.pop(future)
        try:
            results += future.result()
        except crashes:
            lost_batches.append(batch)
    return results, lost_batches


def _stop(executor: Executor, running: Running, workers: Workers) -> None:
    """End an executor; after an interruption or failure do not wait for the batches still under way."""
    if running:
        workers.abandon()
    executor.shutdown(wait=not running)


def _submit(batch: Batch, workers: Workers, executor: Executor, running: Running) -> None:
    tasks = [Task(job.name, job.path, tuple(map(read_source, job.paths))) for job in batch.jobs]
    running[workers.submit(executor, batch.common, tasks)] = batch


def _after_crash(batch: Batch, suspects: deque[Batch], *, alone: bool) -> Iterator[Result]:
    """Run a batch whose worker died again, split it, or give the problem of its one document.

    Only a batch that ran alone is surely to blame.
    """
    crashes = batch.crashes + alone
    if crashes and len(batch.jobs) > 1:
        suspects.extend(Batch(batch.common, (job,)) for job in batch.jobs)
    elif crashes > 1:
        job = batch.jobs[0]
        message = "tiến trình dựng văn bản này chết hai lần"
        problem = Problem(Place(job.path), "tien-trinh-chet", message, exit_code=ExitCode.CONVERSION)
        yield Result(job.name, job.path, (problem,))
    else:
        suspects.append(dataclasses.replace(batch, crashes=crashes))
