"""Render on many machines: a Dask scheduler and its workers.

Batches go out and results come back as bytes, so that the machines need no disk in common.
"""

import functools
import time
from typing import Any, NamedTuple

from pipeline.jobs.render import Common
from pipeline.jobs.workers import Workers
from pipeline.output.origin import code_digest
from pipeline.pdf.office import office
from pipeline.problem import MissingToolError, PipelineError, UsageError

_CONNECT_SECONDS = 30
_LOOK_SECONDS = 0.5


class Look(NamedTuple):
    """What a worker runs: its code's digest, and the name of its tools or why it has none."""

    code: str
    tools: str = ""
    missing: str = ""


def cluster_workers(address: str, *, with_pdf: bool) -> tuple[Workers, str | None]:
    """Connect to a Dask scheduler, and check every worker before any work is sent.

    One document must not depend on which machine made it: work goes only to workers with this code and the same tools.
    One that comes later is checked when it comes. Gives the workers and what makes their PDFs (None without PDFs).
    Raises MissingToolError naming the workers that have other code, no LibreOffice or font, or others than the rest,
    and UsageError when there is no scheduler or no worker.
    """
    try:
        import distributed  # noqa: PLC0415 - an optional dependency group
    except ModuleNotFoundError:
        raise MissingToolError("thiếu gói distributed. Cài bằng lệnh: pip install -r requirements-dask.txt") from None
    try:
        client: Any = distributed.Client(address, timeout=_CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"không nối được tới bộ điều phối Dask `{address}`") from error
    try:
        tools = _common_tools(client.run(look, with_pdf, on_error="return"))
    except PipelineError:
        client.close()
        raise

    @functools.cache
    def share(common: Common) -> Any:
        """Scatter a value to every worker (broadcast), once; batches then carry only a reference to it."""
        return client.scatter(common, broadcast=True)

    gate = _Gate(client, tools, with_pdf=with_pdf)
    workers = Workers(
        functools.partial(client.get_executor, pure=False, resources={gate.name: 1}),
        gate.slots,
        share,
        (distributed.KilledWorker,),
        close=client.close,
    )
    return workers, tools if with_pdf else None


def _common_tools(answers: dict[str, object]) -> str:
    """Give the tools that all workers have; raises MissingToolError where they differ, UsageError without workers."""
    if not answers:
        raise UsageError("bộ điều phối Dask chưa có máy nào; khởi động `dask worker` rồi chạy lại")
    tools = next(_read_answer(each).tools for each in answers.values())
    if faults := [fault for worker in sorted(answers) if (fault := _fault(worker, answers[worker], tools))]:
        raise MissingToolError("; ".join(faults))
    return tools


class _Gate:
    """Admits the workers with the right code and tools, by giving them a Dask resource that every batch asks for.

    The scheduler's own list says who has it, so that a worker that was started again is checked again.
    """

    def __init__(self, client: Any, tools: str, *, with_pdf: bool) -> None:
        self.name = f"{_code()} {tools}"
        self._client, self._tools, self._with_pdf = client, tools, with_pdf
        self._refused: set[str] = set()

    def slots(self) -> int:
        """Count the threads of the admitted workers, after checking those that came since.

        Raises UsageError when there has been none for _CONNECT_SECONDS; it says why others were refused.
        """
        deadline = time.monotonic() + _CONNECT_SECONDS
        faults: list[str] = []
        while True:
            descriptions = self._client.scheduler_info(n_workers=-1)["workers"]
            newcomers = {
                worker for worker, description in descriptions.items() if self.name not in description["resources"]
            } - self._refused
            if newcomers:
                faults += self._admit(sorted(newcomers), descriptions)
            elif thread_counts := [
                int(description["nthreads"])
                for description in descriptions.values()
                if self.name in description["resources"]
            ]:
                return sum(thread_counts)
            elif time.monotonic() > deadline:
                raise UsageError("; ".join(["bộ điều phối Dask không còn máy nào dùng được", *faults]))
            else:
                time.sleep(_LOOK_SECONDS)

    def _admit(self, newcomers: list[str], descriptions: dict[str, Any]) -> list[str]:
        """Check workers by their addresses, admit the right ones, and give what is wrong with the others."""
        faults = []
        for worker, answer in self._client.run(look, self._with_pdf, workers=newcomers, on_error="return").items():
            if fault := _fault(worker, answer, self._tools):
                self._refused.add(worker)
                faults.append(fault)
            else:
                threads = descriptions[worker]["nthreads"]
                self._client.run(_let_in, self.name, threads, workers=[worker], on_error="ignore")
        return faults


def look(with_pdf: bool) -> Look:  # noqa: FBT001 - called by Dask, which passes by position
    """Tell, on a worker, its code's digest and its tools, or why it has none."""
    try:
        return Look(_code(), office().identity if with_pdf else "")
    except MissingToolError as error:
        return Look(_code(), missing=str(error))


def _code() -> str:
    """Give the digest of all code that a worker may be asked to run."""
    return code_digest()


async def _let_in(resource: str, threads: int, dask_worker: Any) -> None:
    """Give a worker, on itself, the resource that batches ask for, one for each of its threads."""
    await dask_worker.set_resources(**{resource: threads})


def _read_answer(answer: object) -> Look:
    """Read what a worker answered to `look`; other code may not have that function, and then the answer is empty."""
    match answer:
        case (str(code), str(tools), str(missing)):
            return Look(code, tools, missing)
        case _:
            return Look("")


def _fault(worker: str, answer: object, expected: str) -> str:
    """Say what is wrong with a worker; empty where its code is this one and its tools are the expected ones."""
    code, tools, missing = _read_answer(answer)
    if code != _code():
        return f"máy `{worker}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại"
    if missing:
        return f"máy `{worker}`: {missing}"
    return "" if tools == expected else f"máy `{worker}` có {tools}, máy khác có {expected}"
