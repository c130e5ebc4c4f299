"""A document of a scheme examined: its shape, what it compiles to, and every problem of both."""

from msgspec import Struct

from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.inheritance import Presets
from kpi_cli.scheme.compiling.whole import Draft, compile_scheme
from kpi_cli.scheme.doubting import Doubt
from kpi_cli.scheme.lints import CHECKS
from kpi_cli.scheme.shape import shaped
from kpi_cli.scheme.yamlfile import Document


class Examined(Struct, frozen=True):
    """The scheme, as far as there is one, and what is wrong with it."""

    scheme: Scheme | None
    problems: tuple[Problem, ...]
    draft: Draft | None = None
    doubts: tuple[Doubt, ...] = ()  # where something had to be taken out to examine the rest

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop the work."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def examine_document(document: Document, text: str, presets: Presets) -> Examined:
    """Examine a document: first its shape, then the meaning of what has a shape."""
    shape = shaped(document)
    if shape.model is None:
        return Examined(None, shape.problems)
    findings = Findings(document)
    draft = compile_scheme(findings, shape.model, text, presets)
    found = [*findings.problems, *(problem for check in CHECKS for problem in check(draft))]
    trusted = (problem for problem in dict.fromkeys(found) if shape.trusts(problem))
    return Examined(draft.scheme, (*shape.problems, *trusted), draft, shape.doubts)
