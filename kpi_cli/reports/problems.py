"""Problems as people read them: where, what, the line with a caret under the place, and how to mend it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rich.cells import cell_len
from rich.text import Text

from kpi_cli.problems import Problem, Severity, Span
from kpi_cli.reports.page import Page, paragraphs, printed
from kpi_cli.reports.safe import shortened, visible

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
_SHOWN = 100  # characters of a long source line that are shown around the place
_LONG_WORD = re.compile(r"\S{400,}")  # what no path or formula is: a cell of megabytes
_MOST = 4000  # characters of a message


def problems_text(problems: Sequence[Problem], page: Page) -> str:
    """Return all problems, and how many there are; nothing where there is none."""
    if not problems:
        return ""
    lines = chain.from_iterable(_lines(problem) for problem in problems)
    return printed(paragraphs([*lines, Text(counted(problems), style="bold")]), page)


def counted(problems: Iterable[Problem]) -> str:
    """Return for example `2 errors, 1 warning`."""
    found = Counter(problem.severity for problem in problems)
    parts = ((severity, found[severity]) for severity in Severity if found[severity])
    return ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in parts)


def _lines(problem: Problem) -> Iterator[Text]:
    span = problem.span
    where = f"{visible(span.file)}:{span.line}:{span.column}: " if span else ""
    message = _indented(_readable(problem.message), "    ")
    style = _STYLES[problem.severity]
    yield Text.assemble((where, "bold"), (f"{problem.severity}: ", style), message, (f" [{problem.code}]", "dim"))
    if span and span.text.strip():
        yield from _excerpt(span, style)
    if problem.help:
        yield Text.assemble(("   = help: ", "cyan"), _indented(problem.help, " " * 11))


def _readable(text: str) -> str:
    """Return a message that a person can read, whatever the cells that it quotes are like."""
    return shortened(_LONG_WORD.sub(lambda found: shortened(found.group(), _SHOWN), text), _MOST)


def _indented(text: str, indent: str) -> str:
    return f"\n{indent}".join(visible(line) for line in text.splitlines())


def _excerpt(span: Span, style: str) -> Iterator[Text]:
    """Yield the source line and a line with carets under the place, counted in terminal cells."""
    start = max(0, span.column - 1 - _SHOWN // 2)
    cut = "…" if start else ""
    text = cut + visible(span.text.rstrip("\r\n")[start : start + _SHOWN].replace("\t", " "))
    at = span.column - 1 - start + len(cut)
    place = text[at : at + span.width]
    gutter = str(span.line)
    yield Text.assemble((f" {gutter} | ", "dim"), text)
    carets = "^" * max(cell_len(place), 1)
    yield Text.assemble((f" {' ' * len(gutter)} | ", "dim"), " " * cell_len(text[:at]), (carets, style))
