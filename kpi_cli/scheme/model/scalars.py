"""The scalars of a scheme: YAML gives text, each type here reads it and says in plain words what it expected."""

import keyword
import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, NoReturn, TypeAlias

from msgspec import Struct
from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError, core_schema

from kpi_cli.numbers import parse_decimal
from kpi_cli.scheme.formula.vocabulary import RESERVED

SCALAR = ["string", "number", "boolean"]
_DELIMITER = r"[\t !#-~]"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"


class Part(BaseModel):
    """A mapping of the scheme with a closed list of keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)


def refuse(code: str, message: str, help_text: str = "") -> NoReturn:
    """Refuse a value with a problem's code, message and help; braces are taken as written."""
    raise PydanticCustomError(code, "{message}", {"message": message, "help": help_text})


def shown(value: object) -> str:
    """Name a piece of data as a person would."""
    match value:
        case "":
            return "nothing"
        case str():
            return f"`{value}`"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return f"`{value}`"


def text(value: object) -> str:
    """Read text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        refuse("wrong-shape", f"expected text, found {shown(value)}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Read one text or a list of texts."""
    return tuple(text(item) for item in value) if isinstance(value, list) else (text(value),)


def delimiter(value: object) -> str:
    """Read what separates cells: one character of ASCII that neither quotes nor ends a line."""
    if not isinstance(value, str) or re.fullmatch(_DELIMITER, value) is None:
        refuse("wrong-shape", f"expected one character such as `;`, found {shown(value)}")
    return value


def name(value: object) -> str:
    """Read a name of ours: of a source, column, metric or card."""
    word = text(value)
    folded = unicodedata.normalize("NFKC", word)
    if folded != word and folded.isidentifier():
        refuse("bad-name", f"`{word}` is written with look-alike characters", f"write `{folded}`")
    if not word.isidentifier():
        better = re.sub(r"\W+", "_", word).strip("_")
        hint = f"for instance `{better}`" if better.isidentifier() else "begin with a letter"
        refuse("bad-name", f"`{word}` is not a name: letters, digits and `_`, not beginning with a digit", hint)
    if keyword.iskeyword(word) or word in RESERVED:
        refuse("bad-name", f"`{word}` has a meaning of its own in formulas", f"for instance `{word}_`")
    return word


def number(value: object) -> Fraction:
    """Read a plain decimal, exactly."""
    found = parse_decimal(value) if isinstance(value, str) else None
    if found is None:
        refuse("not-a-number", f"expected a number, found {shown(value)}")
    return found


def percent(value: object) -> Fraction:
    """Read a number of percent: `25` and `25%` are the same."""
    found = parse_decimal(value.removesuffix("%").rstrip()) if isinstance(value, str) else None
    if found is None or not 0 <= found <= 100:  # noqa: PLR2004 - percent of a whole
        refuse("not-a-number", f"expected percent from 0 to 100, found {shown(value)}")
    return found


def share(value: object) -> Fraction:
    """Read a part of a whole: `1%`, or a fraction such as `0.01`; a bare number from 1 up could be either."""
    if isinstance(value, str) and value.endswith("%"):
        return percent(value) / 100
    found = number(value)
    if not 0 <= found < 1:
        refuse("not-a-number", f"expected a share, found {shown(value)}", f"with its unit: `{value}%`")
    return found


def whole(value: object) -> int:
    """Read a whole number from 0 up."""
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{1,9}", value) is None:
        refuse("not-a-number", f"expected a whole number, found {shown(value)}")
    return int(value)


def decimals(value: object) -> int:
    """Read a number of decimals, 0 to 6."""
    found = whole(value)
    if found > 6:  # noqa: PLR2004 - as many as values are printed with
        refuse("not-a-number", f"expected 0 to 6 decimals, found {shown(value)}")
    return found


def truth(value: object) -> bool:
    """Read true or false; yes and no, on and off are understood."""
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    found = words.get(value.casefold()) if isinstance(value, str) else None
    if found is None:
        refuse("bad-choice", f"expected true or false, found {shown(value)}")
    return found


def version(value: object) -> int:
    """Read the number of the format."""
    if value != "1":
        refuse("bad-choice", f"this program reads format 1, not {shown(value)}", "write `kpi: 1`")
    return 1


class Reads(Struct, frozen=True, eq=False):
    """How a scalar is read, and what editors are told of it; pydantic is asked to do nothing besides."""

    read: Callable[[object], object]
    json: Mapping[str, object]

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> core_schema.CoreSchema:
        """Tell pydantic how to validate."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> dict[str, object]:
        """Tell pydantic what stands in the JSON Schema."""
        return dict(self.json)


_TEXTS = {"anyOf": [{"type": SCALAR}, {"type": "array", "items": {"type": SCALAR}}]}
_NUMBER = {"type": ["number", "string"], "pattern": f"^{_DECIMAL}$"}
_PERCENT = {"type": ["number", "string"], "pattern": f"^{_DECIMAL} *%?$", "minimum": 0, "maximum": 100}
_SHARE = {"type": ["number", "string"], "pattern": _PERCENT["pattern"], "minimum": 0, "exclusiveMaximum": 1}
_WHOLE = {"type": ["integer", "string"], "pattern": "^[0-9]{1,9}$", "minimum": 0}
_DECIMALS = {"enum": [*range(7), *map(str, range(7))]}
_TRUTH = {"enum": [True, False, "yes", "no", "on", "off", "true", "false"]}

Text: TypeAlias = Annotated[str, Reads(text, {"type": SCALAR})]
Texts: TypeAlias = Annotated[tuple[str, ...], Reads(texts, _TEXTS)]
Delimiter: TypeAlias = Annotated[str, Reads(delimiter, {"type": SCALAR, "pattern": f"^{_DELIMITER}$"})]
Name: TypeAlias = Annotated[str, Reads(name, {"type": "string"})]
Number: TypeAlias = Annotated[Fraction, Reads(number, _NUMBER)]
Percent: TypeAlias = Annotated[Fraction, Reads(percent, _PERCENT)]
Share: TypeAlias = Annotated[Fraction, Reads(share, _SHARE)]
Whole: TypeAlias = Annotated[int, Reads(whole, _WHOLE)]
Decimals: TypeAlias = Annotated[int, Reads(decimals, _DECIMALS)]
Truth: TypeAlias = Annotated[bool, Reads(truth, _TRUTH)]
Version: TypeAlias = Annotated[int, Reads(version, {"enum": [1, "1"]})]
