"""Write JSON Schemas of the data files, for editors that check and complete while typing.

There is one for all criteria sets, and one for the communes' files of each year, with that year's targets. They have
keywords of draft-07 only, the newest draft that the YAML language server reads.
"""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.emphasis import plain_text
from pipeline.files import to_json, write_atomic
from pipeline.input.load import load
from pipeline.input.parse import parse
from pipeline.input.sources import CRITERIA_SET_FILE, find_years, read_source
from pipeline.kinds.bang_tieu_chi.model import TieuChi, placed_rows
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.van_ban.model import QUOTED

CRITERIA_SET_SCHEMA, COMMUNE_SCHEMA = "bo-tieu-chi.schema.json", "commune.schema.json"

MODELINE = "# yaml-language-server: $schema="
"""The comment by which editors find the schema of a data file; its path follows, relative to the file."""


def criteria_set_schema() -> dict[str, Any]:
    """Give the schema of criteria sets."""
    return _bare(schema(BoTieuChi))


def commune_schema(criteria_set: BoTieuChi) -> dict[str, Any]:
    """Give the schema of the communes' files of a year: all targets that they must fill in, no others, with names."""
    root = schema(Commune)
    targets = root["properties"]["chi_tieu"]
    shape = targets["additionalProperties"]
    targets["properties"] = {
        row.dinh_danh: {"title": plain_text(row.ten_tieu_chi), "description": label(row), **shape}
        for _, _, row in placed_rows(criteria_set)
        if row.xa_tu_dien
    }
    targets["required"] = list(targets["properties"])
    targets["additionalProperties"] = False
    return _bare(root)


def label(row: TieuChi) -> str:
    """Give a criterion's label and name, such as `1,10 Tỷ lệ che phủ rừng`."""
    return f"{row.ky_hieu} {plain_text(row.ten_tieu_chi)}".strip()


def write_schemas(data: Path) -> list[Path]:
    """Write the schema of criteria sets and that of every year below a data folder; give their paths.

    A year whose criteria set cannot be read keeps the schema that it has; `check` reports what is wrong there.
    """
    write_atomic(data, CRITERIA_SET_SCHEMA, to_json(criteria_set_schema()))
    paths = [data / CRITERIA_SET_SCHEMA]
    for path in (year / CRITERIA_SET_FILE for year in find_years(data)):
        if not path.exists():
            continue
        source = read_source(path)
        tree = load(source.content, source.path)[0]
        criteria_set = None if tree is None else parse(BoTieuChi, tree, source.path)[0]
        if criteria_set:
            write_atomic(path.parent, COMMUNE_SCHEMA, to_json(commune_schema(criteria_set)))
            paths.append(path.parent / COMMUNE_SCHEMA)
    return paths


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
    if part.get("$ref", "").rpartition("/")[2] in parts:
        part = {**parts[part["$ref"].rpartition("/")[2]], **{key: part[key] for key in part if key != "$ref"}}
    if "anyOf" in part:
        shapes = (shape for shape in part["anyOf"] if shape != {"type": "null"})
        part = {**next(shapes), **{key: value for key, value in part.items() if key not in {"anyOf", "default"}}}
    title = {"title": part["title"]} if part.get("title") else {}
    tidy = title | {key: value for key, value in part.items() if key != "title"}
    if tidy.get("type") == "string" and "enum" not in tidy and QUOTED not in tidy:
        # A YAML reader may take a text without quotes for a number, and takes a missing one for null.
        may_be_empty = "minLength" not in tidy and re.match(tidy.get("pattern", ""), "")
        may_be_number = "/" not in tidy.get("pattern", "")
        tidy["type"] = ["string", *["number"] * may_be_number, *["null"] * bool(may_be_empty)]
    if "properties" in tidy:
        tidy["properties"] = {key: _tidy(value, parts) for key, value in tidy["properties"].items()}
    if "items" in tidy:
        tidy["items"] = _tidy(tidy["items"], parts)
    return tidy


def _bare(part: dict[str, Any]) -> dict[str, Any]:
    """Remove the mark QUOTED, which is for the formatter alone."""
    return {key: _bare(value) if isinstance(value, dict) else value for key, value in part.items() if key != QUOTED}
