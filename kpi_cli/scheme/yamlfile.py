"""A YAML file as plain data and places: every scalar stays text, every key and value knows where it stands.

Where YAML trips over a line that a person reads at once, the problem shows the line as it should be written, and
reading goes on with the mended line, so that everything is reported at once.
"""

from collections.abc import Mapping

import yaml
from msgspec import Struct

from kpi_cli.problems import Problem, Span
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.yamlcompose import Composed, Mark, compose
from kpi_cli.scheme.yamlpage import Page
from kpi_cli.scheme.yamltrouble import broken, full_width, misread, stumbling_lines


class Document(Struct, frozen=True):
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

    def lines(self, path: Path) -> tuple[int, int]:
        """Return the first and last line (1-based) of what stands at a path; nothing stands on line 0."""
        mark = self.values.get(path)
        if mark is None:
            return 0, 0
        end = mark.start + len(self.page.text[mark.start : mark.end].rstrip())  # a block ends where the next begins
        return self.key(path).line, self.page.position(max(mark.start, end - 1))[0] + 1

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


class Reading(Struct, frozen=True):
    """What came of reading a file: a document unless YAML itself is broken, and every problem found."""

    document: Document | None
    problems: tuple[Problem, ...]


def read_yaml(text: str, file: str) -> Reading:
    """Read a YAML text; `file` is the name that problems give."""
    page, problems = Page.of(text, file), list[Problem]()
    while True:
        composed = _try(page)
        if isinstance(composed, Composed):
            mended = _plain(page, composed.stumbles, problems) or _mend(page, composed.stumbles, problems)
            if mended is None:
                return _finish(page, composed, problems)
        else:
            lines = stumbling_lines(page, composed)
            mended = _plain(page, (*lines, *map(page.above, lines)), problems) or _mend(page, lines, problems)
            if mended is None:
                return Reading(None, (*problems, broken(page, composed)))
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
        start, help_text = page.span_at(0, 0), "begin with `kpi: 1`, `name:` and `timezone:`"
        if composed.data is None:
            found = (*found, Problem("yaml-empty", "there is nothing in the file", start, help_text))
        else:
            found = (*found, Problem("yaml-top", "a scheme begins with keys", start, help_text))
        return Reading(None, found)
    return Reading(Document(page, composed.data, composed.values, composed.keys), found)


def _plain(page: Page, lines: tuple[int, ...], problems: list[Problem]) -> Page | None:
    """Read the full-width signs of the first line that has any as YAML's own, noting them; None if none has."""
    for line in lines:
        found = page.wide_signs(line)
        if found:
            problems.extend(full_width(page, line, found))
            return page.with_plain(line, found)
    return None


def _mend(page: Page, lines: tuple[int, ...], problems: list[Problem]) -> Page | None:
    """Mend the first of the lines that can be mended, noting a problem for each repair; None if none can."""
    for line in lines:
        found = page.repairs(line)
        if found:
            problems.extend(misread(page, line, repair) for repair in found)
            return page.mended(line, found)
    return None
