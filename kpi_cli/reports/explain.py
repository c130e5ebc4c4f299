"""One agent's scorecard as arithmetic: each line from its value to its points, then total, grade and rank."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from kpi_cli.numbers import fixed
from kpi_cli.pipeline import Outcome, Question
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.reports.headings import agent_heading
from kpi_cli.reports.jsonfile import agent_documents, dumped
from kpi_cli.reports.page import Page, paragraphs, printed, wrapped
from kpi_cli.reports.problemsjson import TOOL, Document
from kpi_cli.reports.rowsjson import rows_of
from kpi_cli.reports.rowtables import row_tables
from kpi_cli.reports.safe import visible
from kpi_cli.reports.selection import Filters, chosen, must_be_known, positions
from kpi_cli.reports.totals import total_workings
from kpi_cli.reports.words import sentences
from kpi_cli.reports.workings import Setting, equals, number, score_working, value_working
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import STATUSES, Detail, Sheet, Status

FORMAT = "kpi.explain/1"
_INDENT = 2


def explain_text(outcome: Outcome, question: Question, page: Page) -> str:
    """Return the arithmetic in the scheme's language. Raises KpiError for agents and metrics that do not exist."""
    blocks = []
    for sheet, row in _asked_for(outcome, question):
        heading = Text(visible(agent_heading(sheet.summary(row), outcome.scheme)), style="bold")
        blocks.append(paragraphs(wrapped(heading, page)))
        setting = Setting(outcome.scheme)
        for detail, entries in _sections(sheet, row, outcome.scheme, question):
            blocks.append(_block(_title(detail), entries, page))
            tables = row_tables(outcome, (sheet.period, sheet.agents[row]), detail, question)
            blocks += [table.block(page) for table in tables]
        if not question.metrics:
            total = list(total_workings(sheet, row, setting))
            blocks += [_block("", total, page)] if total else []
    return printed(paragraphs(blocks, "\n\n"), page)


def explain_json(outcome: Outcome, question: Question) -> str:
    """Return the same as data: the agents of `kpi.scores/1`, each line with its formula and its working."""
    scheme = outcome.scheme
    agents = [_document(sheet, row, outcome, question) for sheet, row in _asked_for(outcome, question)]
    about = {"name": scheme.name, "sha256": scheme.sha256}
    return dumped({"format": FORMAT, "tool": TOOL, "scheme": about, "agents": agents})


def _asked_for(outcome: Outcome, question: Question) -> Iterator[tuple[Sheet, int]]:
    must_be_known(outcome, Filters(agents=question.agents))
    _metrics_must_be_known(outcome.scheme, question)
    for sheet in outcome.sheets:
        for row in positions(sheet, Filters(agents=question.agents)):
            yield sheet, row


def _metrics_must_be_known(scheme: Scheme, question: Question) -> None:
    on_cards = [line.metric for card in scheme.cards for line in card.lines]
    known = {name for metric in on_cards for name in (metric.name, metric.label)}
    problems = [
        Problem("unknown-metric", f"no metric `{name}` on a scorecard", help=did_you_mean(name, sorted(known)))
        for name in question.metrics
        if name not in known
    ]
    if problems:
        raise KpiError(problems, Exit.USAGE)


def _sections(
    sheet: Sheet, row: int, scheme: Scheme, question: Question
) -> Iterator[tuple[Detail, list[tuple[str, str]]]]:
    if STATUSES[sheet.statuses[row]] is Status.NO_DATA:
        return  # there is nothing to calculate with
    for position, detail in enumerate(sheet.details(row)):
        metric = detail.line.metric
        if not question.metrics or {metric.name, metric.label} & set(question.metrics):
            yield detail, list(_entries(detail, _setting(sheet, position, scheme)))


def _setting(sheet: Sheet, position: int, scheme: Scheme) -> Setting:
    peers = int(sheet.lines[position].raw_scores.present.sum())
    return Setting(scheme, peers)


def _title(detail: Detail) -> str:
    metric = detail.line.metric
    names = metric.label if metric.label == metric.name else f"{metric.label} · {metric.name}"
    return f"{detail.line.dimension} · {names}" if detail.line.dimension else names


def _entries(detail: Detail, setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield what is said about a line, each with the word before it."""
    line = detail.line
    if line.metric.formula:
        yield setting.said("公式", "formula"), line.metric.formula
    scope = setting.said("（全组）", " (whole team)") if line.scope == "team" else ""
    yield setting.said("实际值", "value"), value_working(detail, setting) + scope
    yield setting.said("得分", "score"), score_working(detail, setting)
    if detail.points is not None and detail.score is not None:
        yield setting.said("加权分", "points"), _weighted(detail, setting)
    if detail.notes:
        yield setting.said("备注", "notes"), sentences(detail.notes, setting.scheme)


def _weighted(detail: Detail, setting: Setting) -> str:
    score = fixed(detail.score or Fraction(0), setting.scoring.metric_decimals)
    return f"{score} × {number(detail.line.weight)}% {equals(detail.points or Fraction(0))}"


def _document(sheet: Sheet, row: int, outcome: Outcome, question: Question) -> Document:
    scheme = outcome.scheme
    document = next(agent_documents(chosen(sheet, np.array([row])), scheme))
    lines = []
    for position, (line, detail) in enumerate(zip(document["lines"], sheet.details(row), strict=True)):
        metric, setting = detail.line.metric, _setting(sheet, position, scheme)
        workings = {"value": value_working(detail, setting), "score": score_working(detail, setting)}
        if not question.metrics or {metric.name, metric.label} & set(question.metrics):
            rows = rows_of(outcome, (sheet.period, sheet.agents[row], metric.name))
            lines.append({**line, "formula": metric.formula, "workings": workings, **rows})
    setting = Setting(scheme)
    about = [{"about": word, "text": text} for word, text in total_workings(sheet, row, setting)]
    return {**document, "lines": lines, "workings": about}


def _block(title: str, entries: list[tuple[str, str]], page: Page) -> Text:
    """Return a title and entries below it, their words in a column as wide as the widest."""
    widest = max(cell_len(word) for word, _ in entries)
    lines = wrapped(Text(visible(title), style="cyan"), page) if title else []
    for word, text in entries:
        gap = " " * (widest - cell_len(word) + 2)
        line = Text.assemble((f"{' ' * _INDENT}{word}{gap}", "dim"), visible(text))
        lines += wrapped(line, page, indent=_INDENT + widest + 2)
    return paragraphs(lines)
