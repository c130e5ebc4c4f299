"""A YAML file as plain data and places: every scalar stays text, every key and value knows where it stands.

Where YAML trips over a line that a person reads at once, the problem shows the line as it should be written, and
reading goes on with the mended line, so that everything is reported at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from kpi_cli.problems import Problem, Span
from kpi_cli.scheme.yamlcompose import Composed, Mark, Path, Plain, compose
from kpi_cli.scheme.yamlmend import Repair
from kpi_cli.scheme.yamlpage import Page

_SYNTAX = (
    ("mapping values are not allowed", "a value begins here, but the line is indented wrongly or holds two `: `"),
    ("found unexpected end of stream", "this quote is never closed"),
    ("found unexpected document separator", "this quote is never closed"),
    ("expected ',' or '}'", "expected `,` or `}` here"),
    ("expected ',' or ']'", "expected `,` or `]` here"),
    ("<block end>", "this does not fit the indentation of the lines above"),
    ("could not find expected ':'", "a `:` and a value are missing after this"),
    ("unknown escape character", "a backslash inside double quotes has a meaning of its own"),
    ("node content", "a value is missing here"),
)
_CAUSES = (
    (">", "YAML reads `>` here as the start of folded text"),
    ("|", "YAML reads `|` here as the start of a block of text"),
    ("*", "YAML reads `*` here as an alias"),
    ("&", "YAML reads `&` here as an anchor"),
    ("!", "YAML reads `!` here as a tag"),
    ('"', "YAML reads only what stands in the quotes, and more follows them"),
    ("'", "YAML reads only what stands in the quotes, and more follows them"),
    ("{", "YAML reads `{` here as a mapping"),
    ("[", "YAML reads `[` here as a list"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a YAML file and the places of its keys and values."""

    page: Page
    data: dict[str, Plain]
    values: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]

    def value(self, path: Path) -> Span:
        """Return the place of a value; of a block of lines or an empty value, that of its key."""
        mark = self.values.get(path)
        if mark is None:
            return self.value(path[:-1]) if path else self.page.span_at(0, 0)
        if path in self.keys and (mark.start == mark.end or mark.is_block):
            return self.key(path)
        return self.page.span(mark.start, mark.end - mark.start)

    def key(self, path: Path) -> Span:
        """Return the place of a key; of a list item, that of the item."""
        mark = self.keys.get(path)
        return self.page.span(mark.start, mark.end - mark.start) if mark else self.value(path)

    def within(self, path: Path, offset: int, width: int = 1) -> Span:
        """Return the place of a character of a scalar's text, whatever the scalar's quotes and folds."""
        mark, text = self.values.get(path), self.plain(path)
        if mark is None or not isinstance(text, str):
            return self.value(path)
        return self.page.span(mark.start + mark.offset_in(self.page.text, text, offset), width)

    def plain(self, path: Path) -> Plain | None:
        """Return the data at a path, or None where there is none."""
        found: Plain | None = self.data
        for part in path:
            if isinstance(found, dict) and isinstance(part, str):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a document unless YAML itself is broken, and every problem found."""

    document: Document | None
    problems: tuple[Problem, ...]


def read_yaml(text: str, file: str) -> Reading:
    """Read a YAML text; `file` is the name that problems give."""
    page, problems = Page.of(text, file), list[Problem]()
    while True:
        composed = _try(page)
        if isinstance(composed, Composed):
            mended = _mend(page, composed.stumbles, problems)
            if mended is None:
                return _finish(page, composed, problems)
        else:
            mended = _mend(page, _lines_of(page, composed), problems)
            if mended is None:
                return Reading(None, (*problems, _broken(page, composed)))
        page = mended


def _try(page: Page) -> "Composed | yaml.YAMLError":
    """Compose the page, or return why YAML cannot; always in the words of the parser written in Python."""
    try:
        return compose(page, fast=True)
    except yaml.YAMLError as fast:
        try:
            compose(page, fast=False)
        except yaml.YAMLError as slow:
            return slow
        return fast


def _finish(page: Page, composed: Composed, problems: list[Problem]) -> Reading:
    found = (*problems, *composed.problems)
    if not isinstance(composed.data, dict):
        is_empty = composed.data is None
        code, message = ("yaml-empty", "the file is empty") if is_empty else ("yaml-top", "a scheme begins with keys")
        top = Problem(code, message, page.span_at(0, 0), "begin with `kpi: 1`, `name:` and `timezone:`")
        return Reading(None, found if composed.problems else (*found, top))
    return Reading(Document(page, composed.data, composed.values, composed.keys), found)


def _mend(page: Page, lines: tuple[int, ...], problems: list[Problem]) -> Page | None:
    """Mend the first of the lines that can be mended, noting a problem for each repair; None if none can."""
    for line in lines:
        found = page.repairs(line)
        if found:
            problems.extend(_misread(page, line, repair) for repair in found)
            return page.mended(line, found)
    return None


def _misread(page: Page, line: int, repair: Repair) -> Problem:
    span = page.span_at(line, repair.column, len(repair.value))
    return Problem("yaml-quotes", _cause(repair.value), span, f"in quotes it stays text: `{repair.entry}`")


def _cause(value: str) -> str:
    for start, cause in _CAUSES:
        if value.startswith(start):
            return cause
    if value[0] in "%@`,]}":
        return f"a value cannot begin with `{value[0]}` in YAML"
    if " #" in value:
        return "YAML reads ` #` as the start of a comment"
    if ": " in value:
        return "YAML reads `: ` as the end of a key"
    return "YAML ends a value inside `{}` or `[]` at a comma or bracket"


def _lines_of(page: Page, error: yaml.YAMLError) -> tuple[int, ...]:
    """Return the lines (0-based) on which YAML may have stumbled, the likeliest first."""
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    return tuple(min(mark.line, len(page.lines) - 1) for mark in marks if mark is not None)


def _broken(page: Page, error: yaml.YAMLError) -> Problem:
    """Say in plain words why YAML cannot read on."""
    if isinstance(error, yaml.reader.ReaderError):
        character = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the character U+{character:04X} is not allowed in YAML"
        return Problem("yaml-characters", message, page.span(error.position), "delete it")
    problem, mark = getattr(error, "problem", None) or str(error), getattr(error, "problem_mark", None)
    if r"'\t'" in problem or _tab_indents(page, mark):
        return Problem("yaml-tab", "a tab indents this line", _span_of(page, mark), "indent with spaces")
    if "unexpected end of stream" in problem:
        mark = getattr(error, "context_mark", None) or mark
    message = next((ours for theirs, ours in _SYNTAX if theirs in problem), f"YAML cannot read this: {problem}")
    return Problem("yaml-syntax", message, _span_of(page, mark), _hint(page, mark))


def _span_of(page: Page, mark: yaml.Mark | None) -> Span:
    return page.span(page_index(page, mark.line, mark.column)) if mark else page.span_at(0, 0)


def page_index(page: Page, line: int, column: int) -> int:
    """Return where in the page's text a line and column (0-based) are."""
    return sum(len(text) + 1 for text in page.lines[:line]) + column


def _tab_indents(page: Page, mark: yaml.Mark | None) -> bool:
    return mark is not None and re.match(r" *\t", page.lines[min(mark.line, len(page.lines) - 1)]) is not None


def _hint(page: Page, mark: yaml.Mark | None) -> str | None:
    """Look for a colon without its space on the line or the one above."""
    if mark is None:
        return None
    for line in page.lines[max(0, mark.line - 1) : mark.line + 1]:
        match = re.match(r"\s*(?:- )?(\w+):(\S.*)$", line)
        if match is not None:
            return f"a space follows the colon: `{match[1]}: {match[2]}`"
    return None
