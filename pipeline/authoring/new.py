"""Start units' files for a year: what the official lists say of the unit is there, what must be filled in is empty."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.authoring.format import write
from pipeline.authoring.notes import no_notes
from pipeline.authoring.schema import MODELINE, UNIT_SCHEMA, label, write_schemas
from pipeline.emphasis import plain_text
from pipeline.files import write_atomic
from pipeline.input.load import Tree, load
from pipeline.input.sources import CRITERIA_SET_FILE, Folders, find_years, read_source, year_files
from pipeline.input.units import Unit, history, named, units_at
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.kinds.van_ban.checks.dates import districts
from pipeline.kinds.van_ban.checks.rule import DISTRICTS_END, texts
from pipeline.problem import UsageError
from pipeline.vietnamese import slug, spelling_key

_CARRIED = ("nguoi_ky", "noi_nhan", "noi_luu")
"""Keys of an earlier file that a new one begins with: who signs and receives seldom changes with the year."""
_ONE_LINE = 60
"""The longest value of last year that stands as a remark beside a blank."""


def start_commune(folders: Folders, year: str, code: str, full_name: str = "", *, keep_targets: bool = False) -> Path:
    """Write a unit's file for a year and give its path; unit and name are those of the official list of that year.

    Signer and recipients come from the newest file that the same unit has in another year; the values of that file
    stand as remarks beside the blanks or, to `keep_targets`, in them. `full_name` is only compared. Raises UsageError
    when the year has no valid criteria set, when the list of that year has no such code or another name for it, and
    when the unit has a file there already.
    """
    of_year = year_to_fill(folders, year)
    if not re.fullmatch("[0-9]{5}", code):
        raise UsageError(f"mã gồm 5 chữ số; không phải `{code}`")
    unit = _official(code, full_name, of_year)
    path = _write(folders, of_year, unit, keep_targets=keep_targets)
    write_schemas(folders)
    return path


def start_province(folders: Folders, year: str, province: str, *, keep_targets: bool = False) -> list[Path]:
    """Write the files of all units of a province that have none for a year, and give their paths.

    Raises UsageError as start_commune does, and for a name that is no province's.
    """
    of_year = year_to_fill(folders, year)
    units = of_province(of_year.number, province)
    if not units:
        raise UsageError(f"danh mục năm {year} không có tỉnh, thành phố `{province}`")
    present = {path.stem.partition("-")[0] for path in (folders.data / year).glob("*.yaml")}
    lacking = [unit for unit in units if unit.ma_don_vi not in present]
    paths = [_write(folders, of_year, unit, keep_targets=keep_targets) for unit in lacking]
    write_schemas(folders)
    return paths


def year_to_fill(folders: Folders, year: str) -> Year:
    """Give a year whose criteria can be read; raise UsageError for any other."""
    folder = folders.data / year
    criteria = folder / CRITERIA_SET_FILE
    if not re.fullmatch("[0-9]{4}", year):
        raise UsageError(f"năm gồm 4 chữ số; không phải `{year}`")
    if folder not in find_years(folders.data) or not criteria.is_file():
        raise UsageError(f"chưa có `{criteria.as_posix()}`: chép bộ tiêu chí năm trước sang và sửa")
    of_year = read_year(year_sources(folders, year_files(folder))[0])
    if of_year.table is None:
        raise UsageError(f"`{criteria.as_posix()}` có lỗi; xem bằng lệnh check")
    return of_year


def official_units(year: int) -> Mapping[str, Unit]:
    """Give the units that fill in files of a year, by code.

    Those of its beginning, but of 2025, in which districts ended, those of its end.
    """
    return units_at(dt.date(year, 1, 1) if year != DISTRICTS_END.year else dt.date(year, 12, 31))


def _official(code: str, full_name: str, year: Year) -> Unit:
    """Give what a code names in the list of a year; raise UsageError for a code or name that the list does not have."""
    units = official_units(year.number)
    unit = units.get(code)
    if unit is None:
        raise UsageError(f"năm {year.name} không có mã {code}{_became(code, full_name, year.number)}")
    if full_name and spelling_key(full_name) != spelling_key(_full(unit)):
        other = full_name if full_name.isprintable() else ascii(full_name)
        message = f"mã {code} năm {year.name} là {_full(unit)}, {unit.huyen or unit.tinh}, không phải `{other}`"
        raise UsageError(f"{message}{_became(code, full_name, year.number)}")
    return unit


def _became(code: str, full_name: str, year: int) -> str:
    """Say what a code was, and which code its name, or another one given, has in a year."""
    past = [(each, unit) for each, unit in history(code) if unit != official_units(year).get(code)]
    was = f"; đến {past[-1][0].until:%d/%m/%Y} là {_full(past[-1][1])}" if past else ""
    wanted = full_name or (_full(past[-1][1]) if past else "")
    kind, _, name = wanted.partition(" ") if not wanted.startswith(("thị trấn ", "đặc khu ")) else _two_words(wanted)
    provinces = {unit.tinh for _, unit in past}
    same = [each for each in named(kind, name, dt.date(year, 12, 31)) if each.tinh in provinces or not provinces]
    now = "; ".join(f"{_full(each)}, {each.huyen or each.tinh} có mã {each.ma_don_vi}" for each in same[:3])
    return f"{was}{f'; nay {now}' if now else ''}"


def _two_words(name: str) -> tuple[str, str, str]:
    first, second, rest = name.split(" ", 2)
    return f"{first} {second}", " ", rest


def _full(unit: Unit) -> str:
    return f"{unit.loai_don_vi} {unit.ten_don_vi}"


def _bare(province: str) -> str:
    """Give a province's name for comparing: without kind, marks and case."""
    return slug(re.sub("^(tỉnh|thành phố) ", "", province.strip(), flags=re.IGNORECASE))


