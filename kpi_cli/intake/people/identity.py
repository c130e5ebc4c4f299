"""Who is meant: one spelling for comparing ids, aliases and names, lists of them in one cell, ids that Excel ruined."""

import re
import unicodedata

from kpi_cli.intake.cells.texts import trimmed
from kpi_cli.intake.files.headers import INVISIBLE
from kpi_cli.regexes import regex

_UNSEEN = dict.fromkeys((0x200B, 0x2060, 0xFEFF))  # joiners stay: they shape letters and emoji
_LIST = regex(r"[,;、|，；｜]")
_RUINED = regex(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{1,3}", re.ASCII)


def person_key(text: str) -> str:
    """Return the spelling by which people and teams are compared: NFKC, trimmed, case folded.

    Characters of no width are left out, and white space inside is one space, of whatever kind and length.

    >>> person_key(" ＡLice\u00a0 Lee ") == person_key("alice lee")
    True
    """
    if text.isascii():
        return " ".join(text.lower().split())  # what is below comes to the same
    return " ".join(unicodedata.normalize("NFKC", text.translate(INVISIBLE)).casefold().split())


def shown_name(text: str) -> str:
    """Return a spelling as it is shown: trimmed, one space for any white space inside, nothing that cannot be seen."""
    return " ".join(text.translate(_UNSEEN).split())


def split_list(text: str) -> list[str]:
    """Return the entries of a cell, split at `,` `;` `、` `|` (full-width too), trimmed, without empty ones."""
    return [entry for part in _LIST.split(text) if (entry := trimmed(part))]


def is_ruined(text: str) -> bool:
    """Whether an id is what Excel makes of a long number: `1.25E+17`, whose last digits are lost."""
    return "+" in text and _RUINED.fullmatch(trimmed(text)) is not None
