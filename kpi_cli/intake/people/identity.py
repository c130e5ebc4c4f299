"""Who is meant: one spelling for comparing ids, aliases and names, lists of them in one cell, ids that Excel ruined."""

import re
import unicodedata

from kpi_cli.intake.cells.texts import trimmed

_LIST = re.compile(r"[,;、|，；｜]")
_RUINED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{1,3}", re.ASCII)


def person_key(text: str) -> str:
    """Return the spelling by which people and teams are compared: NFKC, trimmed, case folded.

    >>> person_key(" ＡLice ") == person_key("alice")
    True
    """
    if text.isascii():
        return text.strip().lower()  # what is below comes to the same
    return trimmed(unicodedata.normalize("NFKC", text)).casefold()


def split_list(text: str) -> list[str]:
    """Return the entries of a cell, split at `,` `;` `、` `|` (full-width too), trimmed, without empty ones."""
    return [entry for part in _LIST.split(text) if (entry := trimmed(part))]


def is_ruined(text: str) -> bool:
    """Whether an id is what Excel makes of a long number: `1.25E+17`, whose last digits are lost."""
    return "+" in text and _RUINED.fullmatch(trimmed(text)) is not None
