"""The shape of `metrics:` and of the scoring rules."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from kpi_cli.scheme.model.scalars import Number, Part, Text, Whole

Points: TypeAlias = tuple[Text, Number]
Curve: TypeAlias = Literal["ratio", "linear"]
MissingRule: TypeAlias = Literal["skip", "zero", "full", "error"]

_RULE = "How a value becomes points."
MISSING = (
    "What a missing value does: leaves the total (skip, the default), scores 0 (zero), scores 100 (full), or stops."
)
MIN_SAMPLE = "The least evidence (rows behind the value); with less the value counts as missing."
TARGET = "The target with its direction: ≥ 85%, <= 30s, 20..40, = 0.02. Quote it where it begins with > in YAML."


class ProportionalModel(Part):
    """100 at the target, more or less in proportion."""

    rule: Literal["proportional"] = Field("proportional", description=_RULE)
    curve: Curve | None = Field(None, description="For ≤ targets: ratio is 100·t/v, linear is 100·(2 − v/t).")


class PassFailModel(Part):
    """One score when the target is met, another when it is missed."""

    rule: Literal["pass_fail"] = Field(description=_RULE)
    met: Number = Field("100", validate_default=True, description="The score when the target is met.", examples=[100])
    missed: Number = Field("0", validate_default=True, description="The score when it is missed.", examples=[0])


class StepModel(Part):
    """One step: its score counts when `at` holds and none before it did."""

    at: Text = Field(description="What the value must reach, with its direction.", examples=["≥ 95%"])
    score: Number = Field(description="The score of this step.", examples=[120])
    name: Text | None = Field(None, description="What people call this step.", examples=["卓越"])


class StepsModel(Part):
    """The first step that holds gives the score."""

    rule: Literal["steps"] = Field(description=_RULE)
    steps: tuple[StepModel, ...] = Field(
        min_length=1, description="The steps, best first.", examples=[[{"at": "≥ 85%", "score": 100}]]
    )
    otherwise: Number = Field("0", validate_default=True, description="The score when no step holds.", examples=[60])


class LineModel(Part):
    """Straight lines through points, flat outside."""

    rule: Literal["line"] = Field(description=_RULE)
    points: tuple[Points, ...] = Field(
        min_length=2, description="Pairs of a value and its score.", examples=[[["5s", 100], ["30s", 60], ["60s", 0]]]
    )


class DeductModel(Part):
    """Points taken away for each unit of the value."""

    rule: Literal["deduct"] = Field(description=_RULE)
    start: Number = Field("100", validate_default=True, description="The score at 0.", examples=[100])
    each: Number = Field(description="The points taken away for each unit above `free`.", examples=[10])
    free: Text | None = Field(None, description="How much costs nothing.", examples=[2])


class AsIsModel(Part):
    """The value is the score; of a percent metric, its percent."""

    rule: Literal["as_is"] = Field(description=_RULE)


class RankModel(Part):
    """Points by rank among the agents of the card."""

    rule: Literal["rank"] = Field(description=_RULE)
    top: Number = Field(description="The score of the first.", examples=[120])
    bottom: Number = Field(description="The score of the last.", examples=[60])


def _rule(value: object) -> str:
    rule = value.get("rule", "proportional") if isinstance(value, dict) else getattr(value, "rule", "proportional")
    return f"as:{rule}"


Score: TypeAlias = Annotated[
    Annotated[ProportionalModel, Tag("as:proportional")]
    | Annotated[PassFailModel, Tag("as:pass_fail")]
    | Annotated[StepsModel, Tag("as:steps")]
    | Annotated[LineModel, Tag("as:line")]
    | Annotated[DeductModel, Tag("as:deduct")]
    | Annotated[AsIsModel, Tag("as:as_is")]
    | Annotated[RankModel, Tag("as:rank")],
    Discriminator(_rule),
]


class MetricModel(Part):
    """What is measured, what is aimed at, and how the value becomes points."""

    formula: Text = Field(
        description="How the value is computed from rows of the sources and from other metrics. Quote it inside {}.",
        examples=["mean(chats.first_response)", "unique(chats.buyer, where=chats.paid) / unique(chats.buyer)"],
    )
    label: Text | None = Field(
        None, description="What people call it; its name if left out.", examples=["首次响应时间"]
    )
    unit: Literal["percent", "permille", "duration", "money", "count", "points", "number"] | None = Field(
        None, description="How the value is shown and which units its target may have."
    )
    target: Text | None = Field(None, description=TARGET, examples=["≥ 85%", "<= 30s", "20..40"])
    score: Score | None = Field(
        None,
        description="The scoring rule: proportional (the default), pass_fail, steps, line, deduct, as_is or rank.",
        examples=[{"rule": "proportional", "curve": "linear"}],
    )
    min_sample: Whole | None = Field(None, description=MIN_SAMPLE, examples=[20])
    missing: MissingRule = Field("skip", description=MISSING)
    better: Literal["higher", "lower"] | None = Field(
        None, description="Which end of a ranking is the best, for a metric without a target."
    )
