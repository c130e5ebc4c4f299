"""The source rows behind a value as data: each with its place, its cells and its term, every number exact."""

from collections.abc import Iterator

from kpi_cli.columns import Column
from kpi_cli.periods import Period
from kpi_cli.pipeline import Outcome
from kpi_cli.pipeline.terms import DIVIDED
from kpi_cli.pipeline.trace import Trace
from kpi_cli.reports.problemsjson import Document
from kpi_cli.reports.rowcells import documents, exactly
from kpi_cli.reports.rowresults import total_of
from kpi_cli.rows import Agent


def rows_of(outcome: Outcome, key: tuple[Period, Agent, str]) -> Document:
    """Return what a metric of an agent's scorecard is made of, as `rows`; nothing where rows were not asked for."""
    return {"rows": [trace_document(trace) for trace in outcome.traces[key]]} if key in outcome.traces else {}


def trace_document(trace: Trace) -> Document:
    """Return one aggregate of a metric: what it is, the rows that count, what they come to, and what is left out."""
    ingredient, terms = trace.ingredient, trace.terms
    total, lacking = total_of(trace), dict(terms.lacking or {})
    divided = lacking.pop(DIVIDED, 0)
    count = terms.count
    return {
        "metric": ingredient.metric,
        "aggregate": ingredient.text,
        "period": ingredient.period.name,
        "source": trace.source.name,
        "of": ingredient.whose,
        "counted": list(_rows(trace)),
        "sum": None if total is None else exactly(total),
        "value": None if terms.value is None else exactly(terms.value),
        "n": count if count is None else int(count) if count.denominator == 1 else exactly(count),
        "left_out": {"where": terms.filtered, "missing": lacking, "divided_by_0": divided},
    }


def _rows(trace: Trace) -> Iterator[Document]:
    """Yield the rows that count, in the order of the tables; what a row has not is left out."""
    terms, count = trace.terms, len(trace)
    numbered = trace.records is not None
    columns = {
        "file": list(trace.files) if numbered else None,
        "record": trace.records.tolist() if trace.records is not None else None,
        "key": _cells(trace.key),
        "time": _cells(trace.time),
        "agent_id": [agent.id for agent in trace.agents] or None,
        "cells": _in_rows({name: documents(column) for name, column in trace.cells.items()}, count),
        "value": _cells(terms.values),
        "weight": _cells(terms.weights),
        "share": _cells(terms.shares),
        "term": documents(terms.terms),
    }
    given = {name: column for name, column in columns.items() if column is not None}
    for row in range(count):
        yield {name: column[row] for name, column in given.items()}


def _cells(column: Column | None) -> list[str | bool | None] | None:
    return None if column is None else documents(column)


def _in_rows(columns: dict[str, list[str | bool | None]], count: int) -> list[Document]:
    return [{name: cells[row] for name, cells in columns.items()} for row in range(count)]
