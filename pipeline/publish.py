"""The publish stage: the only writer below the output folder. Every file is replaced whole or not at all.

The folder tells by itself what it holds: a record beside each document, with the hashes of its files and of all that
they were made from. So a build that was killed anywhere goes on from what is there.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import filelock

from pipeline.problem import PipelineError, reason
from pipeline.signed import is_signed

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_LOCK, _MOVING, _STATE = ".khoa", ".dang-ghi", ".da-xem.json"

Stat = tuple[int, int]
State = dict[str, Stat]
"""Size and mtime of published files when their bytes were last known good, by path below the output folder."""


class OutputError(PipelineError):
    """The output folder cannot be written, or another build is writing there."""


@contextlib.contextmanager
def output_folder(out: Path) -> Iterator[State]:
    """Hold the output folder for one build; give and keep what is known of its files.

    Raises OutputError when another build holds it, when it cannot be written, and when the disk is full.
    """
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(out / _LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            message = f"một lần dựng khác đang ghi vào `{out.as_posix()}`; chờ xong rồi chạy lại"
            raise OutputError(message) from None
    try:
        with _writing(out):
            shutil.rmtree(out / _MOVING, ignore_errors=True)
            (out / _MOVING).mkdir()
        state = _read_state(out / _STATE)
        try:
            yield state
        finally:
            with _writing(out):
                write_atomic(out, _STATE, to_json(state))
                shutil.rmtree(out / _MOVING, ignore_errors=True)
    finally:
        lock.release()


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Say of a refusal by the system that it is about the output folder."""
    try:
        yield
    except OSError as error:
        hint = "xem quyền ghi, chỗ trống, và tệp có đang mở trong Word không"
        raise OutputError(f"không ghi được vào `{out.as_posix()}` ({reason(error)}); {hint}") from error


def publish(out: Path, name: str, files: Mapping[str, bytes], record: Mapping[str, Any], state: State) -> None:
    """Put a verified document into its folder, the record last: its hashes tell whether the files belong together.

    An older PDF that has no successor goes first, so that PDF and .docx never disagree.
    """
    stem = Path(next(iter(files))).stem
    if f"{stem}.pdf" not in files:
        remove_file(out, f"{name}/{stem}.pdf", state)
    put_files(out, name, {**files, f"{stem}.json": to_json(record)}, state)


def put_files(out: Path, name: str, files: Mapping[str, bytes], state: State) -> None:
    """Put files into a folder."""
    with _writing(out):
        (out / name).mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_atomic(out, f"{name}/{file}", content)
            state[f"{name}/{file}"] = _stat(out / name / file)


def remove_file(out: Path, name: str, state: State) -> None:
    """Remove a file, if it is there."""
    with _writing(out):
        (out / name).unlink(missing_ok=True)
    state.pop(name, None)


