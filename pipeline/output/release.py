"""Gather one year's published documents for a release under a tag: one zip, sums, and notes for GitHub and GitLab."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.output import manifest as published
from pipeline.output.archive import archive_name, packed_files, write_archive
from pipeline.problem import UsageError

_TAG = re.compile(r"nam-([0-9]{4})(\.[0-9A-Za-z.-]{1,20})?")
_ASSETS, _NOTES, _GITLAB = "tep", "GHI-CHU.md", "gitlab.json"


def write_release(out: Path, tag: str, target: Path, url: str) -> Path:
    """Put the documents of the year that a tag such as nam-2023 names into `target`, and give that folder.

    Below it: `tep/` with what is to be attached, GHI-CHU.md with the notes, and gitlab.json as GitLab's Releases API
    takes it, with links below `url`. The folder appears whole or not at all. Raises UsageError for another kind of
    tag, for a year without documents, and when a file is not the one of the manifest.
    """
    if not (found := _TAG.fullmatch(tag)):
        raise UsageError(f"nhãn `{tag}` không đúng dạng; cần nam-2023, hoặc nam-2023.2 cho lần phát hành sau")
    manifest = published.read_manifest(out)
    entries = {name: entry for name, entry in manifest.items() if re.fullmatch(rf"{found[1]}/[\w-]+", name)}
    if not entries:
        raise UsageError(f"`{out.as_posix()}` không có văn bản nào của năm {found[1]}; chạy build trước")
    room = target.with_name(f"{target.name}.dang-ghi")
    shutil.rmtree(room, ignore_errors=True)
    (room / _ASSETS).mkdir(parents=True)
    summary = published.read_summaries(out).get(found[1], {"tep": {}})["tep"]
    names = _write_assets(out, entries | {found[1]: {"tep": summary}}, found[1], room / _ASSETS)
    for file in summary:
        shutil.copyfile(out / found[1] / file, room / _ASSETS / file)
    names += sorted(summary)
    notes = _notes(tag, found[1], entries)
    links = [{"name": name, "url": f"{url}/{_ASSETS}/{name}"} for name in names if url]
    about = {"tag_name": tag, "name": tag, "description": notes, "assets": {"links": links}}
    (room / _NOTES).write_text(notes, encoding="utf-8", newline="\n")
    (room / _GITLAB).write_text(json.dumps(about, ensure_ascii=False, indent=2), encoding="utf-8", newline="\n")
    shutil.rmtree(target, ignore_errors=True)
    room.replace(target)
    return target


def _write_assets(out: Path, entries: Mapping[str, Any], year: str, folder: Path) -> list[str]:
    """Write the zip and the sums of its files."""
    archive, sums, files = archive_name(year), "SHA256SUMS", packed_files(entries)
    with (folder / archive).open("wb") as target:
        write_archive(out, files, target)
    lines = (f"{each}  {name}\n" for name, each in sorted(files.items()))
    (folder / sums).write_text("".join(lines), encoding="utf-8", newline="\n")
    return [archive, sums]


def _notes(tag: str, year: str, entries: Mapping[str, Any]) -> str:
    states = Counter(
        "đã ban hành" if entry["da_ban_hanh"] else "số liệu mẫu" if entry["so_lieu_mau"] else "sẵn sàng"
        for entry in entries.values()
    )
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return (
        f"# Văn bản năm {year} ({tag})\n\n"
        f"{len(entries)} văn bản: {counts}.\n\n"
        f"`{archive_name(year)}` có mọi tệp .docx, PDF; giải nén rồi so bằng `sha256sum -c SHA256SUMS`.\n"
    )
