"""Read what the user selects: years, kinds of paper, communes, files or folders; and find their data files."""

import dataclasses
import os
import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.input.sources import YearFiles, find_years, year_files
from pipeline.problem import UsageError
from pipeline.vietnamese import slug

_YEAR = re.compile("[0-9]{4}")


@dataclasses.dataclass(frozen=True, slots=True)
class Selected:
    """A year's files as selected: its `files`, of these the chosen `kinds` and `communes`.

    `all_communes` tells that no commune was chosen, so that papers about all of them belong to the selection;
    `complete` that nothing was, so that what is not there counts as gone.
    """

    files: YearFiles
    kinds: tuple[Path, ...]
    communes: tuple[Path, ...]
    all_communes: bool
    complete: bool


def select(data: Path, words: Sequence[str], kinds: Sequence[str] = ()) -> list[Selected]:
    """Find the data files that words such as 2026, ke-hoach, 15148, “Cẩm Tú” or a path mean; all for no word.

    Words of one sort add up; different sorts narrow each other: `2026 15148 15142` means two communes in one year.
    `kinds` are words that must be kinds of paper. Raises UsageError for a folder without data and for a word that
    finds nothing.
    """
    all_years = map(year_files, find_years(data))
    years = [files for files in all_years if files.shared or files.communes]
    if not years:
        message = f"không có tệp dữ liệu nào trong `{data}`; cần thư mục năm, ví dụ `{data}/2026/15148-cam-tu.yaml`"
        raise UsageError(message)
    chosen_years: set[Path] = set()
    chosen_kinds: set[Path] = set()
    chosen_communes: set[Path] = set()
    for word in (*words, *kinds):
        found_years = [] if word in kinds else [each.folder for each in years if _means_year(word, each)]
        found_kinds = [path for each in years for path in each.kinds if _means_kind(word, path)]
        found = (
            [] if word in kinds else [path for each in years for path in each.communes if _means_commune(word, path)]
        )
        if not (found_years or found_kinds or found):
            if os.path.realpath(word) == os.path.realpath(data):
                continue
            raise UsageError(_nothing(word, data, years, is_kind=word in kinds))
        chosen_years |= set(found_years)
        chosen_kinds |= set(found_kinds)
        chosen_communes |= set(found)
    selected = [
        Selected(
            files=each,
            kinds=tuple(path for path in each.kinds if not chosen_kinds or path in chosen_kinds),
            communes=tuple(path for path in each.communes if not chosen_communes or path in chosen_communes),
            all_communes=not chosen_communes,
            complete=not (chosen_years or chosen_kinds or chosen_communes),
        )
        for each in years
        if not chosen_years or each.folder in chosen_years
    ]
    wanted = [
        each
        for each in selected
        if each.complete or ((not chosen_kinds or each.kinds) and (not chosen_communes or each.communes))
    ]
    if not wanted:
        raise UsageError(f"không có tệp nào hợp với cả {', '.join(f'`{word}`' for word in (*words, *kinds))}")
    return wanted


def _nothing(word: str, data: Path, years: Sequence[YearFiles], *, is_kind: bool) -> str:
    known = ", ".join(sorted({path.stem for each in years for path in each.kinds}))
    if is_kind:
        return f"không có loại văn bản `{word}` trong `{data}`; có: {known}"
    return (
        f"không tìm thấy `{word}` trong `{data}`; dùng năm (2026), loại văn bản ({known}), mã xã (15148), tên (cam-tu) "
        "hoặc đường dẫn"
    )


def _means_year(word: str, files: YearFiles) -> bool:
    """Tell whether a word means a year: its number, its folder, or a file that all its papers share."""
    common = (files.folder, *(path for path in files.shared if path not in files.kinds))
    return (bool(_YEAR.fullmatch(word)) and word == files.name) or any(_same_path(word, path) for path in common)


def _means_kind(word: str, path: Path) -> bool:
    return word == path.stem or _same_path(word, path)


def _means_commune(word: str, path: Path) -> bool:
    """Tell whether a code, a name, a stem or a path means a commune's file."""
    code, _, commune_name = path.stem.partition("-")
    return word in {code, commune_name, path.stem} or slug(word) == commune_name or _same_path(word, path)


def _same_path(word: str, path: Path) -> bool:
    return os.path.realpath(word) == os.path.realpath(path)
