"""Plain data: what a YAML file holds before anybody asks what it means."""

from typing import TypeAlias

Plain: TypeAlias = str | list["Plain"] | dict[str, "Plain"]
Path: TypeAlias = tuple[str | int, ...]
