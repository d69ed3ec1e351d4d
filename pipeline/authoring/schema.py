"""Write JSON Schemas of the data files, for editors that check and complete while typing.

There is one for all criteria sets, one for the common files, and for each year one for its units' files, with that
year's columns and criteria, and one for its kinds. They have keywords of draft-07 only, the newest draft that the YAML
language server reads.
"""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.emphasis import plain_text
from pipeline.files import to_json, write_atomic
from pipeline.input.sources import CRITERIA_SET_FILE, DEFAULTS_FILE, Folders, find_years, year_files
from pipeline.kinds.bang_tieu_chi.model import BoTieuChi, TieuChi
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.model import LoaiVanBan
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled, own_asked
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.kinds.noi_dung.shapes import shape_asked
from pipeline.kinds.van_ban.model import Chung
from pipeline.kinds.van_ban.values import QUOTED
from pipeline.problem import TemplateError
from pipeline.word.asked import Asked

CRITERIA_SET_SCHEMA, DEFAULTS_SCHEMA = "bo-tieu-chi.schema.json", "chung.schema.json"
UNIT_SCHEMA, KIND_SCHEMA = "don-vi.schema.json", "{}.schema.json"

MODELINE = "# yaml-language-server: $schema="
"""The comment by which editors find the schema of a data file; its path follows, relative to the file."""


_LEVELS = {
    "I": ("Đề mục lớn", "Đề mục lớn; máy đánh số I., II."),
    "1": ("Đề mục", "Đề mục; máy đánh số 1., 2."),
    "a": ("Điểm", "Điểm; máy đánh số a), b)"),
    "dieu": ("Điều", "Điều; máy đánh số Điều 1., Điều 2."),
    "doan": ("Đoạn văn", "Một đoạn văn"),
    "gach": ("Ý", "Một ý sau dấu gạch đầu dòng"),
}


def schema_file(path: Path) -> str:
    """Give the path of the schema of a data file, relative to it."""
    if path.name in {CRITERIA_SET_FILE, DEFAULTS_FILE}:
        return f"../{path.stem}.schema.json"
    return KIND_SCHEMA.format(path.stem) if path.name[:1].isalpha() else UNIT_SCHEMA


def criteria_set_schema() -> dict[str, Any]:
    """Give the schema of criteria sets."""
    return _bare(schema(BoTieuChi))


def unit_schema(year: Year) -> dict[str, Any]:
    """Give the schema of the units' files of a year: its kinds of paper, its columns with the criteria of each."""
    root = schema(year.unit_model)
    for key, column in (year.table.columns if year.table else {}).items():
        part = root["properties"][key]
        shape = part["additionalProperties"]
        rows = year.table.by_identity if year.table else {}
        if column.hang_can == "xa_tu_dien":
            rows = year.table.own if year.table else {}
        elif column.kieu_cot == "diem" or column.hang_can == "co_diem":
            rows = year.table.scored if year.table else {}
        part["properties"] = {
            identity: {"title": plain_text(row.ten_tieu_chi), "description": label(row), **shape}
            for identity, row in rows.items()
        }
        part["additionalProperties"] = False
        if column.hang_can == "xa_tu_dien":
            part["required"] = list(part["properties"])
    papers = root["properties"]["van_ban"]
    shape = papers.pop("additionalProperties")
    papers["properties"] = {
        kind.name: {**shape, "title": kind.keys.ten_loai} for kind in year.kinds.values() if kind.is_for_each_unit
    }
    for name, part in papers["properties"].items():
        fields = _own_schema(year.kinds[name])
        part["properties"] = {**part["properties"], "noi_dung": {**part["properties"]["noi_dung"], **fields}}
    papers["additionalProperties"] = False
    return _bare(root)


def kind_schema(kind: PaperKind, year: Year) -> dict[str, Any]:
    """Give the schema of a kind's file: the year's columns, and the fields that its template asks for."""
    root = schema(LoaiVanBan)
    root["properties"]["noi_dung"] |= _own_schema(kind)
    columns = list(year.table.columns) if year.table else []
    others = [name for name in year.kinds if name != kind.name]
    root["properties"]["loai_truoc"] = {**root["properties"]["loai_truoc"], **({"enum": others} if others else {})}
    root["properties"]["cac_cot"]["items"]["properties"]["khoa_cot"]["examples"] = columns
    return _bare(root)


def _own_schema(kind: PaperKind) -> dict[str, Any]:
    """Give what an editor needs to know of the fields that a kind's template asks of the data."""
    try:
        asked = own_asked(compiled(kind.template, PAPER_FIELDS))
    except TemplateError:
        return {}
    return {"properties": {name: _field(name, field) for name, field in asked.items()}, "additionalProperties": False}


