"""The publish stage: the only writer below the output folder. Every file is replaced whole or not at all."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def publish(folder: Path, files: Mapping[str, bytes], record: Mapping[str, Any]) -> None:
    """Put a verified document into its folder, the record last: its hashes tell whether the files belong together.

    An older PDF that has no successor goes first, so that PDF and .docx never disagree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(next(iter(files))).stem
    if f"{stem}.pdf" not in files:
        (folder / f"{stem}.pdf").unlink(missing_ok=True)
    for name, content in files.items():
        write_atomic(folder / name, content)
    write_atomic(folder / f"{stem}.json", to_json(record))


def manifest_entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the list of all documents says of one."""
    return {
        "so_trang": record["van_ban"]["PageAmount"],
        **{key: record[key] for key in ("so_lieu_mau", "nguon", "tep")},
    }


def publish_manifest(out: Path, records: Mapping[str, Mapping[str, Any]], *, complete: bool) -> None:
    """Bring the list of all documents up to date.

    `records` is by document path below `out`. A partial build keeps the entries of documents that it did not build.
    """
    entries = {} if complete else _entries(out / MANIFEST)
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / MANIFEST, to_json({"van_ban": dict(sorted((entries | dict(records)).items()))}))


def _entries(path: Path) -> dict[str, Any]:
    """Read an earlier manifest; one that is missing or damaged counts as empty."""
    try:
        entries = json.loads(path.read_bytes())["van_ban"]
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return entries if isinstance(entries, dict) else {}


def write_atomic(path: Path, content: bytes) -> None:
    """Replace a file: whoever reads sees the old bytes or the new, also after a crash or on a full disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".moi-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def to_json(value: Any) -> bytes:
    """Write JSON for people and machines: indented, Vietnamese letters as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
