"""The text of a YAML file as lines, some of them mended for reading on; places always speak of the lines as written."""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.problems import Span
from kpi_cli.scheme.yamlmend import Repair, mended, repairs


class Page(Struct, frozen=True):
    """The lines of the file as `written`, those YAML is given, their `text`, and the columns `inserted` in them."""

    file: str
    written: tuple[str, ...]
    lines: tuple[str, ...]
    text: str
    inserted: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

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
        line, column = self.position(index)
        shift = sum(1 for inserted in self.inserted.get(line, ()) if inserted < column)
        return self.span_at(line, column - shift, width)

    def span_at(self, line: int, column: int, width: int = 1) -> Span:
        """Return the place of a 0-based line and column as written; the width ends with the line."""
        line = min(line, len(self.written) - 1)
        text = self.written[line]
        return Span(self.file, line + 1, column + 1, text, max(1, min(width, len(text) - column)))

    def repairs(self, line: int) -> tuple[Repair, ...]:
        """Return what could be mended on a line; nothing on one that has been mended before."""
        return () if line in self.inserted or line >= len(self.lines) else repairs(self.lines[line])

    def mended(self, line: int, found: tuple[Repair, ...]) -> "Page":
        """Return the page with one line mended."""
        text, inserted = mended(self.lines[line], found)
        lines = (*self.lines[:line], text, *self.lines[line + 1 :])
        return replace(self, lines=lines, text="\n".join(lines), inserted={**self.inserted, line: inserted})
