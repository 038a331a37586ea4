"""The report of a finished import, changed as fault switches say: what an echo of identifiers can look like.

The summary stays as it is. Reports do not tell by which identifier a contact was matched, so that comes with them.
"""

import json
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

Entry = dict[str, Any]
Report = dict[str, Any]
Matches = Mapping[int, str]
"""The match identifier of each contact created or updated."""

LISTS = ("created", "updated", "failures")
UNKNOWN_CODE = "somethingNewNotApplied"


def _each(change: Callable[[Entry], Entry]) -> Callable[[Report, Matches], Report]:
    """Changes every entry's identifiers."""

    def changed(report: Report, matches: Matches) -> Report:
        for name in LISTS:
            report[name] = [{**entry, "identifiers": change(entry["identifiers"])} for entry in report[name]]
        return report

    return changed


def _with(name: str, change: Callable[[str], str]) -> Callable[[Entry], Entry]:
    return lambda identifiers: {
        key: change(value) if key == name and isinstance(value, str) else value
        for key, value in identifiers.items()
    }


def _spaced(number: str) -> str:
    return f"{number[:3]} ({number[3:6]}) {number[6:]}"


def _match_alone(report: Report, matches: Matches) -> Report:
    for entry in chain(*(report[name] for name in LISTS)):
        match = _match_of(entry, matches)
        entry["identifiers"] = {name: value for name, value in entry["identifiers"].items() if name == match}
    return report


def _match_of(entry: Entry, matches: Matches) -> str:
    # Imports that an earlier sandbox left in the store have no matches.
    usual = next(iter(entry["identifiers"]), "email")
    return str(entry.get("matchIdentifier") or matches.get(entry["contactId"], usual))


def _twice(report: Report, matches: Matches) -> Report:
    return {**report, **{name: list(chain(*((e, dict(e)) for e in report[name]))) for name in LISTS}}


def _shuffled(report: Report, matches: Matches) -> Report:
    return {**report, **{name: [*report[name][1::2], *report[name][::2]][::-1] for name in LISTS}}


def _both_lists(report: Report, matches: Matches) -> Report:
    failures = [
        {
            "matchIdentifier": _match_of(entry, matches),
            "identifiers": entry["identifiers"],
            "contactId": entry["contactId"],
            "failures": [{"failureCode": UNKNOWN_CODE, "description": "Something new was not applied"}],
        }
        for entry in (*report["created"], *report["updated"])
    ]
    return {**report, "failures": [*report["failures"], *failures]}


def _unmentioned(report: Report, matches: Matches) -> Report:
    """Without every third contact, wherever it is mentioned."""
    contacts = dict.fromkeys(_contact_of(entry) for entry in chain(*(report[name] for name in LISTS)))
    left_out = set(list(contacts)[2::3])
    kept = {name: [entry for entry in report[name] if _contact_of(entry) not in left_out] for name in LISTS}
    return {**report, **kept}


def _contact_of(entry: Entry) -> Any:
    """Tells contacts apart; those that were refused have no id."""
    return entry.get("contactId") or json.dumps(entry["identifiers"])


def _unknown_codes(report: Report, matches: Matches) -> Report:
    for entry in report["failures"]:
        for failure in entry["failures"]:
            failure["failureCode"] = "neverHeardOf"
    return report


REPORT_FAULTS: dict[str, Callable[[Report, Matches], Report]] = {
    "upperCaseEmails": _each(_with("email", str.upper)),
    "withoutPlus": _each(_with("mobileNumber", lambda number: number.lstrip("+"))),
    "withPlus": _each(_with("mobileNumber", lambda number: f"+{number.lstrip('+')}")),
    "spacedNumbers": _each(_with("mobileNumber", _spaced)),
    "missingIdentifiers": _match_alone,
    "extraIdentifiers": _each(lambda identifiers: {**identifiers, "neverSent": "42", "contactNumber": 7}),
    "twice": _twice,
    "shuffled": _shuffled,
    "bothLists": _both_lists,
    "unmentioned": _unmentioned,
    "unknownCodes": _unknown_codes,
}


def changed_report(report: bytes, fault: str, matches: Matches) -> bytes:
    """A finished report's JSON text, changed."""
    return json.dumps(REPORT_FAULTS[fault](json.loads(report), matches)).encode()
