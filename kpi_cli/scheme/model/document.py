"""The shape of a whole scheme."""

from typing import Literal

from pydantic import Field

from kpi_cli.scheme.model.cards import BandModel, Cards, ScoringModel
from kpi_cli.scheme.model.extras import (
    AwardModel,
    CalendarModel,
    GateModel,
    LimitsModel,
    OutputModel,
    PayModel,
    ReportModel,
    SeasonModel,
)
from kpi_cli.scheme.model.metrics import MetricModel
from kpi_cli.scheme.model.scalars import Name, Part, Text, Version
from kpi_cli.scheme.model.sources import RosterModel, SourceModel


class SchemeModel(Part):
    """The scheme of a team: what is measured, how it is scored, and what it earns."""

    kpi: Version = Field(description="The version of this format.", examples=[1])
    name: Text = Field(description="What people call this scheme.", examples=["售前客服月度绩效"])
    language: Literal["zh", "en"] = Field("en", description="The language of tables and reports.")
    timezone: Text = Field(
        description="The zone of the period's edges and of times written without one.",
        examples=["Asia/Shanghai", "UTC"],
    )
    roster: RosterModel | None = Field(None, description="Who is scored; without it, everyone in the data.")
    sources: dict[Name, SourceModel] = Field(
        min_length=1,
        description="The exports, by names of our own.",
        examples=[{"chats": {"files": "chats*.csv", "agent": "agent_id", "columns": {"agent_id": "客服工号"}}}],
    )
    metrics: dict[Name, MetricModel] = Field(
        min_length=1,
        description="What is measured, by names of our own.",
        examples=[{"fcr": {"formula": "share(chats.resolved)", "unit": "percent", "target": "≥ 85%"}}],
    )
    scoring: ScoringModel = Field(default_factory=ScoringModel, description="How scores are held and rounded.")
    scorecards: Cards = Field(
        min_length=1,
        description="Who is measured by what, by names of our own.",
        examples=[{"agent": {"weights": {"fcr": 60, "csat": 40}}}],
    )
    grades: tuple[BandModel, ...] = Field(
        min_length=1,
        description="The grades, best first: the first whose `min` the total reaches; the last has none.",
        examples=[[{"grade": "A", "min": 90, "coefficient": 1.1}, {"grade": "B", "coefficient": 1.0}]],
    )
    gates: tuple[GateModel, ...] = Field((), description="What no score can buy back (一票否决).")
    seasons: tuple[SeasonModel, ...] = Field((), description="Other targets or weights in some periods.")
    calendars: dict[Name, CalendarModel] = Field({}, description="Opening times, by names of our own.")
    pay: PayModel | None = Field(None, description="How grades become money.")
    awards: tuple[AwardModel, ...] = Field((), description="Prizes.")
    limits: LimitsModel = Field(default_factory=LimitsModel, description="How much may be wrong with the data.")
    report: ReportModel = Field(default_factory=ReportModel, description="How results are shown.")
    output: OutputModel = Field(default_factory=OutputModel, description="How files are written.")
