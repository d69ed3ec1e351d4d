"""The publish stage: the only writer below the output folder. Every file is replaced whole or not at all.

The folder tells by itself what it holds: a record beside each document, with the hashes of its files and of all that
they were made from. So a build that was killed anywhere goes on from what is there.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import filelock

from pipeline.files import MOVING, replacing, to_json, write_atomic
from pipeline.output.manifest import (
    MANIFEST,
    MAY_LACK,
    SUMS,
    DamagedError,
    State,
    are_intact,
    content_digest,
    published_files,
    read_former,
    read_made,
    read_page,
    read_record,
    read_state,
    stat,
)
from pipeline.problem import PipelineError, reason

_LOCK, _STATE, _FORMER = ".khoa", ".da-xem.json", ".truoc"


class OutputError(PipelineError):
    """The output folder cannot be written, or another build is writing there."""


@contextlib.contextmanager
def output_folder(out: Path) -> Iterator[State]:
    """Hold the output folder for one build; give and keep what is known of its files.

    Raises OutputError when another build holds it, when it cannot be written, and when the disk is full.
    """
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        # A program that a killed build was starting holds the lock for a moment longer.
        lock = filelock.FileLock(out / _LOCK, timeout=1)
        try:
            lock.acquire()
        except filelock.Timeout:
            message = f"một lần dựng khác đang ghi vào `{out.as_posix()}`; chờ xong rồi chạy lại"
            raise OutputError(message) from None
    try:
        with _writing(out):
            if (out / MOVING).is_dir() and not (out / MOVING).is_symlink():
                shutil.rmtree(out / MOVING, ignore_errors=True)
            else:  # a pipe would be waited for
                (out / MOVING).unlink(missing_ok=True)
            (out / MOVING).mkdir()
        state = read_state(out / _STATE)
        try:
            yield state
        finally:
            with _writing(out):
                write_atomic(out, _STATE, to_json(state))
                shutil.rmtree(out / MOVING, ignore_errors=True)
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

    An older PDF or picture that has no successor goes first, so that the files never disagree.
    """
    stem = Path(next(iter(files))).stem
    for ending in MAY_LACK:
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{name}/{stem}{ending}", state)
    put_files(out, name, {**files, f"{stem}.json": to_json(record)}, state)


def put_files(out: Path, name: str, files: Mapping[str, bytes], state: State) -> None:
    """Put files into a folder."""
    with _writing(out):
        (out / name).mkdir(parents=True, exist_ok=True)
        _refuse_link(out, name)
        for file, content in files.items():
            write_atomic(out, f"{name}/{file}", content)
            state[f"{name}/{file}"] = stat(out / name / file)


def _refuse_link(out: Path, name: str) -> None:
    """Raise OutputError for a folder that leads out of the output folder, before anything is written or removed."""
    if not (out / name).resolve().is_relative_to(out.resolve()):
        raise OutputError(f"`{(out / name).as_posix()}` là liên kết ra ngoài `{out.as_posix()}`; xóa liên kết ấy")


def remove_file(out: Path, name: str, state: State) -> None:
    """Remove a file, if it is there."""
    with _writing(out):
        _refuse_link(out, Path(name).parent.as_posix())
        (out / name).unlink(missing_ok=True)
    state.pop(name, None)


def withdraw(out: Path, name: str, document: str, state: State) -> None:
    """Remove a document whose commune is gone, the record first; files that are not ours stay."""
    for ending in (".json", *MAY_LACK, ".docx"):
        remove_file(out, f"{name}/{document}{ending}", state)
    with contextlib.suppress(OSError):
        (out / name).rmdir()


