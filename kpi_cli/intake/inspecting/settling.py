"""What a column shows -> how it is read, or the question that only its owner can answer.

The cells decide, never the name alone; the name helps where cells allow several readings. A type is taken when all
cells read as it, but for a few (one in two hundred) and for words that are known to mean no data.
"""

from fractions import Fraction

from msgspec.structs import replace

from kpi_cli.intake.cells.durations import duration_unit
from kpi_cli.intake.cells.percents import percent_unit
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Evidence, Form, counts_by_form, read_as
from kpi_cli.intake.inspecting.headerwords import AgentRank
from kpi_cli.intake.inspecting.inspection import ColumnEntry
from kpi_cli.intake.inspecting.ratingwords import read_words
from kpi_cli.intake.inspecting.settled import (
    SPANS,
    TIMES,
    Settled,
    as_text,
    asking,
    beyond,
    entry_of,
    reads_as,
    written,
)
from kpi_cli.intake.inspecting.timing import read_days, read_durations, read_epoch, read_moments, read_serials
from kpi_cli.scheme.compiled import ColumnType

_MOSTLY = Fraction(7, 10)
_HIGHEST_RATE = 200


def settle(column: Evidence, delimiter: str) -> Settled:
    """Return how the cells of a column are read."""
    if not column.sampled:
        return as_text(column, "no cell holds anything")
    if _is_name(column):
        return as_text(column, "an id stays text" if headerwords.is_id(column.header) else "text")
    found = read_words(column) or _typed(column)
    if found is None:
        return _mixed(column)
    return _with_decimals(found, column, delimiter) if found.question is None else found


def _is_name(column: Evidence) -> bool:
    """Whether the cells are names or ids, whatever digits they hold."""
    header, numbers = column.header, column.forms[Form.NUMBER]
    if column.leading_zeros and numbers == column.sampled and not headerwords.is_duration(header):
        return True
    named = headerwords.agent_rank(header) in {AgentRank.ASSIGNED, AgentRank.LATER} or headerwords.is_key(header)
    named = named or headerwords.of_team(header) or (headerwords.is_id(header) and column.whole == column.sampled)
    is_id = named or (headerwords.names_customers(header) and column.whole == column.sampled)
    return is_id or (column.endless > 0 and numbers == column.sampled)


def _typed(column: Evidence) -> Settled | None:
    header, numbers = column.header, {Form.NUMBER}
    if column.forms[Form.RATE] and (reads := reads_as(column, {Form.RATE, *numbers})):
        return _rate(column, reads)
    if any(column.forms[form] for form in TIMES) and (reads := reads_as(column, TIMES)):
        return read_moments(column, reads)
    if any(column.forms[form] for form in SPANS) and (reads := reads_as(column, {*SPANS, *numbers})):
        return read_durations(column, reads)
    if column.forms[Form.TRUTH] and (reads := reads_as(column, {Form.TRUTH})):
        return _plain(column, ColumnType.BOOLEAN, reads)
    if column.forms[Form.TRUTH] and column.two_valued == column.forms[Form.NUMBER]:
        reads = reads_as(column, {Form.TRUTH, *numbers})
        return _plain(column, ColumnType.BOOLEAN, reads) if reads else None
    if not (reads := reads_as(column, numbers)):
        return None
    if duration_unit(None, header) is not None or headerwords.is_duration(header):
        return read_durations(column, reads)
    if headerwords.is_rate(header) and not beyond(column, _HIGHEST_RATE):
        return _rate(column, reads)
    if headerwords.is_score(header) and _within_one(column):
        return _rate(column, reads, ", or `type: number` for a score of 1 at the most")
    dated = read_epoch(column, reads) or read_days(column, reads) or read_serials(column, reads)
    return dated or _plain(column, ColumnType.NUMBER, reads)


def _plain(column: Evidence, kind: ColumnType, reads: int) -> Settled:
    forms = {Form.TRUTH, Form.NUMBER} if kind is ColumnType.BOOLEAN else {Form.NUMBER}
    entry, odd = entry_of(column, kind, forms)
    what = "numbers" if kind is ColumnType.NUMBER else "yes or no"
    if kind is ColumnType.NUMBER and column.two_valued == column.forms[Form.NUMBER]:
        what = "0 and 1 only; `type: boolean` if they mean no and yes"
    return Settled(entry, reads, what, column.bounds.get(Form.NUMBER), odd=odd)


