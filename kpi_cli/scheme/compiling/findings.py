"""What is found wrong while a scheme is compiled, each with its place in the file."""

from collections.abc import Iterable

from msgspec import Struct, field

from kpi_cli.problems import Problem, Severity, Span, did_you_mean
from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.plain import Path
from kpi_cli.scheme.units import Malformed
from kpi_cli.scheme.yamlfile import Document

_SHOWN = 12


class Findings(Struct):
    """The document, and the problems found in it so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, at: Path | Span, help_text: str | None = None) -> None:
        """Note an error at a value of the document."""
        span = at if isinstance(at, Span) else self.document.value(at)
        self.problems.append(Problem(code, message, span, help_text))

    def error_at_key(self, code: str, message: str, path: Path, help_text: str | None = None) -> None:
        """Note an error at a key of the document."""
        self.error(code, message, self.document.key(path), help_text)

    def warning(self, code: str, message: str, span: Span, help_text: str | None = None) -> None:
        """Note something that does not stop the work."""
        self.problems.append(Problem(code, message, span, help_text, Severity.WARNING))

    def unknown(self, code: str, written: str, known: Iterable[str], span: Span) -> None:
        """Note a name that does not exist, with the nearest one that does; `code` is `unknown-` and the noun."""
        names = list(dict.fromkeys(known))
        noun = code.removeprefix("unknown-")
        help_text = did_you_mean(written, names) or f"known: {', '.join(names[:_SHOWN]) or 'none'}"
        self.problems.append(Problem(code, f"there is no {noun} `{written}`", span, help_text))

    def faults(self, path: Path, faults: Iterable[Fault]) -> None:
        """Note what is wrong with the formula that stands at a path."""
        for fault in faults:
            span = self.document.within(path, fault.offset, fault.width)
            self.problems.append(Problem(fault.code, fault.message, span, fault.help))

    def malformed(self, code: str, path: Path, found: Malformed) -> None:
        """Note what is wrong with the amount or target that stands at a path."""
        span = self.document.within(path, found.offset, found.width)
        self.problems.append(Problem(code, found.message, span, found.help))

    def has_errors(self) -> bool:
        """Whether anything found stops the work."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)
