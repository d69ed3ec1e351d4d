"""Who renders batches: this process, processes of this machine, or a Dask cluster."""

import dataclasses
import functools
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.context import SpawnContext
from typing import Any

from pipeline.render import Common, Result, render_batch
from pipeline.sources import Source

_WATCH_SECONDS = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Workers:
    """An executor that can be started anew after a crash.

    `slots` is how many batches run at once, `share` brings what all batches need to the workers once, and
    `crash_errors` are the exceptions that mean that a worker died.
    """

    start: Callable[[], Executor]
    slots: int
    share: Callable[[Common], Any] = lambda common: common
    crash_errors: tuple[type[Exception], ...] = (BrokenExecutor,)

    def submit(self, executor: Executor, common: Common, sources: Sequence[Source]) -> "Future[list[Result]]":
        """Send a batch off."""
        return executor.submit(render_batch, self.share(common), sources)


def local_workers(jobs: int) -> Workers:
    """Render here: in that many processes, or in this one, for one job and where the system allows no more."""
    context = multiprocessing.get_context("spawn")
    if jobs == 1 or not _can_share(context):
        return Workers(lambda: ThreadPoolExecutor(1), 1)
    start = functools.partial(
        ProcessPoolExecutor,
        jobs,
        mp_context=context,
        initializer=_die_with_parent,
        initargs=(os.getpid(),),
    )
    return Workers(start, jobs)


def _can_share(context: SpawnContext) -> bool:
    """Tell whether processes can be given a common lock; a container without /dev/shm has none."""
    try:
        context.Lock()
    except OSError:
        return False
    return True


def _die_with_parent(parent: int) -> None:
    """Leave when the process that started this one is gone, so that a killed build leaves nothing at work."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
