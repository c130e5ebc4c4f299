"""The formats that results can be written in."""

from enum import StrEnum


class Format(StrEnum):
    """What results can be written as; a workbook only into a file."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"
    XLSX = "xlsx"
