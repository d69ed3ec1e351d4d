"""Read a former publication, in a folder or at an address: its manifest, and files that the manifest names.

Nothing is taken on trust: a file must have the hash that is asked for. Reading has limits of size and time.
"""

import dataclasses
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.files import read_plain, write_atomic
from pipeline.output.manifest import MANIFEST, Entry, read_manifest
from pipeline.output.origin import digest
from pipeline.problem import UsageError

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is fetched, in bytes."""
SECONDS = 60
"""The longest time that one file may take."""

_FOLDER = ".lan-truoc"
_CHUNK = 64 * 1024
_NOT_THERE = 404


@dataclasses.dataclass(frozen=True, slots=True)
class Former:
    """A former publication: where its manifest lies on this machine, its documents, and what reads its files.

    `manifest` is None where there is none; `note` is a line about that.
    """

    manifest: Path | None = None
    entries: Mapping[str, Entry] = dataclasses.field(default_factory=dict)
    read: Callable[[str], bytes | None] = lambda _: None
    note: str = ""

    def file(self, path: str, sha256: str) -> bytes | None:
        """Give a file by its path below the publication; None when it is not there or has another hash."""
        content = self.read(path)
        return content if content is not None and digest(content) == sha256 else None


def is_address(since: str) -> bool:
    """Tell whether words name a publication on the web and no folder."""
    return urllib.parse.urlsplit(since).scheme in {"http", "https"}


def read_former(since: str, out: Path) -> Former:
    """Read the publication at `since`: a folder, a manifest, or the address (http, https) of either.

    A manifest from the web is put into a hidden folder below `out`. Raises UsageError where there is nothing of the
    kind; but an address that has nothing yet is a publication that is still to come.
    """
    if not since:
        return Former()
    if not is_address(since):
        path = Path(since)
        manifest = path / MANIFEST if path.is_dir() else path
        entries = read_manifest(manifest)[0].van_ban
        if not entries:
            raise UsageError(f"`{path.as_posix()}` không phải bản kê manifest.json hay thư mục đã xuất bản")
        return Former(manifest, entries, lambda file: _read(manifest.parent / file))
    base = since.removesuffix(MANIFEST).rstrip("/")
    content = _fetch(f"{base}/{MANIFEST}")
    if content is None:
        return Former(note=f"chưa có lần xuất bản nào ở {base}; lần này là lần đầu")
    folder = out / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder, MANIFEST, content)
    entries = read_manifest(folder / MANIFEST)[0].van_ban
    if not entries:
        raise UsageError(f"`{base}/{MANIFEST}` không phải bản kê của một lần xuất bản")
    return Former(folder / MANIFEST, entries, lambda file: _fetch(f"{base}/{urllib.parse.quote(file)}"))


def _read(path: Path) -> bytes | None:
    try:
        return read_plain(path)
    except (OSError, ValueError):
        return None


def _fetch(url: str) -> bytes | None:
    """Fetch a file; None when the server says that there is none. Raises UsageError for all else that goes wrong."""
    end, content = time.monotonic() + SECONDS, b""
    try:
        request = urllib.request.Request(url, headers={"Cache-Control": "no-cache"})  # noqa: S310 - http or https
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - http or https
            while chunk := response.read1(_CHUNK):
                content += chunk
                if len(content) > MOST_BYTES or time.monotonic() > end:
                    raise UsageError(f"`{url}` dài quá {MOST_BYTES} byte hoặc lâu quá {SECONDS} giây")
    except urllib.error.HTTPError as error:
        if error.code == _NOT_THERE:
            return None
        raise UsageError(f"không lấy được `{url}`: máy chủ trả lời {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UsageError(f"không lấy được `{url}` ({type(error).__name__})") from error
    return content
