"""Run a scheme over exports: the only place that knows the order of the stages and the engines."""

from kpi_cli.intake.files.opening import BLOCK_SIZE
from kpi_cli.pipeline.request import Outcome, Question, Request
from kpi_cli.pipeline.run import run

__all__ = ["BLOCK_SIZE", "Outcome", "Question", "Request", "run"]
