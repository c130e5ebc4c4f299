"""Regular expressions that are compiled when they are first used: a small month needs a third of them."""

import re
from typing import Any, AnyStr, cast


class _Later:
    """Behaves as the compiled expression, each of whose methods is looked up once."""

    def __init__(self, text: Any, flags: re.RegexFlag) -> None:  # noqa: ANN401 - text or bytes
        self._made = text, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as `re.Pattern` has it
        if name.startswith("_"):  # what copying and pickling ask for
            raise AttributeError(name)
        found = getattr(re.compile(*self._made), name)
        setattr(self, name, found)
        return found


def regex(text: AnyStr, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[AnyStr]:
    """Return what `re.compile` would, but compile it later."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))
