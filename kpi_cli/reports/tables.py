"""Tables for a terminal, built from rich texts: widths of Chinese characters are right, names cannot carry markup."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.columns import Field, card_fields, grade_style, summary_fields
from kpi_cli.reports.headings import agent_heading, card_heading, grade_counts, named, sheets_by_period
from kpi_cli.reports.layout import GAP, Fit, fitted
from kpi_cli.reports.page import Page, paragraphs, printed, wrapped
from kpi_cli.reports.safe import visible
from kpi_cli.reports.words import Words, sentence, sentences, words_of
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Detail, Sheet, Summary


def summary_table(outcome: Outcome, page: Page, *, wide: bool = False) -> str:
    """Return for each period a table per scorecard, the notes, and the distribution of grades."""
    blocks: list[Text] = []
    for period, sheets in sheets_by_period(outcome.sheets):
        blocks += [_summary(sheet, outcome.scheme, page, wide=wide) for sheet in sheets]
        blocks += [paragraphs(wrapped(_aside(grade_counts(period, sheets, outcome.scheme)), page))]
    return printed(paragraphs(blocks, "\n\n"), page)


def detail_table(outcome: Outcome, page: Page) -> str:
    """Return each agent's card: one line per metric, the total in the heading, the notes below."""
    scheme = outcome.scheme
    blocks = [
        _card(sheet.summary(row), list(sheet.details(row)), scheme, page)
        for sheet in outcome.sheets
        if sheet.card
        for row in range(len(sheet))
    ]
    blocks += [_summary(sheet, scheme, page) for sheet in outcome.sheets if sheet.card is None]
    return printed(paragraphs(blocks, "\n\n"), page)


def _summary(sheet: Sheet, scheme: Scheme, page: Page, *, wide: bool = False) -> Text:
    fit = fitted(summary_fields(sheet, scheme, wide=wide), page.width)
    heading = wrapped(Text(visible(card_heading(sheet, scheme)), style="bold"), page)
    notes = (line for text in _shared_notes(sheet, scheme) for line in wrapped(_aside(text), page))
    return paragraphs([*heading, *grid(fit), *notes, *_left_out(fit, scheme, page)])


def _card(summary: Summary, details: list[Detail], scheme: Scheme, page: Page) -> Text:
    fit = fitted(card_fields(details, scheme), page.width)
    style = grade_style(scheme.bands.index(summary.band), len(scheme.bands)) if summary.band in scheme.bands else ""
    heading = wrapped(Text(visible(agent_heading(summary, scheme)), style=f"bold {style}".strip()), page)
    notes = (line for text in _card_notes(summary, details, scheme) for line in wrapped(_aside(text), page))
    return paragraphs([*heading, *grid(fit), *notes, *_left_out(fit, scheme, page)])


def _aside(text: str) -> Text:
    return Text(visible(text), style="dim")


def _left_out(fit: Fit, scheme: Scheme, page: Page) -> list[Text]:
    words = words_of(scheme.language)
    if not fit.left_out:
        return []
    return wrapped(_aside(f"{words.not_shown}{words.colon}{words.comma.join(fit.left_out)}"), page)


def grid(fit: Fit) -> Iterator[Text]:
    """Yield the header, a rule, and a line per row."""
    pairs = list(zip(fit.fields, fit.widths, strict=True))
    yield _row([_cell(entry.title, "bold", entry, width) for entry, width in pairs])
    yield Text("─" * (sum(fit.widths) + GAP * (len(fit.widths) - 1)), style="dim")
    for row in range(len(fit.fields[0].texts)):
        yield _row([_cell(entry.texts[row], _style(entry, row), entry, width) for entry, width in pairs])


def _row(cells: Iterable[Text]) -> Text:
    line = Text(" " * GAP).join(cells)
    line.rstrip()
    return line


def _style(entry: Field, row: int) -> str:
    return entry.styles[row] if entry.styles else ""


def _cell(text: str, style: str, entry: Field, width: int) -> Text:
    cell = Text(visible(text), style=style)
    cell.truncate(width, overflow="ellipsis")
    cell.align("right" if entry.right else "left", width)
    return cell


def _shared_notes(sheet: Sheet, scheme: Scheme) -> Iterator[str]:
    """Yield each different note once, behind the agents it is about."""
    words = words_of(scheme.language)
    about: dict[str, list[int]] = {}
    for row in sorted(sheet.notes):
        for note in sheet.notes[row]:
            about.setdefault(sentence(note, scheme), []).append(row)
    for text, rows in about.items():
        yield f"{named([sheet.agents[row] for row in rows], words)}{words.colon}{text}"


def _card_notes(summary: Summary, details: Iterable[Detail], scheme: Scheme) -> Iterator[str]:
    words = words_of(scheme.language)
    if summary.notes:
        yield sentences(summary.notes, scheme)
    yield from (_line_note(detail, scheme, words) for detail in details if detail.notes)


def _line_note(detail: Detail, scheme: Scheme, words: Words) -> str:
    return f"{detail.line.metric.label}{words.colon}{sentences(detail.notes, scheme)}"
