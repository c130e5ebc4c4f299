"""The shape of what may be added: gates, seasons, calendars, pay, awards, limits, report and output."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from kpi_cli.scheme.model.scalars import Number, Part, Percent, Reads, Share, Text, Texts, Truth, Whole, refuse, shown


def _changes(value: object) -> dict[str, Any]:
    """Read `path: value` pairs as they stand; what they mean is checked where they are applied."""
    if not isinstance(value, dict) or not value:
        refuse("wrong-shape", f"expected paths and values, found {shown(value)}", "metrics.fcr.target: ≥ 80%")
    return value


Changes: TypeAlias = Annotated[dict[str, Any], Reads(_changes, {"type": "object", "additionalProperties": True})]


class GateModel(Part):
    """What no score can buy back."""

    when: Text = Field(description="The condition that closes the gate.", examples=["violations > 5", "fcr < 50%"])
    max_grade: Text | None = Field(None, description="The best grade that is left.", examples=["C"])
    hold: Truth = Field(default=False, description="Whether the result is held until it is released.")
    reason: Text | None = Field(None, description="Why, in the words the card shows.", examples=["违规用语超限"])
    missing: Literal["pass", "hold"] = Field(
        "pass", description="What happens when a metric of the condition is missing: nothing, or the result is held."
    )


class SeasonModel(Part):
    """Other targets or weights in some periods."""

    name: Text = Field(description="What people call the season.", examples=["双11"])
    periods: Texts = Field(description="The periods in which it applies.", examples=[["2026-11"]])
    set: Changes = Field(
        description="Paths of this scheme and what holds there instead.",
        examples=[{"metrics.first_response_time.target": "≤ 45s"}],
    )


class CalendarModel(Part):
    """Opening time, for `working(a, b, "name")`."""

    hours: Texts = Field(description="From when to when, or a list of such.", examples=["09:00-23:00"])
    days: Texts = Field(
        ("mon-sun",), description="The days of the week, as a range or a list.", examples=["mon-fri", ["mon", "sat"]]
    )
    holidays: Text | None = Field(None, description="The country whose public holidays are closed.", examples=["CN"])
    exclude: Texts = Field((), description="Further closed days or ranges.", examples=[["2026-02-16..2026-02-22"]])


class SplitModel(Part):
    """The parts of the amount, in percent."""

    base: Percent = Field("0", validate_default=True, description="Paid whatever the grade.", examples=[60])
    performance: Percent = Field("100", validate_default=True, description="Paid times the coefficient.", examples=[25])
    bonus: Percent = Field("0", validate_default=True, description="Paid by the bonus rule.", examples=[15])


class BonusModel(Part):
    """Who earns the bonus part."""

    metrics: Texts = Field((), description="The metrics whose targets count.", examples=[["conversion"]])
    rule: Literal["all_met", "each_met"] | None = Field(
        None, description="all_met pays when every target is met, each_met pays equal parts."
    )
    formula: Text | None = Field(
        None,
        description="The share of the bonus part earned, computed from metrics.",
        examples=["min(conversion / 20%, 1)"],
    )


class PayModel(Part):
    """How grades become money."""

    amount: Text = Field(description="The roster's column of the monthly amount.", examples=["pay"])
    currency: Text = Field(description="The currency, as payroll calls it.", examples=["CNY"])
    split: SplitModel = Field(
        default_factory=SplitModel, description="The parts of the amount, in percent; they sum to 100."
    )
    bonus: BonusModel | None = Field(None, description="Who earns the bonus part.")
    prorate: Literal["none", "calendar_days"] = Field(
        "none", description="Whether joiners and leavers are paid by their days in the period."
    )
    approval: Literal["required", "none"] = Field(
        "required", description="Whether a second person must approve a closed period before it is paid."
    )


class AwardModel(Part):
    """A prize for those who fulfil a condition."""

    name: Text = Field(description="What people call it.", examples=["快速响应奖"])
    when: Text = Field(description="Who earns it.", examples=["first_response_time <= 15s", "streak(met(fcr), 3)"])
    amount: Number | None = Field(None, description="Money, if there is any.", examples=[200])


class LimitsModel(Part):
    """How much may be wrong with the data before nothing is scored."""

    rejected: Share = Field(
        "1%", validate_default=True, description="The share of a period's rows that may be unreadable.", examples=["1%"]
    )
    unattributed: Share = Field(
        "5%", validate_default=True, description="The share of rows that may lack an agent.", examples=["5%"]
    )
    unknown_agents: Whole = Field(
        "0", validate_default=True, description="How many persons may be absent from the roster.", examples=[0]
    )


class ReportModel(Part):
    """How results are shown."""

    ranking: Literal["named", "anonymous"] = Field("named", description="Whether others' names stand in rankings.")


class OutputModel(Part):
    """How files are written."""

    bom: Truth = Field(default=False, description="Whether CSV begins with a byte order mark, for Excel.")
