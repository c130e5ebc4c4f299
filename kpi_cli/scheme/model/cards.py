"""The shape of `scorecards:`, `grades:` and `scoring:`: who is measured by what, and what a total earns."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from kpi_cli.scheme.model.metrics import MIN_SAMPLE, MISSING, TARGET, Curve, MissingRule, Score
from kpi_cli.scheme.model.scalars import Decimals, Name, Number, Part, Percent, Share, Text, Whole

Scope: TypeAlias = Literal["agent", "team"]
_SCOPE = "Whose rows count: the agent's own (the default), or those of all members of the agent's team."


class WeightModel(Part):
    """A weight, and what this card does differently from the metric."""

    weight: Percent = Field(description="Percent of the card's total.", examples=[25])
    target: Text | None = Field(None, description=TARGET, examples=["≥ 92%"])
    score: Score | None = Field(
        None, description="The scoring rule on this card.", examples=[{"rule": "deduct", "each": 10}]
    )
    missing: MissingRule | None = Field(None, description=MISSING)
    min_sample: Whole | None = Field(None, description=MIN_SAMPLE, examples=[20])
    scope: Scope | None = Field(None, description=_SCOPE)


def _entry_form(value: object) -> str:
    return "as:mapping" if isinstance(value, dict) else "as:number"


def _weights_form(value: object) -> str:
    """Tell a metric's entry, a mapping with a plain `weight`, from a dimension, any other mapping."""
    if not isinstance(value, dict):
        return "as:number"
    return "as:mapping" if isinstance(value.get("weight"), str) and set(value) <= _ENTRY_KEYS else "as:dimension"


_ENTRY_KEYS = frozenset(WeightModel.model_fields)
_Plain: TypeAlias = Annotated[Percent, Tag("as:number")]
_Full: TypeAlias = Annotated[WeightModel, Tag("as:mapping")]
Entry: TypeAlias = Annotated[_Plain | _Full, Discriminator(_entry_form)]
Dimension: TypeAlias = dict[str, Entry]
Weights: TypeAlias = dict[
    str, Annotated[_Plain | _Full | Annotated[Dimension, Tag("as:dimension")], Discriminator(_weights_form)]
]


class CardModel(Part):
    """A scorecard: for whom it is, and what it weighs."""

    label: Text | None = Field(None, description="What people call it; its name if left out.", examples=["售前客服"])
    applies: Text | None = Field(
        None,
        alias="for",
        title="For",
        description="Whom it is for: a condition on the roster's columns. Without it, whom no other card takes.",
        examples=['role == "售前"'],
    )
    scope: Scope = Field("agent", description=_SCOPE)
    dimensions: dict[str, Percent] | None = Field(
        None,
        description="What each dimension weighs; its metrics must sum to it.",
        examples=[{"业务": 40, "效率": 25, "质量": 35}],
    )
    weights: Weights = Field(
        min_length=1,
        description="Percent of the total by metric, or by dimension and metric; they sum to 100.",
        examples=[{"业务": {"conversion": 40}, "质量": {"csat": {"weight": 60, "target": "≥ 92%"}}}],
    )


class BandModel(Part):
    """A grade: from which score it is earned, and what it does."""

    grade: Text = Field(description="The grade as it is printed.", examples=["S"])
    min: Number | None = Field(
        None, description="The lowest score that earns it; the last grade has none.", examples=[110]
    )
    coefficient: Text = Field(description="What performance pay is multiplied by.", examples=[1.3])
    label: Text | None = Field(None, description="What people call it.", examples=["卓越"])
    action: Text | None = Field(None, description="What follows from it.", examples=["额外奖金 + 晋升优先"])
    at_most: Share | None = Field(
        None, description="A quota: at most this share of the card's agents, the rest fall a grade.", examples=["10%"]
    )


class DecimalsModel(Part):
    """How many decimals scores keep."""

    metric: Decimals = Field("2", validate_default=True, description="Decimals of a metric's score.", examples=[2])
    total: Decimals = Field("1", validate_default=True, description="Decimals of the total.", examples=[1])


class ScoringModel(Part):
    """How scores are held and rounded."""

    cap: Number = Field("120", validate_default=True, description="No metric scores above this.", examples=[120])
    floor: Number = Field("0", validate_default=True, description="No metric scores below this.", examples=[0])
    curve: Curve = Field(
        "ratio", description="For proportional scores against ≤ targets: ratio is 100·t/v, linear is 100·(2 − v/t)."
    )
    decimals: DecimalsModel = Field(
        default_factory=DecimalsModel, description="How many decimals scores keep, half up."
    )
    min_coverage: Percent = Field(
        "60",
        validate_default=True,
        description="With less of the weight measured, in percent, a card is incomplete and has no grade.",
        examples=[60],
    )


Cards: TypeAlias = dict[Name, CardModel]
