"""Load the layout rules and the kinds of document from rules.yaml, once."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pipeline.input.load import load
from pipeline.problem import Severity
from pipeline.vietnamese import slug

_FILE = Path(__file__).with_name("rules.yaml")
_DEFAULT_PLACE = "Phụ lục I, phần I, "


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what is asked, by which clause, since when, and the allowed values where they are a range or a set.

    `any_paper` tells that it holds for papers of no kind of the decree, too; `strict`, that it is only applied on
    demand, since what it finds is often a matter of opinion.
    """

    name: str
    clause: str
    asked: str
    allowed: tuple[str, ...]
    severity: Severity
    valid_from: dt.date
    any_paper: bool
    strict: bool

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest allowed value."""
        return float(self.allowed[0]), float(self.allowed[-1])


@functools.lru_cache(maxsize=1)
def _tree() -> Mapping[str, Any]:
    tree, problems = load(_FILE.read_bytes(), _FILE.name)
    if problems:
        raise ValueError(str(problems[0]))
    return cast("Mapping[str, Any]", tree)


@functools.lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Return all rules by name."""
    tree = _tree()
    return {name: _rule(name, fields, tree) for name, fields in tree["quy_tac"].items()}


@functools.lru_cache(maxsize=1)
def kinds() -> Mapping[str, tuple[str, str]]:
    """Return name and abbreviation of each kind of document, by the slug of its name."""
    return {slug(name): (name, short) for name, short in _tree()["ten_loai"].items()}


def _rule(name: str, fields: Mapping[str, Any], tree: Mapping[str, Any]) -> Rule:
    clause = fields["khoan"]
    if clause == "-":
        clause = ""
    else:
        clause = f"{tree['van_ban']}, {clause if clause.startswith(('Phụ lục', 'Điều')) else _DEFAULT_PLACE + clause}"
    severity = Severity.WARNING if fields.get("muc_do") == "canh_bao" else Severity.ERROR
    valid_from = dt.date.fromisoformat(fields.get("tu", tree["hieu_luc_tu"]))
    any_paper, strict = fields.get("moi_loai") == "co", fields.get("nghiem") == "co"
    allowed = tuple(fields.get("gia_tri", ()))
    return Rule(name, clause, fields["yeu_cau"], allowed, severity, valid_from, any_paper, strict)