def _write(folders: Folders, year: Year, unit: Unit, *, keep_targets: bool) -> Path:
    folder, stem = folders.data / year.name, f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}"
    if existing := sorted(folder.glob(f"{unit.ma_don_vi}-*.yaml")):
        raise UsageError(f"đã có `{existing[0].as_posix()}`")
    content = first_content(folders, year, unit, keep_targets=keep_targets)
    write_atomic(folder, f"{stem}.yaml", content)
    return folder / f"{stem}.yaml"


def first_content(folders: Folders, year: Year, unit: Unit, *, keep_targets: bool = False) -> bytes:
    """Give the bytes that the file of a unit begins with in a year."""
    folder, stem = folders.data / year.name, f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}"
    # A code may have been given to another unit since: the same unit has the same name, too.
    earlier = [path for path in sorted(folders.data.glob(f"[0-9][0-9][0-9][0-9]/{stem}.yaml")) if path.parent != folder]
    tree: Mapping[str, Tree] = {}
    if earlier:
        source = read_source(earlier[-1])
        tree = _tree(source.content, source.path)
    if tree.get("so_lieu_mau") == "true":
        tree = {}
    return started(unit, year, tree, earlier[-1].parent.name if tree else "", keep=keep_targets)


def of_province(year: int, province: str) -> list[Unit]:
    """Give the units of a province in a year, none for a name that is no province's."""
    return [unit for unit in official_units(year).values() if _bare(unit.tinh) == _bare(province)]


def _tree(content: bytes, path: str) -> dict[str, Tree]:
    tree, problems = load(content, path)
    if not isinstance(tree, dict):
        raise UsageError(f"tệp năm trước có lỗi: {problems[0]}")
    return tree


def started(unit: Unit, year: Year, earlier: Mapping[str, Tree], earlier_year: str, *, keep: bool) -> bytes:
    """Give the bytes of a unit's file for a year.

    `earlier` is what its file of an earlier year says, empty for none and for a sample: signer and recipients are taken
    from it, but nothing that names a district after these ended. The papers that follow no other are there, without
    number and date, and every value to fill in for these, after a comment with its label and name: empty beside last
    year's value or, to `keep`, that value.
    """
    about = {"ma_don_vi": unit.ma_don_vi, "loai_don_vi": unit.loai_don_vi, "ten_don_vi": unit.ten_don_vi}
    fields: dict[str, Tree] = {"don_vi": {**about, "dia_danh": unit.ten_don_vi}}
    fields |= {key: earlier[key] for key in _CARRIED if key in earlier and _still_exists(earlier[key], year.number)}
    kinds = [kind for kind in year.kinds.values() if kind.is_for_each_unit and not kind.keys.loai_truoc]
    fields["van_ban"] = {kind.name: {"so_van_ban": "", "ngay_ban_hanh": ""} for kind in kinds}
    notes = no_notes()
    about_file = f"# Văn bản năm {year.name} của {_full(unit)}, {unit.huyen or unit.tinh}."
    notes.head[:] = [f"{MODELINE}{UNIT_SCHEMA}", about_file]
    printed = {column.khoa_cot for kind in kinds for column in kind.keys.cac_cot}
    for key in _own_columns(year):
        if key not in printed or year.table is None:
            continue
        old = earlier.get(key)
        values = {name: text for name, text in old.items() if isinstance(text, str)} if isinstance(old, dict) else {}
        fields[key] = {identity: values.get(identity, "") if keep else "" for identity in year.table.own}
        for identity, row in year.table.own.items():
            notes.before[key, identity] = [f"# {label(row)}"]
            if not keep and (text := _shown(values.get(identity, ""))):
                notes.beside[key, identity] = f"# năm {earlier_year}: {text}"
    return write(fields, year.unit_model, notes)


def _own_columns(year: Year) -> Iterator[str]:
    for key, column in (year.table.columns if year.table else {}).items():
        if column.hang_can == "xa_tu_dien":
            yield key


def _still_exists(value: Tree, year: int) -> bool:
    """Tell whether a value names no district, or is of a year that had them."""
    return year <= DISTRICTS_END.year or not any(any(districts(key, text)) for key, text in texts(value))


def _shown(text: str) -> str:
    """Give a value of last year on one line, as a remark."""
    try:
        words = " ".join(plain_text(text).split())
    except ValueError:
        words = " ".join(text.split())
    return words if len(words) <= _ONE_LINE else f"{words[: _ONE_LINE - 1]}…"
