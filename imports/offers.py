"""What the mapping page offers for a column, in words for choosing from: targets, date formats, decimal marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from imports.contacts.dates import ISO_8601

EMAIL, MOBILE_NUMBER = "identifiers.email", "identifiers.mobileNumber"
PHONE_TYPE, NUMBER_TYPE, DATE_TYPE = "phone", "Numeric", "Date"
DATA_FIELD_PREFIX = "dataFields."

TYPE_WORDS = {"String": "text", "Numeric": "number", "Date": "date", "Boolean": "yes or no"}


@dataclass(frozen=True)
class Offer:
    """A target that a column can be given. `value_type` says which settings its values need."""

    target: str
    label: str
    value_type: str

    @property
    def name(self) -> str:
        """The label, without the words about its type."""
        return (
            self.target.removeprefix(DATA_FIELD_PREFIX)
            if self.target.startswith(DATA_FIELD_PREFIX)
            else self.label
        )


IDENTIFIER_OFFERS = (
    Offer(EMAIL, "E-mail address", "email"),
    Offer(MOBILE_NUMBER, "Mobile number", PHONE_TYPE),
)


class AccountOffers:
    """The targets and lists of an account, from its catalogue as the portal keeps it."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self._catalogue = catalogue

    @cached_property
    def data_fields(self) -> list[Offer]:
        fields = sorted(self._catalogue.get("data_fields", []), key=lambda entry: entry["name"].lower())
        return [
            Offer(
                f"{DATA_FIELD_PREFIX}{entry['name']}",
                f"{entry['name']} ({TYPE_WORDS[entry['type']]})",
                entry["type"],
            )
            for entry in fields
            if entry["type"] in TYPE_WORDS
        ]

    @property
    def groups(self) -> list[tuple[str, Iterable[Offer]]]:
        """The targets under the headings they are offered with."""
        return [("Identifiers", IDENTIFIER_OFFERS), ("Data fields", self.data_fields)]

    @cached_property
    def lists(self) -> list[tuple[int, str]]:
        """(id, name) of the account's lists, by name."""
        named = ((entry["id"], entry["name"]) for entry in self._catalogue.get("lists", []))
        return sorted(named, key=lambda entry: entry[1].lower())

    @cached_property
    def _by_target(self) -> dict[str, Offer]:
        return {offer.target.lower(): offer for offer in (*IDENTIFIER_OFFERS, *self.data_fields)}

    def find(self, target: str) -> Offer | None:
        """The offer for `target`, in whatever letter case; None for what the account does not have."""
        return self._by_target.get(target.lower())

    def name_of(self, target: str) -> str:
        """What people call `target`."""
        offer = self.find(target)
        return offer.name if offer else target.rpartition(".")[2]

    def list_names(self, list_ids: Iterable[int]) -> list[str]:
        """The names of lists; the number of one that the account no longer has."""
        names = dict(self.lists)
        return [names.get(list_id, f"list {list_id}") for list_id in list_ids]


_EXAMPLE = {
    "%d": "31", "%m": "12", "%Y": "2026", "%y": "26", "%b": "Dec", "%B": "December", "%H": "18", "%I": "06",
    "%M": "30", "%S": "00", "%p": "pm", "%z": "+0100",
}  # fmt: skip
_PARTS = {"%d": "day", "%m": "month", "%b": "month", "%B": "month", "%Y": "year", "%y": "year"}


def format_label(date_format: str) -> str:
    """A date format by example: `31/12/2026 (day, month, year)`."""
    if date_format == ISO_8601:
        return "2026-12-31, with or without a time (year, month, day)"
    example = date_format
    for code, part in _EXAMPLE.items():
        example = example.replace(code, part)
    order = sorted((date_format.find(code), part) for code, part in _PARTS.items() if code in date_format)
    return f"{example} ({', '.join(part for _, part in order)})"


DECIMALS = ((".", "1,234.50 (decimal point)"), (",", "1.234,50 (decimal comma)"))
