"""Write problems in formats for programs: annotations of GitHub and GitLab, JSON, SARIF."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline import VERSION
from pipeline.problem import Problem, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_github(problems: Iterable[Problem]) -> str:
    """Write GitHub Actions workflow commands, which GitHub shows on the line in a pull request."""
    return "".join(map(_command, problems))


def _command(problem: Problem) -> str:
    kind = "error" if problem.severity is Severity.ERROR else "warning"
    place = f"file={_property(problem.place.path)},line={problem.place.line or 1},col={problem.place.column or 1}"
    return f"::{kind} {place},title={_property(problem.code)}::{_data(_text(problem))}\n"


def _data(text: str) -> str:
    """Escape a message (percent-encoding) as workflow commands ask for."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command, where colon and comma are separators."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(problems: Iterable[Problem]) -> str:
    """Write a Code Quality report, which GitLab shows on the line in a merge request."""
    return _json(
        [
            {
                "description": _text(problem),
                "check_name": problem.code,
                "fingerprint": hashlib.sha256(f"{problem.place}{problem.code}{problem.message}".encode()).hexdigest(),
                "severity": "critical" if problem.severity is Severity.ERROR else "minor",
                "location": {"path": problem.place.path, "lines": {"begin": problem.place.line or 1}},
            }
            for problem in problems
        ]
    )


def as_json(problems: Iterable[Problem]) -> str:
    """Write a list of objects, one for each problem."""
    return _json(
        [
            {
                "path": problem.place.path,
                "line": problem.place.line,
                "column": problem.place.column,
                "severity": "error" if problem.severity is Severity.ERROR else "warning",
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in problems
        ]
    )


def as_sarif(problems: Iterable[Problem]) -> str:
    """Write a SARIF 2.1.0 log (OASIS, 2020), the format for results of static analysis that editors read."""
    entries = list(problems)
    tool = {
        "name": "van-ban-hanh-chinh",
        "version": VERSION,
        "rules": [{"id": code} for code in sorted({problem.code for problem in entries})],
    }
    results = [
        {
            "ruleId": problem.code,
            "level": "error" if problem.severity is Severity.ERROR else "warning",
            "message": {"text": _text(problem)},
            "locations": [{"physicalLocation": _location(problem)}],
        }
        for problem in entries
    ]
    return _json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": tool}, "results": results}]})


def _location(problem: Problem) -> Mapping[str, Any]:
    region = {"startLine": problem.place.line or 1, "startColumn": problem.place.column or 1}
    return {"artifactLocation": {"uri": problem.place.path}, "region": region}


def _text(problem: Problem) -> str:
    return f"{problem.message}\ncách sửa: {problem.hint}" if problem.hint else problem.message


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {
    "github": as_github,
    "gitlab": as_gitlab,
    "json": as_json,
    "sarif": as_sarif,
}
