"""JSON Schemas of the data files, for editors that check and complete while typing."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.model import BoTieuChi, Commune
from pipeline.publish import to_json, write_atomic

SCHEMAS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("bo-tieu-chi.schema.json", BoTieuChi),
    ("commune.schema.json", Commune),
)


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give a model's schema in draft-07 terms, the newest that the YAML language server reads."""
    made = model.model_json_schema(ref_template="#/definitions/{model}")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **{key: value for key, value in made.items() if key != "$defs"},
        "definitions": made.get("$defs", {}),
    }


def write_schemas(data: Path) -> list[Path]:
    """Write the schemas of both kinds of file into a data folder."""
    for name, model in SCHEMAS:
        write_atomic(data, name, to_json(schema(model)))
    return [data / name for name, _ in SCHEMAS]
