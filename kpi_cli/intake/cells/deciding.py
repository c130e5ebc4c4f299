"""How a whole column is read, where single cells leave it open: day or month first, decimal comma, 1 or 100 percent.

All cells of the column count, in every file and every period asked for, so that neither their order nor how they are
cut into files and blocks changes what they mean. What they leave open is refused with a question.
"""

from threading import Lock

from msgspec import Struct

from kpi_cli.intake.cells.dateformats import formats_of
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.problems import Problem, Span


class Choice(Struct, frozen=True):
    """What has been decided for a column; None: nothing showed it, or nothing needed it."""

    day_first: bool | None = None
    comma: bool = False
    hundreds: bool = False


class Example(Struct, frozen=True):
    """A cell that stands for a question."""

    file: str
    record: int
    value: str

    def __str__(self) -> str:
        return f"`{self.value}` ({self.file}, record {self.record})"


class Question(Struct, frozen=True):
    """What a cell may leave open, the signs that answer it, and the words of both ways it can fail."""

    open: Sign
    answers: tuple[Sign, ...]
    code: str
    asks: str
    settles: str
    clash: str = ""


QUESTIONS = (
    Question(
        Sign.DAY_OPEN,
        (Sign.DAY_FIRST, Sign.MONTH_FIRST),
        "ambiguous-date",
        "could be day/month or month/day, and no day above 12 in the column shows which",
        'write `format: "{day_first}"` (day first) or `format: "{month_first}"` (month first) on column `{name}`',
        "some dates can only be day/month, others only month/day",
    ),
    Question(
        Sign.DECIMAL_OPEN,
        (Sign.COMMA, Sign.POINT),
        "ambiguous-decimal",
        "could be thousands or decimals, and no other number in the column shows which",
        'write `format: "0,0"` (decimal comma) or `format: "0.0"` (decimal point) on column `{name}`',
        "some numbers have a decimal comma, others a decimal point",
    ),
    Question(
        Sign.WHOLE_OPEN,
        (Sign.HUNDREDS,),
        "ambiguous-percent",
        "could be a fraction or a percent (is 1 the whole, or 100?)",
        'write `unit: "%"` (100 is the whole) or `unit: fraction` (1 is the whole) on column `{name}`',
    ),
    Question(
        Sign.UNIT_OPEN,
        (),
        "duration-unit",
        "is a duration without a unit, and the header names none",
        "write `unit: s` (or ms, min, h, d) on column `{name}`",
    ),
    Question(
        Sign.CLOCK_OPEN,
        (),
        "ambiguous-duration",
        "could be minutes:seconds or hours:minutes",
        'write `format: "%M:%S"` or `format: "%H:%M"` on column `{name}`',
    ),
)


class Shown(Struct, frozen=True):
    """What cells of a column have shown, and the questions that a look through all of them left open."""

    signs: Sign = Sign.NOTHING
    hopeless: frozenset[Question] = frozenset()

    def __or__(self, other: "Shown") -> "Shown":
        signs, left = self.signs | other.signs, self.hopeless | other.hopeless
        return Shown(signs, frozenset(one for one in left if not any(signs & answer for answer in one.answers)))


class Decision:
    """The state of one column: which signs it has shown so far. Safe to use from several threads."""

    def __init__(self, name: str, known: Shown) -> None:
        self.name = name
        self._signs = known.signs
        self._hopeless = set(known.hopeless)
        self._examples: dict[Sign, Example] = {}
        self._lock = Lock()

    def observe(self, signs: Sign) -> None:
        """Remember what cells have shown."""
        if signs & ~self._signs:
            with self._lock:
                self._signs |= signs

    def note(self, sign: Sign, example: Example) -> None:
        """Remember the first cell that shows something; cells come in the order of files and records."""
        self.observe(sign)
        with self._lock:
            known = self._examples.get(sign)
            if known is None or (known.file == example.file and example.record < known.record):
                self._examples[sign] = example

    def unanswered(self, signs: Sign) -> tuple[Question, ...]:
        """Return the questions that these signs raise, unless an answer is known or there is none to be had."""
        return tuple(
            question
            for question in QUESTIONS
            if signs & question.open and question not in self._hopeless and not self._answered(question)
        )

    def is_settled(self, question: Question) -> bool:
        """Whether looking on changes nothing: it is answered, or cannot be and an example of it is known."""
        return self._answered(question) or (not question.answers and question.open in self._examples)

    def give_up_unless_answered(self, question: Question) -> None:
        """Note that the whole column has been looked at."""
        with self._lock:
            if not self._answered(question):
                self._hopeless.add(question)

    def _answered(self, question: Question) -> bool:
        return any(self._signs & answer for answer in question.answers)

    @property
    def choice(self) -> Choice:
        """How cells are read by what is known now."""
        first = Sign.DAY_FIRST in self._signs or (False if Sign.MONTH_FIRST in self._signs else None)
        return Choice(first, Sign.COMMA in self._signs, Sign.HUNDREDS in self._signs)

    @property
    def clashes(self) -> tuple[Question, ...]:
        """The questions that different cells answer differently."""
        return tuple(
            question
            for question in QUESTIONS
            if len(question.answers) > 1 and all(self._signs & answer for answer in question.answers)
        )

    @property
    def shown(self) -> Shown:
        """What is known of the column by now."""
        return Shown(self._signs, frozenset(self._hopeless))

    @property
    def has_examples(self) -> bool:
        """Whether there is one of every answer of the clashes, and of what was left open."""
        wanted = [answer for question in self.clashes for answer in question.answers]
        wanted += [question.open for question in self._hopeless]
        return all(sign in self._examples for sign in wanted)

    def problems(self, span: Span | None) -> list[Problem]:
        """Return what the column leaves open, and what it contradicts."""
        found = []
        for question in QUESTIONS:
            if question in self._hopeless:
                example = self._examples[question.open]
                message = f"column `{self.name}`: {example} {question.asks}"
                found.append(Problem(question.code, message, span, _settling(question, example.value, self.name)))
        for question in self.clashes:
            shown = [self._examples[answer] for answer in question.answers if answer in self._examples]
            message = f"column `{self.name}`: {question.clash}: {' and '.join(map(str, shown))}"
            help_text = "export the files again with one setting, or read them as two sources"
            found.append(Problem(question.code.replace("ambiguous", "mixed"), message, span, help_text))
        return found


def _settling(question: Question, cell: str, name: str) -> str:
    if question.open is not Sign.DAY_OPEN:
        return question.settles.format(name=name)
    day_first, month_first = formats_of(cell)
    return question.settles.format(name=name, day_first=day_first, month_first=month_first)