def _within_one(column: Evidence) -> bool:
    """Whether all numbers lie from 0 to 1, and some of them between."""
    bounds = column.bounds[Form.NUMBER]
    if bounds.low is None or bounds.high is None or not 0 <= bounds.low[0] <= bounds.high[0] <= 1:
        return False
    return any((read_as(cell)[1] or 0) not in {0, 1} for cell in column.odd[Form.NUMBER])


def _rate(column: Evidence, reads: int, otherwise: str = "") -> Settled:
    entry, odd = entry_of(column, ColumnType.PERCENT, {Form.RATE, Form.NUMBER})
    bounds = column.bounds.get(Form.RATE) or column.bounds.get(Form.NUMBER)
    bare, zero = column.forms[Form.NUMBER], beyond(column, 0)
    by_header = percent_unit(None, column.header)
    if not bare or not zero:
        return Settled(entry, reads, "every rate bears its mark" if not bare else "rates", bounds, "values", odd)
    if by_header is not None:
        return Settled(entry, reads, "rates, unit by the header", bounds, "header", odd)
    if Sign.HUNDREDS in column.signs:
        why = f"`{column.signs[Sign.HUNDREDS]}` shows that 100 is the whole"
        return Settled(replace(entry, unit="%"), reads, why, bounds, "values", odd)
    least, most = written(column.bounds[Form.NUMBER])
    why = f"rates from `{least}` to `{most}`: is 1 the whole, or 100?"
    return asking(column, why, replace(entry, unit="fraction"), f'or `unit: "%"`{otherwise}')


def _mixed(column: Evidence) -> Settled:
    """Return text; a question where most cells are of one type and others are not."""
    form, cells = max(column.forms.items(), key=lambda each: (each[0] is not Form.WORD, each[1]))
    if form is Form.WORD or cells < _MOSTLY * column.sampled:
        return as_text(column, "text")
    kinds = {Form.NUMBER: ColumnType.NUMBER, Form.RATE: ColumnType.PERCENT, Form.TRUTH: ColumnType.BOOLEAN}
    kinds |= {Form.MOMENT: ColumnType.DATETIME, Form.DAY: ColumnType.DATE}
    strays = counts_by_form(column.odd, {form})
    named = ", ".join(f"`{cell}`" for cell in list(strays)[:3])
    why = f"{cells} of {column.sampled} cells read as {kinds.get(form, ColumnType.DURATION)}, others do not: {named}"
    wanted = ColumnEntry((column.header,), kinds.get(form, ColumnType.DURATION), missing=tuple(strays)[:5])
    return asking(column, why, wanted, "if these mean no data; a word with a value goes into `map:`")


def _with_decimals(found: Settled, column: Evidence, delimiter: str) -> Settled:
    """Settle the decimal sign of numbers."""
    kinds = {ColumnType.NUMBER: Form.NUMBER, ColumnType.PERCENT: Form.RATE, ColumnType.DURATION: Form.NUMBER}
    if found.entry.type not in kinds:
        return found
    comma, point = Sign.COMMA in column.signs, Sign.POINT in column.signs
    if comma and point:
        why = f"`{column.signs[Sign.COMMA]}` has a decimal comma, `{column.signs[Sign.POINT]}` a decimal point"
        return asking(column, why, found.entry, "export the column anew with one setting")
    if comma and found.entry.type is ColumnType.DURATION and delimiter != ";":
        return as_text(column, "durations with a decimal comma, which are read from files with `;` only")
    if comma:
        told = replace(found.entry, format=None if delimiter == ";" else "0,0")
        return replace(found, entry=told, evidence=f"{found.evidence}; decimal comma: `{column.signs[Sign.COMMA]}`")
    if delimiter == ";" and not point and Sign.DECIMAL_OPEN in column.signs:
        why = f"`{column.signs[Sign.DECIMAL_OPEN]}` may hold thousands or decimals, and no other number shows which"
        return asking(column, why, replace(found.entry, format="0,0"), 'or `format: "0.0"`')
    return found
