"""Puts `importlib.metadata` off: pydantic imports it, and half of `email` with it, to look for plugins that are off."""

import importlib
import sys
from types import ModuleType
from typing import Any

_NAME = "importlib.metadata"


class _Later(ModuleType):
    """Stands for the module until something of it is used."""

    def entry_points(self, **wanted: str) -> Any:  # noqa: ANN401 - as the module has it
        """Return what the module does; pydantic takes this function, and does not call it."""
        return self._real().entry_points(**wanted)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the module has it
        if name.startswith("__"):  # what the import system asks of any module
            raise AttributeError(name)
        return getattr(self._real(), name)

    def _real(self) -> ModuleType:
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
        return importlib.import_module(_NAME)


def put_off() -> None:
    """Let `importlib.metadata` be imported when something of it is used."""
    if _NAME not in sys.modules:
        sys.modules[_NAME] = importlib.metadata = _Later(_NAME)
