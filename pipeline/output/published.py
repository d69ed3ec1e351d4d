"""Define the base of all types that are published as JSON: frozen, and strict about what is read back.

Files in an output folder may have been changed by anybody: a value of another type, a NUL in a text or a number out of
range is damage, like a file that is no JSON at all.
"""

from typing import Annotated

import pydantic


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL")
    return text


Text = Annotated[str, pydantic.Strict(), pydantic.AfterValidator(_without_nul)]
Number = Annotated[int, pydantic.Strict(), pydantic.Field(ge=0, le=1_000_000_000)]
Flag = Annotated[bool, pydantic.Strict()]


class Published(pydantic.BaseModel):
    """A published value; keys that it does not have, such as those of a later version, are ignored."""

    model_config = pydantic.ConfigDict(frozen=True)

    def fields(self) -> object:
        """Give the value as JSON has it, without the fields that have their default."""
        return self.model_dump(mode="json", exclude_defaults=True)