def _field(name: str, field: Asked) -> dict[str, Any]:
    text = {"type": ["string", "number"]}
    about: dict[str, Any] = {"title": name, "description": f"Mẫu Word in ở đoạn: {field.words}"}
    match shape_asked(field):
        case "text":
            return {**about, **text}
        case "lines":
            return {**about, "type": "array", "items": text}
        case "outline":
            levels = {level: {"title": title, "description": said, **text} for level, (title, said) in _LEVELS.items()}
            # The YAML language server takes the key 1 for a number, which is none of `properties`.
            item = {"type": "object", "properties": levels, "patternProperties": {"^1$": levels["1"]}}
            shape = {**item, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
            return {**about, "type": "array", "items": shape}
        case _:
            parts = sorted(field.parts)
            words = {part: {"title": part, "description": f"{about['description']}: {part}", **text} for part in parts}
            item = {"type": "object", "properties": words, "required": parts}
            return {**about, "type": "array", "items": {**item, "additionalProperties": False}}


def label(row: TieuChi) -> str:
    """Give a criterion's label and name, such as `1,10 Tỷ lệ che phủ rừng`."""
    return f"{row.ky_hieu} {plain_text(row.ten_tieu_chi)}".strip()


def write_schemas(folders: Folders) -> list[Path]:
    """Write the schemas of criteria sets and common files, and those of every year below a data folder; give paths.

    A year whose criteria cannot be read keeps the schemas that it has; `check` reports what is wrong there.
    """
    data = folders.data
    files = {data / CRITERIA_SET_SCHEMA: criteria_set_schema(), data / DEFAULTS_SCHEMA: _bare(schema(Chung))}
    for folder in find_years(data):
        year = read_year(year_sources(folders, year_files(folder))[0])
        if year.is_broken:
            continue
        files[folder / UNIT_SCHEMA] = unit_schema(year)
        files |= {folder / KIND_SCHEMA.format(kind.name): kind_schema(kind, year) for kind in year.kinds.values()}
    for path, content in files.items():
        write_atomic(path.parent, path.name, to_json(content))
    return list(files)


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give a model's schema in draft-07; it keeps the mark QUOTED of texts that the formatter always quotes."""
    root = model.model_json_schema(ref_template="#/definitions/{model}")
    parts = root.pop("$defs", {})
    # A reference stands alone: draft-07 ignores keys beside it. Only recursive parts (rows within rows) need one.
    recursive = {name for name, part in parts.items() if f"#/definitions/{name}" in str(part)}
    plain = {name: part for name, part in parts.items() if name not in recursive}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_tidy(root, plain),
        **({"definitions": {name: _tidy(parts[name], plain) for name in sorted(recursive)}} if recursive else {}),
    }


def _tidy(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a key: other models inlined, no null, no empty titles, texts as an editor reads them."""
    if "anyOf" in part:
        shapes = (shape for shape in part["anyOf"] if shape != {"type": "null"})
        part = {**next(shapes), **{key: value for key, value in part.items() if key not in {"anyOf", "default"}}}
    if part.get("$ref", "").rpartition("/")[2] in parts:
        part = {**parts[part["$ref"].rpartition("/")[2]], **{key: part[key] for key in part if key != "$ref"}}
    if "patternProperties" in part:
        # What keys look like is for check to say; an editor needs what stands below them.
        below = next(iter(part["patternProperties"].values()))
        left_out = {"patternProperties", "propertyNames"}
        part = {key: value for key, value in part.items() if key not in left_out} | {"additionalProperties": below}
    title = {"title": part["title"]} if part.get("title") else {}
    tidy = title | {key: value for key, value in part.items() if key != "title"}
    if tidy.get("type") == "string" and "enum" not in tidy and QUOTED not in tidy:
        # A YAML reader may take a text without quotes for a number, and takes a missing one for null.
        may_be_empty = "minLength" not in tidy and re.match(tidy.get("pattern", ""), "")
        may_be_number = "/" not in tidy.get("pattern", "")
        tidy["type"] = ["string", *["number"] * may_be_number, *["null"] * bool(may_be_empty)]
    if "properties" in tidy:
        tidy["properties"] = {key: _tidy(value, parts) for key, value in tidy["properties"].items()}
    for inside in ("items", "additionalProperties"):
        if isinstance(tidy.get(inside), dict):
            tidy[inside] = _tidy(tidy[inside], parts)
    return tidy


def _bare(part: dict[str, Any]) -> dict[str, Any]:
    """Remove the mark QUOTED, which is for the formatter alone."""
    return {key: _bare(value) if isinstance(value, dict) else value for key, value in part.items() if key != QUOTED}
