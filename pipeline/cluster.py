"""Render on many machines: a Dask scheduler and its workers, bytes in and bytes out, no disk in common."""

import functools
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from pipeline.problem import MissingToolError, UsageError
from pipeline.record import code_digest
from pipeline.render import Common
from pipeline.tools import office
from pipeline.workers import Workers

_CONNECT_SECONDS = 30


def cluster_workers(address: str, *, with_pdf: bool) -> tuple[Workers, str | None]:
    """Connect to a scheduler and look at every worker before any work is sent.

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
    found: dict[str, tuple[str, str]] = client.run(look, with_pdf)
    tools = _agreed(found)

    @functools.cache
    def share(common: Common) -> Any:
        return client.scatter(common, broadcast=True)

    slots = sum(client.nthreads().values())
    return Workers(_executor(client), slots, share, (distributed.KilledWorker,)), tools if with_pdf else None


def look(with_pdf: bool) -> tuple[str, str]:  # noqa: FBT001 - called by Dask, which passes by position
    """Tell, on a worker, its code's digest and its tools, or why it has none."""
    try:
        return code_digest(), office().identity if with_pdf else ""
    except MissingToolError as error:
        return code_digest(), f"✗ {error}"


def _agreed(found: dict[str, tuple[str, str]]) -> str:
    """Give the tools that all workers share."""
    if not found:
        raise UsageError("bộ điều phối Dask chưa có máy nào; khởi động `dask worker` rồi chạy lại")
    first = next(iter(found.values()))[1]
    for worker, (code, tools) in sorted(found.items()):
        if code != code_digest():
            raise MissingToolError(f"máy `{worker}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại")
        if tools.startswith("✗"):
            raise MissingToolError(f"máy `{worker}`: {tools.removeprefix('✗ ')}")
        if tools != first:
            raise MissingToolError(f"máy `{worker}` có {tools}, máy khác có {first}")
    return first


def _executor(client: Any) -> Callable[[], Executor]:
    def start() -> Executor:
        executor: Executor = client.get_executor()
        return executor

    return start
