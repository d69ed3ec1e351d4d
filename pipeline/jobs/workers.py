"""Who renders batches: this process, processes of this machine, or a Dask cluster."""

import dataclasses
import functools
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.context import SpawnContext
from typing import Any

from pipeline.input.sources import Source
from pipeline.jobs.render import Common, Result, render_batch
from pipeline.pdf.convert import sweep_rooms

_WATCH_SECONDS = 0.5
_END_SECONDS = 5
_YOUNG = 50_000


def _nothing() -> None:
    pass


@dataclasses.dataclass(frozen=True, slots=True)
class Workers:
    """An executor that can be started anew after a crash.

    `slots` counts how many batches run at once now, `share` brings what all batches need to the workers once,
    `crash_errors` are the exceptions that mean that a worker died, `abandon` ends work under way whose results nobody
    waits for, `close` ends everything.
    """

    start: Callable[[], Executor]
    slots: Callable[[], int]
    share: Callable[[Common], Any] = lambda common: common
    crash_errors: tuple[type[Exception], ...] = (BrokenExecutor,)
    abandon: Callable[[], None] = _nothing
    close: Callable[[], None] = sweep_rooms

    def submit(self, executor: Executor, common: Common, sources: Sequence[Source]) -> "Future[list[Result]]":
        """Send a batch off."""
        return executor.submit(render_batch, self.share(common), sources)


def local_workers(jobs: int, batches: int) -> Workers:
    """Render here: in that many processes, or in this one, for one batch and where the system allows no more."""
    sweep_rooms()
    context = multiprocessing.get_context("spawn")
    if batches <= 1 or not _can_share(context):
        return Workers(lambda: ThreadPoolExecutor(1), lambda: 1)
    start = functools.partial(
        ProcessPoolExecutor,
        min(jobs, batches),
        mp_context=context,
        initializer=_begin,
        initargs=(os.getpid(),),
    )
    return Workers(start, lambda: min(jobs, batches), abandon=_end_children)


def _end_children() -> None:
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    for child in children:
        child.join(_END_SECONDS)


def _can_share(context: SpawnContext) -> bool:
    """Tell whether processes can be given a common lock; a container without /dev/shm has none."""
    try:
        context.Lock()
    except OSError:
        return False
    return True


def _begin(parent: int) -> None:
    """Set a worker up: Ctrl-C is its parent's affair, and when the parent is gone, killed or not, it goes too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Reading documents back makes many small values and hardly a cycle: looking for these so often costs 4 % of it.
    gc.freeze()
    gc.set_threshold(_YOUNG)
    process = multiprocessing.parent_process()

    def watch() -> None:
        # Windows gives the number of a parent that is gone, too; there the handle tells.
        while os.getppid() == parent and process and process.is_alive():
            process.join(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
