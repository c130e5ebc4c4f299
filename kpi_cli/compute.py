"""`pyarrow.compute`, imported when one of its functions is first asked for: that takes as long as a small month's rows.

To be imported in its place: `from kpi_cli import compute as pc`.
"""

from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as pyarrow has it
    import pyarrow.compute  # noqa: PLC0415 - see above

    return globals().setdefault(name, getattr(pyarrow.compute, name))
