"""JSON Schemas of the data files, for editors that check and complete while typing.

One for all criteria sets; one for the communes' files of each year, which names that year's targets. Draft-07 keywords
only: the newest that the YAML language server reads.
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
"""What editors look for in a data file; the path of its schema follows, as seen from the file."""


def criteria_set_schema() -> dict[str, Any]:
    """Give the schema of criteria sets."""
    return _bare(schema(BoTieuChi))


def commune_schema(criteria_set: BoTieuChi) -> dict[str, Any]:
    """Give the schema of the communes' files of a year: exactly the targets that are left to them, with their names."""
    made = schema(Commune)
    targets = made["properties"]["chi_tieu"]
    shape = targets["additionalProperties"]
    targets["properties"] = {
        row.dinh_danh: {"title": plain_text(row.ten_tieu_chi), "description": label(row), **shape}
        for _, _, row in placed_rows(criteria_set)
        if row.xa_tu_dien
    }
    targets["required"] = list(targets["properties"])
    targets["additionalProperties"] = False
    return _bare(made)


def label(row: TieuChi) -> str:
    """Give a criterion's label and name, such as `1,10 Tỷ lệ che phủ rừng`."""
    return f"{row.ky_hieu} {plain_text(row.ten_tieu_chi)}".strip()


def write_schemas(data: Path) -> list[Path]:
    """Write the schema of criteria sets and that of every year below a data folder; give their paths.

    A year whose criteria set cannot be read keeps the schema that it has: checking says what is wrong there.
    """
    write_atomic(data, CRITERIA_SET_SCHEMA, to_json(criteria_set_schema()))
    written = [data / CRITERIA_SET_SCHEMA]
    for path in (year / CRITERIA_SET_FILE for year in find_years(data)):
        if not path.exists():
            continue
        source = read_source(path)
        tree = load(source.content, source.path)[0]
        criteria_set = None if tree is None else parse(BoTieuChi, tree, source.path)[0]
        if criteria_set:
            write_atomic(path.parent, COMMUNE_SCHEMA, to_json(commune_schema(criteria_set)))
            written.append(path.parent / COMMUNE_SCHEMA)
    return written


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give a model's schema, without what only one year's criteria set knows; what is quoted always says so."""
    made = model.model_json_schema(ref_template="#/definitions/{model}")
    parts = made.pop("$defs", {})
    # A reference alone: draft-07 ignores what stands beside one. Only rows within rows refer to themselves.
    recursive = {name for name, part in parts.items() if f"#/definitions/{name}" in str(part)}
    plain = {name: part for name, part in parts.items() if name not in recursive}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_tidied(made, plain),
        **({"definitions": {name: _tidied(parts[name], plain) for name in sorted(recursive)}} if recursive else {}),
    }


def _tidied(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a key: other models in place, no null, no empty titles, texts as editors see them."""
    if part.get("$ref", "").rpartition("/")[2] in parts:
        part = {**parts[part["$ref"].rpartition("/")[2]], **{key: part[key] for key in part if key != "$ref"}}
    if "anyOf" in part:
        shapes = (shape for shape in part["anyOf"] if shape != {"type": "null"})
        part = {**next(shapes), **{key: value for key, value in part.items() if key not in {"anyOf", "default"}}}
    title = {"title": part["title"]} if part.get("title") else {}
    made = title | {key: value for key, value in part.items() if key != "title"}
    if made.get("type") == "string" and "enum" not in made and QUOTED not in made:
        # What YAML's own types would make of a text without quotes, or of none.
        may_be_empty = "minLength" not in made and re.match(made.get("pattern", ""), "")
        may_be_number = "/" not in made.get("pattern", "")
        made["type"] = ["string", *["number"] * may_be_number, *["null"] * bool(may_be_empty)]
    if "properties" in made:
        made["properties"] = {key: _tidied(value, parts) for key, value in made["properties"].items()}
    if "items" in made:
        made["items"] = _tidied(made["items"], parts)
    return made


def _bare(part: dict[str, Any]) -> dict[str, Any]:
    """Take out what is for the formatter alone."""
    return {key: _bare(value) if isinstance(value, dict) else value for key, value in part.items() if key != QUOTED}
