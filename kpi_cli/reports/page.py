"""Where text for people goes: how wide, in colour or not. Everything for a terminal becomes a string here."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

ENDLESS = 100_000  # cells: a page that takes any line
NARROWEST = 10


class Page(Struct, frozen=True):
    """A width in cells (None: as wide as it takes), and whether colour may be used."""

    width: int | None = 80
    colour: bool = False


def printed(text: Text, page: Page) -> str:
    """Return the text, with colour codes if the page takes them, and a line end."""
    if not page.colour:
        return f"{text.plain}\n"
    target = StringIO()
    _console(page, target).print(text, soft_wrap=True)
    return target.getvalue()


def wrapped(text: Text, page: Page, indent: int = 2) -> list[Text]:
    """Return the text in lines that fit the page, all but the first indented."""
    if page.width is None or text.cell_len <= page.width:
        return [text]
    width = max(page.width - indent, NARROWEST)
    lines = text.wrap(_console(page, StringIO()), width)
    for line in lines:
        line.rstrip()
    return [line if not row else Text.assemble(" " * indent, line) for row, line in enumerate(lines)]


def paragraphs(blocks: Sequence[Text], between: str = "\n") -> Text:
    """Return the blocks one below the other."""
    return Text(between).join(blocks)


def _console(page: Page, target: StringIO) -> "Console":
    from rich.console import Console  # noqa: PLC0415 - plain text that fits is printed without its many modules

    return Console(
        file=target,
        force_terminal=page.colour,
        color_system="auto" if page.colour else None,
        width=page.width or ENDLESS,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
