"""The text of a YAML file as lines, some of them mended for reading on; places always speak of the lines as written."""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.problems import Span
from kpi_cli.scheme.yamlmend import Repair, mended, repairs
from kpi_cli.scheme.yamlwide import Wide, plain_line, wide_signs


class Page(Struct, frozen=True):
    """The lines of the file as `written`, those YAML is given, their `text`, and the columns `inserted` in them."""

    file: str
    written: tuple[str, ...]
    lines: tuple[str, ...]
    text: str
    inserted: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    quoted: frozenset[int] = frozenset()  # the lines that have been given quotes

    @classmethod
    def of(cls, text: str, file: str) -> "Page":
        """Cut a text into lines at LF, CR LF or CR; a byte order mark is dropped."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        lines = tuple(text.split("\n"))
        return cls(file, lines, lines, text)

    def position(self, index: int) -> tuple[int, int]:
        """Return the line and column (0-based, as given to YAML) of a character of `text`."""
        return self.text.count("\n", 0, index), index - (self.text.rfind("\n", 0, index) + 1)

    def span(self, index: int, width: int = 1) -> Span:
        """Return the place, as written, of a character of `text`."""
        return self.span_in(*self.position(index), width)

    def span_in(self, line: int, column: int, width: int = 1) -> Span:
        """Return the place, as written, of a 0-based line and column as given to YAML."""
        shift = sum(1 for inserted in self.inserted.get(line, ()) if inserted < column)
        return self.span_at(line, column - shift, width)

    def span_at(self, line: int, column: int, width: int = 1) -> Span:
        """Return the place of a 0-based line and column as written; the width ends with the line."""
        line = min(line, len(self.written) - 1)
        text = self.written[line]
        return Span(self.file, line + 1, column + 1, text, max(1, min(width, len(text) - column)))

    def above(self, line: int) -> int:
        """Return the nearest line above that is not blank; the first line has itself above it."""
        lines = (number for number in range(min(line, len(self.lines)) - 1, -1, -1) if self.lines[number].strip())
        return next(lines, line)

    def wide_signs(self, line: int) -> tuple[Wide, ...]:
        """Return the full-width signs on a line in place of YAML's own."""
        return wide_signs(self.lines[line]) if line < len(self.lines) else ()

    def with_plain(self, line: int, found: tuple[Wide, ...]) -> "Page":
        """Return the page with YAML's own signs on one line."""
        return self._changed(line, *plain_line(self.lines[line], found))

    def repairs(self, line: int) -> tuple[Repair, ...]:
        """Return what could be put in quotes on a line; nothing on one where that has been done before."""
        return () if line in self.quoted or line >= len(self.lines) else repairs(self.lines[line])

    def mended(self, line: int, found: tuple[Repair, ...]) -> "Page":
        """Return the page with the values of one line in quotes."""
        return replace(self._changed(line, *mended(self.lines[line], found)), quoted=self.quoted | {line})

    def _changed(self, line: int, text: str, inserted: tuple[int, ...]) -> "Page":
        """Return the page with another text of one line; `inserted` are the columns that the line had not before."""
        old = iter(range(len(text)))
        before = set(self.inserted.get(line, ()))
        columns = tuple(column for column in range(len(text)) if column in inserted or next(old) in before)
        lines = (*self.lines[:line], text, *self.lines[line + 1 :])
        return replace(self, lines=lines, text="\n".join(lines), inserted={**self.inserted, line: columns})
