"""What the checker says, as values: which rule, where, what was found, what is asked."""

import dataclasses
from typing import NamedTuple

from pipeline.problem import Severity

_WORDS = 60


class Where(NamedTuple):
    """A place in a document, in a person's terms.

    `order` counts all paragraphs of the document's body in their order, from 0; -1 is the document as a whole.
    """

    order: int = -1
    label: str = "cả văn bản"
    words: str = ""

    def __str__(self) -> str:
        """Give the place and its first words."""
        words = " ".join(self.words.split())
        short = words if len(words) <= _WORDS else words[: _WORDS - 1] + "…"
        return f"{self.label} “{short}”" if short else self.label


class Hit(NamedTuple):
    """A rule that is broken somewhere, before the rule's own data is added."""

    rule: str
    where: Where
    found: str


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A broken rule: where, what was found and what is asked; `more` places beyond this one show the same."""

    where: Where
    rule: str
    found: str
    asked: str
    clause: str
    severity: Severity
    more: int = 0

    def __str__(self) -> str:
        """Give the two lines that a person reads."""
        more = f" (và {self.more} chỗ nữa)" if self.more else ""
        clause = f" ({self.clause})" if self.clause else ""
        return f"{self.where}: {self.severity} [{self.rule}] {self.found}{more}\n    yêu cầu: {self.asked}{clause}"
