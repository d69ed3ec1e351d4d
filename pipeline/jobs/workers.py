"""Start and stop who renders batches: this process, processes of this machine, or a Dask cluster."""

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

from pipeline.jobs.render import Common, Result, Task, render_batch
from pipeline.pdf.scratch import sweep_rooms

_WATCH_SECONDS = 0.5
_END_SECONDS = 5
_YOUNG = 50_000
"""New objects before Python looks for cycles among them: the threshold of garbage collection's generation 0."""


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

    def submit(self, executor: Executor, common: Common, tasks: Sequence[Task]) -> "Future[list[Result]]":
        """Send a batch to a worker, and give the future of its results."""
        return executor.submit(render_batch, self.share(common), tasks)


def local_workers(jobs: int, batches: int) -> Workers:
    """Give workers on this machine: up to `jobs` processes, or a thread of this one.

    One batch needs no more, and some systems allow no more. Processes are spawned, not forked: that is the same on
    every system, and safe beside threads.
    """
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
    """End this process's children, and wait up to _END_SECONDS for each."""
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
    """Set a worker process up: it leaves Ctrl-C to its parent, and ends when that is gone, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Reading documents back makes many small values and hardly a cycle: collecting garbage as often as Python does by
    # itself costs 4 % of the time. What was imported is never garbage: freeze takes it out of all generations.
    gc.freeze()
    gc.set_threshold(_YOUNG)
    process = multiprocessing.parent_process()

    def watch() -> None:
        # Windows gives the number of a parent that is gone, too; there only the handle says that it has ended.
        while os.getppid() == parent and process and process.is_alive():
            process.join(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
