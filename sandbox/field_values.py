"""Values of data fields: what each of the four types takes and the form it is kept in.

Blank values (`null` and the empty text) fit every type. A Date is kept as UTC text to the second; a time
without a zone is taken as UTC. A Numeric takes a number or its text, up to 18 digits before and 9 after the
decimal mark. A Boolean takes JSON true and false only. A String takes any scalar, up to 1,000 characters.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

MAX_TEXT_CHARS = 1000
MAX_INTEGER_DIGITS = 18
MAX_DECIMAL_DIGITS = 9
MAX_PLAIN_NUMBER = 10**MAX_INTEGER_DIGITS

Value = str | int | float | bool | None


class ValueRefusedError(ValueError):
    """The value does not fit the field's type."""


def _string(value: Value) -> Value:
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    if len(text) > MAX_TEXT_CHARS:
        raise ValueRefusedError(f"is longer than {MAX_TEXT_CHARS} characters")
    return text


def _numeric(value: Value) -> Value:
    # The usual numbers, without the cost of a Decimal.
    if type(value) is int and abs(value) < MAX_PLAIN_NUMBER:
        return value
    if type(value) is float and abs(value) < MAX_PLAIN_NUMBER and round(value, MAX_DECIMAL_DIGITS) == value:
        return value
    if value is True or value is False:
        raise ValueRefusedError("is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueRefusedError("is not a number") from None
    if not number.is_finite():
        raise ValueRefusedError("is not a number")
    decimals = -int(number.as_tuple().exponent)
    if number.adjusted() >= MAX_INTEGER_DIGITS or decimals > MAX_DECIMAL_DIGITS:
        raise ValueRefusedError("has too many digits")
    if not isinstance(value, str):
        return value
    return int(number) if decimals <= 0 else float(number)


def _date(value: Value) -> Value:
    if not isinstance(value, str):
        raise ValueRefusedError("is not an ISO 8601 date")
    try:
        return utc_text(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        raise ValueRefusedError("is not an ISO 8601 date") from None


def _boolean(value: Value) -> Value:
    if not isinstance(value, bool):
        raise ValueRefusedError("is neither true nor false")
    return value


KEEP: dict[str, Callable[[Value], Value]] = {
    "String": _string,
    "Numeric": _numeric,
    "Date": _date,
    "Boolean": _boolean,
}


def kept_value(type_name: str, value: Value) -> Value:
    """`value` in the form in which a field of that type keeps it; blank values become None.

    Raises ValueRefusedError, whose text completes the sentence "The value of X ...".
    """
    return None if value is None or value == "" else KEEP[type_name](value)


def utc_text(moment: datetime) -> str:
    """`moment` in UTC to the second, for example 2026-04-03T12:00:00Z; a naive one is taken as UTC."""
    if moment.tzinfo is not None and moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def utc_text_of(seconds: float) -> str:
    """The time `seconds` after the epoch, in UTC, rounded down to the millisecond."""
    milliseconds = math.floor(seconds * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(
        microsecond=milliseconds % 1000 * 1000, tzinfo=None
    )
    return moment.isoformat(timespec="milliseconds") + "Z"
