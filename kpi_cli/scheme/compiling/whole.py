"""The whole scheme, part by part in the order in which the parts need each other."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.scheme.compiled import Limits, Scheme, Scoring, Source
from kpi_cli.scheme.compiling.calendars import compile_calendar
from kpi_cli.scheme.compiling.cards import Bench, compile_bands, compile_card
from kpi_cli.scheme.compiling.cases import cases_of, compile_sources
from kpi_cli.scheme.compiling.conditions import compile_awards, compile_gates, compile_pay, compile_seasons
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.followups import forget_followups
from kpi_cli.scheme.compiling.inheritance import Presets, Resolved, resolve
from kpi_cli.scheme.compiling.metrics import compile_formulas, compile_metrics
from kpi_cli.scheme.compiling.narrowing import narrowed
from kpi_cli.scheme.compiling.sources import check_zone, compile_roster, roster_names
from kpi_cli.scheme.formula.vocabulary import Vocabulary
from kpi_cli.scheme.model.document import SchemeModel
from kpi_cli.scheme.plain import Plain


class Draft(Struct, frozen=True):
    """A scheme in which parts with errors are missing, beside what is written: what the meaning checks look at."""

    scheme: Scheme
    model: SchemeModel
    sources: dict[str, Resolved]
    findings: Findings


def compile_scheme(findings: Findings, model: SchemeModel, text: str, presets: Presets) -> Draft:
    """Compile a scheme of the right shape; what is wrong is noted, and left out."""
    check_zone(findings, model.timezone, ("timezone",))
    resolved = resolve(findings, model.sources, presets)
    vocabulary = Vocabulary(calendars=frozenset(model.calendars), grades=frozenset(band.grade for band in model.grades))
    sources, names = compile_sources(findings, resolved, vocabulary)
    events = {source.cases.of: name for name, source in sources.items() if source.cases is not None}
    roster = compile_roster(findings, model.roster)
    vocabulary = replace(vocabulary, sources=names, events=events)
    curve = model.scoring.curve
    formulas = compile_formulas(findings, model.metrics, vocabulary)
    metrics = compile_metrics(findings, model.metrics, formulas, curve)
    forget_followups(findings, model.metrics, sources)
    vocabulary = formulas.vocabulary
    bench = Bench(metrics, frozenset(model.metrics), roster_names(roster), vocabulary, curve)
    bands = compile_bands(findings, model.grades)
    scheme = Scheme(
        path=findings.document.page.file,
        text=text,
        name=model.name,
        language=model.language,
        timezone=model.timezone,
        roster=roster,
        sources=_narrowed(sources, resolved, findings.document.data),
        metrics=metrics,
        cards=tuple(compile_card(findings, name, card, bench) for name, card in model.scorecards.items()),
        scoring=_scoring(model),
        bands=bands,
        gates=compile_gates(findings, model.gates, bands, vocabulary),
        seasons=compile_seasons(findings, model.seasons),
        calendars={name: compile_calendar(findings, name, found) for name, found in model.calendars.items()},
        pay=compile_pay(findings, model.pay, roster, vocabulary),
        awards=compile_awards(findings, model.awards, vocabulary),
        limits=Limits(model.limits.rejected, model.limits.unattributed, model.limits.unknown_agents),
        output_bom=model.output.bom,
        anonymous_ranking=model.report.ranking == "anonymous",
    )
    return Draft(scheme, model, resolved, findings)


def _narrowed(sources: Mapping[str, Source], resolved: Mapping[str, Resolved], data: Plain) -> dict[str, Source]:
    return {name: narrowed(source, resolved[name], data, cases_of(name, sources)) for name, source in sources.items()}


def _scoring(model: SchemeModel) -> Scoring:
    scoring = model.scoring
    return Scoring(
        cap=scoring.cap,
        floor=scoring.floor,
        curve=scoring.curve,
        metric_decimals=scoring.decimals.metric,
        total_decimals=scoring.decimals.total,
        min_coverage=scoring.min_coverage,
    )