def keep_former(
    out: Path, name: str, document: str, earlier: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """Keep what the last publication had of a document, its record or else its entry, before it is replaced.

    `earlier` are the entries of the last publication; without one nothing is kept. What is kept already stays. Gives
    what is kept.
    """
    kept = f"{_FORMER}/{name}.json"
    if not earlier:
        return None
    if (out / kept).is_file():
        return read_former(out / kept)
    former = read_record(out, name, document) or earlier.get(name)
    with _writing(out):
        (out / kept).parent.mkdir(parents=True, exist_ok=True)
        _refuse_link(out, Path(kept).parent.as_posix())
        write_atomic(out, kept, to_json(former))
    return former


def former_records(out: Path) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Give what is kept of the last publication, by document name; None for a document that is new since."""
    for path in sorted((out / _FORMER).glob("[0-9][0-9][0-9][0-9]/*.json")):
        former = read_former(path)
        if former or (path.is_file() and path.read_bytes() == to_json(None)):
            yield f"{path.parent.name}/{path.stem}", former


def forget_former(out: Path) -> None:
    """Drop what is kept of the last publication, all at once: the new list is written."""
    with _writing(out):
        if (out / _FORMER).is_dir():
            (out / _FORMER).replace(out / MOVING / _FORMER)


class Wanted(NamedTuple):
    """A file that is made of other published ones: its path, a key of all that it is made of, and what writes it."""

    path: str
    key: str
    write: Callable[[IO[bytes]], object]


def keep_made(out: Path, wanted: Iterable[Wanted], state: State) -> dict[str, tuple[str, str]]:
    """Write those of the wanted files that would be others now, remove those of no use; give keys and hashes.

    One whose sources are damaged is of no use, until a complete build has mended these.
    """
    earlier, kept = read_made(out), {}
    for path, key, write in wanted:
        folder, _, file = path.rpartition("/")
        known = earlier.get(path)
        if not known or known[0] != key or not are_intact(out, folder, {file: known[1]}, state):
            try:
                known = key, _put_written(out, path, write)
            except DamagedError:
                continue
            state[path] = stat(out / path)
        kept[path] = known
    for path in earlier.keys() - kept.keys():
        remove_file(out, path, state)
    return kept


def _put_written(out: Path, path: str, write: Callable[[IO[bytes]], object]) -> str:
    """Put a file into place, and give its SHA-256."""
    with _writing(out):
        folder = (out / path).parent
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_link(out, folder.relative_to(out).as_posix())
        with replacing(out, path) as content:
            write(content)
        with (out / path).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def put_page(out: Path, files: Mapping[str, bytes], state: State) -> dict[str, str]:
    """Put the files of the download page into the output folder, those that changed; give their hashes."""
    hashes = {file: content_digest(content) for file, content in files.items()}
    earlier = read_page(out).items()
    standing = {
        file for file, each in earlier if hashes.get(file) == each and are_intact(out, ".", {file: each}, state)
    }
    put_files(out, ".", {file: content for file, content in files.items() if file not in standing}, state)
    return hashes


def publish_manifest(
    out: Path,
    entries: Mapping[str, Mapping[str, Any]],
    summaries: Mapping[str, Any] | None = None,
    page: Mapping[str, str] | None = None,
    errors: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    made: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Write the list of all documents, by their names, and then the hashes of all files, as sha256sum writes them.

    `summaries` are the entries of the years' summaries (summaries.py), `page` the hashes of the download page's files,
    `errors` what keeps documents from being built, `made` the keys and hashes that keep_made gives.
    """
    summaries, page, made = summaries or {}, page or {}, made or {}
    parts = {"van_ban": entries, "tong_hop": summaries, "kem": made, "trang": page, "co_loi": errors or {}}
    manifest = to_json({name: dict(sorted(part.items())) for name, part in parts.items()})
    both = (*entries.items(), *summaries.items())
    files = {f"{name}/{file}": each for name, entry in both for file, each in published_files(entry).items()}
    files |= {path: each for path, (_, each) in made.items()} | {**page, MANIFEST: content_digest(manifest)}
    sums = "".join(f"{each}  {name}\n" for name, each in sorted(files.items()))
    with _writing(out):
        write_atomic(out, MANIFEST, manifest)
        write_atomic(out, SUMS, sums.encode())
