"""The published format is documented: the examples are read, and no key is left out."""

import json
import re
from pathlib import Path
from typing import Any

import pydantic
from conftest import ROOT

from pipeline.files import to_json
from pipeline.output.ledger import Issued, read_ledger, write_ledger
from pipeline.output.manifest import Entry, PublishedProblem, SummaryEntry, manifest_bytes, read_manifest
from pipeline.output.origin import Origin
from pipeline.output.records import Metadata, PublishedUnit, Recipient, Record, Signer

PAGE = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
MANIFEST, LEDGER, RECORD = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
TYPES: tuple[type[pydantic.BaseModel], ...] = (
    *(Entry, SummaryEntry, PublishedProblem, Origin),
    *(Issued, Record, Metadata, PublishedUnit, Signer, Recipient),
)


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in _keys(each)}
    return {key for each in value for key in _keys(each)} if isinstance(value, list) else set()


def test_the_examples_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(to_json(MANIFEST))
    manifest, damage = read_manifest(path)

    assert damage == ()
    assert json.loads(manifest_bytes(manifest)[0]) == MANIFEST
    assert json.loads(Record.model_validate(RECORD).content()) == RECORD
    write_ledger(tmp_path, {"x": Issued.model_validate(LEDGER)})
    (issued,) = read_ledger(tmp_path).values()
    assert issued.fields() == LEDGER


def test_every_key_has_its_line_and_stands_in_an_example() -> None:
    keys = {name for each in TYPES for name in each.model_fields} | {"van_ban", "tong_hop", "kem", "trang", "co_loi"}
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*$", PAGE, re.MULTILINE))))

    assert len(keys) > 40
    assert keys - told == set()
    assert keys - _keys(MANIFEST) - _keys(RECORD) - _keys(LEDGER) == set()