def read_record(out: Path, name: str, document: str) -> dict[str, Any] | None:
    """Give the record of a document published earlier, if there is a readable one."""
    try:
        found = json.loads((out / name / f"{document}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if _is_entry(found) and isinstance(found.get("van_ban"), dict) else None


def is_intact(out: Path, name: str, document: str, entry: Mapping[str, Any], state: State) -> bool:
    """Tell whether a document's record and the files that it names are there with the right bytes.

    A file whose size and time have not moved since it was last read is not read again.
    """
    return f"{document}.json" in entry["tep"] and are_intact(out, name, published_files(entry), state)


def are_intact(out: Path, name: str, files: Mapping[str, str], state: State) -> bool:
    """Tell whether the files of a folder are there with these hashes."""
    for file, wanted in files.items():
        if not _unmoved(out, f"{name}/{file}", state):
            try:
                if _digest((out / name / file).read_bytes()) != wanted:
                    return False
            except OSError:
                return False
            state[f"{name}/{file}"] = _stat(out / name / file)
    return True


def published_files(entry: Mapping[str, Any]) -> dict[str, str]:
    """Give the SHA-256 of each file of a document; a PDF that has been signed since counts as it is now."""
    return {**entry["tep"], **entry.get("da_ky", {})}


def signed_pdf(out: Path, name: str, document: str) -> bytes | None:
    """Give the PDF that lies under a document's name when somebody has signed it."""
    try:
        content = (out / name / f"{document}.pdf").read_bytes()
    except OSError:
        return None
    return content if is_signed(content) else None


def published_names(out: Path) -> list[str]:
    """Give the names of all documents below the output folder, such as 2023/15139-cam-luong."""
    folders = out.glob("[0-9][0-9][0-9][0-9]/*-*")
    return sorted(f"{path.parent.name}/{path.name}" for path in folders if path.is_dir())


def has_record(out: Path, name: str) -> bool:
    """Tell whether a document is published under a name such as 2023/15139-cam-luong."""
    return (out / name / f"KH-{name.replace('/', '-', 1)}.json").is_file()


def withdraw(out: Path, name: str, document: str, state: State) -> None:
    """Remove a document whose commune is gone, the record first; files that are not ours stay."""
    for ending in (".json", ".pdf", ".docx"):
        remove_file(out, f"{name}/{document}{ending}", state)
    with contextlib.suppress(OSError):
        (out / name).rmdir()


def manifest_entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the list of all documents says of one; its files are those of the record, and the record itself."""
    kept = {key: record[key] for key in ("so_lieu_mau", "da_ban_hanh", "phien_ban", "nguon")}
    own = {f"{Path(file).stem}.json": _digest(to_json(record)) for file in record["tep"]}
    return {"so_trang": record["van_ban"]["PageAmount"], **kept, "tep": {**record["tep"], **own}}


def publish_manifest(out: Path, entries: Mapping[str, Mapping[str, Any]], summaries: Mapping[str, Any]) -> None:
    """Write the list of all documents, by their names, and then the hashes of all files, as sha256sum writes them.

    `summaries` are the entries of the years' summaries (summaries.py).
    """
    manifest = to_json({"van_ban": dict(sorted(entries.items())), "tong_hop": dict(sorted(summaries.items()))})
    both = (*entries.items(), *summaries.items())
    files = {f"{name}/{file}": each for name, entry in both for file, each in published_files(entry).items()}
    sums = "".join(f"{each}  {name}\n" for name, each in sorted({**files, MANIFEST: _digest(manifest)}.items()))
    with _writing(out):
        write_atomic(out, MANIFEST, manifest)
        write_atomic(out, SUMS, sums.encode())


def read_manifest(out: Path, part: str = "van_ban") -> dict[str, Any]:
    """Read the list of all documents, or of all summaries; one that is missing or damaged counts as empty."""
    try:
        entries = json.loads((out / MANIFEST).read_bytes())[part]
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {name: entry for name, entry in entries.items() if _is_entry(entry)} if isinstance(entries, dict) else {}


def write_atomic(out: Path, name: str, content: bytes) -> None:
    """Replace a file below a folder: whoever reads sees the old bytes or the new, never a part.

    Not forced to disk: after a power cut a file may be short, its record's hash tells, and the next build mends it.
    """
    moving = out / _MOVING
    handle, temporary = tempfile.mkstemp(dir=moving if moving.is_dir() else out)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(out / name)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def to_json(value: Any) -> bytes:
    """Write JSON for people and machines: indented, Vietnamese letters as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _is_entry(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("tep"), dict)
        and isinstance(found.get("da_ban_hanh"), bool)
        and isinstance(found.get("da_ky", {}), dict)
        and isinstance(made := found.get("nguon"), dict)
        and {"ma_nguon", "du_lieu", "bo_tieu_chi", "mau", "cong_cu"} <= made.keys()
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unmoved(out: Path, name: str, state: State) -> bool:
    try:
        return state.get(name) == _stat(out / name)
    except OSError:
        return False


def _stat(path: Path) -> Stat:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _read_state(path: Path) -> State:
    try:
        return {name: (size, mtime) for name, (size, mtime) in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
