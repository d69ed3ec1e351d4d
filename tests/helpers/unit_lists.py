"""Make pipeline/input/units.tsv from the packages that hold the lists of units. Run by `nox -s units`.

noxfile.py names the packages and unpacks them. They are read as files; none of their code runs.
"""

import contextlib
import json
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipeline.input.units import LISTS, Unit

TARGET = Path(__file__).resolve().parents[2] / "pipeline" / "input" / "units.tsv"

_HEAD = """\
# Units of the commune level in Vietnam: facts alone, with no code or wording of the sources, which are named with
# their licences in docs/decisions/0014-lists-of-units.md. Made by `nox -s units`.
# lists that hold the unit (1 to 4), code, kind, name, district, province
"""
_KINDS = ("xã", "phường", "thị trấn", "đặc khu")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# oà, uỷ at the end of a syllable: written òa, ủy, as the newest list of the statistics office mostly does.
_OPEN = re.compile(rf"(?<![qQ])([ou])([aeoy])([{_TONES}])(?!\w)")
_PAIRS = frozenset({"oa", "oe", "uy"})


def make(folder: Path) -> str:
    """Give the text of units.tsv from a folder that has one subfolder for each source, `1` to `4`."""
    rows: dict[Unit, str] = {}
    for position in range(1, len(LISTS) + 1):
        database = folder / str(position) / "vietnamadminunits" / "data" / "dataset.db"
        nested = folder / str(position) / "vietnam_provinces" / "data" / "nested-divisions.json"
        for unit in _from_database(database) if database.is_file() else _from_json(nested):
            rows[unit] = rows.get(unit, "") + str(position)
    lines = sorted(f"{unit.ma_don_vi}\t{lists}\t{_tail(unit)}" for unit, lists in rows.items())
    return _HEAD + "".join(
        f"{lists}\t{code}\t{tail}\n" for code, lists, tail in (line.split("\t", 2) for line in lines)
    )


def _tail(unit: Unit) -> str:
    return f"{unit.loai_don_vi}\t{unit.ten_don_vi}\t{unit.huyen}\t{unit.tinh}"


def _from_json(path: Path) -> Iterator[Unit]:
    for province in json.loads(path.read_bytes()):
        for district in province.get("districts", [{"name": "", "wards": province.get("wards")}]):
            for ward in district["wards"]:
                yield _unit(f"{ward['code']:05d}", ward["name"], district["name"], province["name"])


def _from_database(path: Path) -> Iterator[Unit]:
    """Read the units until 2025-06-30; five island districts without communes have no code there."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        query = "select wardCode, ward, district, province from admin_units_legacy where wardCode is not null"
        for row in database.execute(query):
            yield _unit(*row)


def _unit(code: str, full_name: str, district: str, province: str) -> Unit:
    name = tidy(full_name)
    kind = next(kind for kind in _KINDS if name.lower().startswith(f"{kind} "))
    return Unit(code, kind, name[len(kind) + 1 :], _uncapitalised(tidy(district)), _uncapitalised(tidy(province)))


def tidy(name: str) -> str:
    """Write a name as one spelling of several: NFC, single blanks, `'`, tone marks as in `hòa`, `thủy`."""
    text = unicodedata.normalize("NFD", " ".join(name.split()).replace("’", "'"))
    moved = _OPEN.sub(lambda found: found[1] + found[3] + found[2] if found[1] + found[2] in _PAIRS else found[0], text)
    return unicodedata.normalize("NFC", moved)


def _uncapitalised(name: str) -> str:
    """Write a district's or province's kind in lower case, as within a sentence."""
    return name[:1].lower() + name[1:]


if __name__ == "__main__":
    TARGET.write_text(make(Path(sys.argv[1])), encoding="utf-8", newline="\n")
