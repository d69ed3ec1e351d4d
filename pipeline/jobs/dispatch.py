"""Spread batches over workers and bring the results back, whatever happens to a worker."""

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from pathlib import Path

from pipeline.input.sources import read_source
from pipeline.jobs.render import Common, Result
from pipeline.jobs.workers import Workers
from pipeline.problem import ExitCode, Place, Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Files to render together; `crashes` counts the workers that died over it alone."""

    common: Common
    paths: tuple[Path, ...]
    crashes: int = 0


_WAIT_SECONDS = 2.0
"""How often workers are counted while none has a result."""

Running = dict["Future[list[Result]]", Batch]


def dispatch(batches: Sequence[Batch], workers: Workers) -> Iterator[Result]:
    """Give the results of batches as they are done.

    No more batches are under way than keep the workers busy, so that memory does not grow with their number. Batches
    under way when a worker dies run again one by one; one that kills its worker again is taken apart, and a single
    document that does it twice is reported.
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
            results, crashed = _take_done(running, workers)
            yield from results
            if crashed:
                crashed += running.values()
                running.clear()
                executor.shutdown(wait=False)
                executor = workers.start()
                for batch in crashed:
                    yield from _after_crash(batch, suspects, alone=alone)
    finally:
        if executor:
            _stop(executor, running, workers)


def _take_done(running: Running, workers: Workers) -> tuple[list[Result], list[Batch]]:
    """Wait a while; give the results that came, and the batches whose worker died."""
    results: list[Result] = []
    crashed: list[Batch] = []
    for future in wait(running, timeout=_WAIT_SECONDS, return_when=FIRST_COMPLETED).done:
        batch = running.pop(future)
        try:
            results += future.result()
        except workers.crash_errors:
            crashed.append(batch)
    return results, crashed


def _stop(executor: Executor, running: Running, workers: Workers) -> None:
    """End an executor; what is still under way, since the build was interrupted or failed, is not waited for."""
    if running:
        workers.abandon()
    executor.shutdown(wait=not running)


def _submit(batch: Batch, workers: Workers, executor: Executor, running: Running) -> None:
    sources = [read_source(path) for path in batch.paths]
    running[workers.submit(executor, batch.common, sources)] = batch


def _after_crash(batch: Batch, suspects: deque[Batch], *, alone: bool) -> Iterator[Result]:
    """Decide what becomes of a batch whose worker died; only one that ran alone is surely to blame."""
    crashes = batch.crashes + alone
    if crashes and len(batch.paths) > 1:
        suspects.extend(Batch(batch.common, (path,)) for path in batch.paths)
    elif crashes > 1:
        source = read_source(batch.paths[0])
        message = "tiến trình dựng văn bản này chết hai lần"
        problem = Problem(Place(source.path), "tien-trinh-chet", message, exit_code=ExitCode.CONVERSION)
        yield Result(source, (problem,))
    else:
        suspects.append(dataclasses.replace(batch, crashes=crashes))
