"""Render on many machines: a Dask scheduler and its workers, bytes in and bytes out, no disk in common."""

import functools
import time
from typing import Any, NamedTuple

from pipeline.jobs.render import Common
from pipeline.jobs.workers import Workers
from pipeline.kinds import KINDS
from pipeline.output.origin import code_digest, digest
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
    """Connect to a scheduler and look at every worker before any work is sent.

    Work goes only to workers that were looked at and found right; one that comes later is looked at when it comes.
    Gives the workers and what makes their PDFs. Raises MissingToolError naming the workers that have other code, no
    LibreOffice or font, or others than the rest, and UsageError when there is no scheduler or no worker.
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
        tools = _agreed(client.run(look, with_pdf, on_error="return"))
    except PipelineError:
        client.close()
        raise

    @functools.cache
    def share(common: Common) -> Any:
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


def _agreed(found: dict[str, object]) -> str:
    """Give the tools that all workers share."""
    if not found:
        raise UsageError("bộ điều phối Dask chưa có máy nào; khởi động `dask worker` rồi chạy lại")
    tools = next(_seen(each).tools for each in found.values())
    if faults := [fault for worker in sorted(found) if (fault := _fault(worker, found[worker], tools))]:
        raise MissingToolError("; ".join(faults))
    return tools


class _Gate:
    """Lets in the workers that have the wanted code and tools, by giving them a resource that every batch asks for.

    The scheduler's own list says who has it, so that a worker that was started again is looked at again.
    """

    def __init__(self, client: Any, tools: str, *, with_pdf: bool) -> None:
        self.name = f"{_code()} {tools}"
        self._client, self._tools, self._with_pdf = client, tools, with_pdf
        self._refused: set[str] = set()

    def slots(self) -> int:
        """Count the threads of the workers that are in, after a look at who came.

        Raises UsageError when there has been none for a while, naming why others were refused.
        """
        deadline = time.monotonic() + _CONNECT_SECONDS
        faults: list[str] = []
        while True:
            present = self._client.scheduler_info(n_workers=-1)["workers"]
            new = {worker for worker, about in present.items() if self.name not in about["resources"]} - self._refused
            if new:
                faults += self._admit(sorted(new), present)
            elif inside := [int(about["nthreads"]) for about in present.values() if self.name in about["resources"]]:
                return sum(inside)
            elif time.monotonic() > deadline:
                raise UsageError("; ".join(["bộ điều phối Dask không còn máy nào dùng được", *faults]))
            else:
                time.sleep(_LOOK_SECONDS)

    def _admit(self, new: list[str], present: dict[str, Any]) -> list[str]:
        faults = []
        for worker, found in self._client.run(look, self._with_pdf, workers=new, on_error="return").items():
            if fault := _fault(worker, found, self._tools):
                self._refused.add(worker)
                faults.append(fault)
            else:
                threads = present[worker]["nthreads"]
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
    return digest("".join(code_digest(kind.name) for kind in KINDS if kind.data).encode())


async def _let_in(name: str, threads: int, dask_worker: Any) -> None:
    """Give a worker, on itself, the resource that batches ask for, one for each of its threads."""
    await dask_worker.set_resources(**{name: threads})


def _seen(found: object) -> Look:
    """Read a worker's answer; other code may not even have the question."""
    match found:
        case (str(code), str(tools), str(missing)):
            return Look(code, tools, missing)
        case _:
            return Look("")


def _fault(worker: str, found: object, wanted: str) -> str:
    """Say what is wrong with a worker, if anything."""
    code, tools, missing = _seen(found)
    if code != _code():
        return f"máy `{worker}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại"
    if missing:
        return f"máy `{worker}`: {missing}"
    return "" if tools == wanted else f"máy `{worker}` có {tools}, máy khác có {wanted}"
