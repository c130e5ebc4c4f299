"""Text from files made harmless: for terminals, for spreadsheets, for Markdown.

Names come from exports, so they may hold escape codes, markup or formulas. Nothing of that may run anywhere.
"""

import re
from collections.abc import Collection, Sequence

from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.regexes import regex

# C0 and C1 control characters, line and paragraph separators, and the marks that turn the reading direction
_CONTROL = regex("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CONTROL_IN_CSV = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_RUNS = regex(r"[=+\-@\t\r]")  # what a spreadsheet would run when it comes first
_QUOTED = regex(r'[",\r\n]')
_SUSPECT = regex('[",\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')  # of them
_RUNS_IN_LINES = regex(r"\n[=+\-@\t]")
REPLACEMENT = "\ufffd"
SHOWN_IDS = 5
SHOWN_CHARACTERS = 80  # of one cell, where it is shown to a person


def visible(text: str) -> str:
    """Return one line of text that can change nothing on a terminal: each control character as `\ufffd`."""
    return _CONTROL.sub(REPLACEMENT, text)


def shortened(text: str, most: int) -> str:
    """Return the text, or of one with more than `most` characters its beginning and a bit of its end."""
    return text if len(text) <= most else f"{text[: most * 3 // 4]}…{text[-(most // 8) :]}"


def lines(text: str) -> str:
    """Return the text harmless as by `visible`, its line ends kept."""
    return "\n".join(visible(line) for line in text.splitlines())


def csv_texts(texts: Sequence[str]) -> list[str]:
    """Return CSV fields of text cells: no control characters, nothing a spreadsheet would run, quoted by RFC 4180."""
    if _are_harmless(texts):
        return list(texts)
    fields = {text: _quoted(_disarmed(text)) for text in set(texts)}
    return [fields[text] for text in texts]


def _are_harmless(texts: Collection[str]) -> bool:
    """Whether no text needs quotes or disarming: the usual case, found out in one pass over a whole column."""
    joined = "\n" + "\n".join(texts)
    whole = joined.count("\n") == len(texts)
    # one after the other: both in one pattern take thrice as long
    return whole and not _SUSPECT.search(joined) and not _RUNS_IN_LINES.search(joined)


def csv_ids(ids: Sequence[str]) -> list[str]:
    """Return CSV fields of agents' ids, which stay as they are: raises KpiError if one would have to change."""
    if _are_harmless(ids):
        return list(ids)
    changed = sorted({text for text in ids if _disarmed(text) != text})
    if not changed:
        return csv_texts(ids)
    some = ", ".join(f"`{visible(shortened(text, SHOWN_CHARACTERS))}`" for text in changed[:SHOWN_IDS])
    more = f" and {len(changed) - SHOWN_IDS} more" if len(changed) > SHOWN_IDS else ""
    run = "a spreadsheet would run an id that begins with = + - @"
    hidden = "an id may hold no control characters, nor marks that turn the reading direction"
    why = dict.fromkeys(hidden if _CONTROL_IN_CSV.search(text) else run for text in changed)
    help_text = f"{'; '.join(why)}: mend it in the roster or the export"
    problem = Problem("unsafe-id", f"agent ids that cannot be written as they are: {some}{more}", help=help_text)
    raise KpiError(problem, Exit.DATA)


def _disarmed(text: str) -> str:
    text = _CONTROL_IN_CSV.sub(REPLACEMENT, text)
    return f"'{text}" if _RUNS.match(text) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def markdown_text(text: str) -> str:
    """Return the text as a cell of a GitHub table: pipes and markup escaped, on one line."""
    return re.sub(r"([\\|`*_<>\[\]~])", r"\\\1", visible(text))
