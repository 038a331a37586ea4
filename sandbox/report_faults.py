"""The report of a finished import, changed as fault switches say: what an echo of identifiers can look like."""

import json
from collections.abc import Callable
from itertools import chain
from typing import Any

Entry = dict[str, Any]
Report = dict[str, Any]
LISTS = ("created", "updated", "failures")
UNKNOWN_CODE = "somethingNewNotApplied"


def _each(change: Callable[[Entry], Entry]) -> Callable[[Report], Report]:
    """Changes every entry's identifiers."""

    def changed(report: Report) -> Report:
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


def _only_first(identifiers: Entry) -> Entry:
    """The e-mail address, else the first there is."""
    name = "email" if "email" in identifiers else next(iter(identifiers), None)
    return {name: identifiers[name]} if name else {}


def _twice(report: Report) -> Report:
    return {**report, **{name: list(chain(*((e, dict(e)) for e in report[name]))) for name in LISTS}}


def _shuffled(report: Report) -> Report:
    return {**report, **{name: [*report[name][1::2], *report[name][::2]][::-1] for name in LISTS}}


def _both_lists(report: Report) -> Report:
    failures = [
        {
            "matchIdentifier": next(iter(entry["identifiers"]), "email"),
            "identifiers": entry["identifiers"],
            "contactId": entry["contactId"],
            "failures": [{"failureCode": UNKNOWN_CODE, "description": "Something new was not applied"}],
        }
        for entry in (*report["created"], *report["updated"])
    ]
    return {**report, "failures": [*report["failures"], *failures]}


def _unmentioned(report: Report) -> Report:
    """Without every third of all entries."""
    place = iter(range(sum(len(report[name]) for name in LISTS)))
    return {**report, **{name: [entry for entry in report[name] if next(place) % 3] for name in LISTS}}


def _unknown_codes(report: Report) -> Report:
    for entry in report["failures"]:
        for failure in entry["failures"]:
            failure["failureCode"] = "neverHeardOf"
    return report


REPORT_FAULTS: dict[str, Callable[[Report], Report]] = {
    "upperCaseEmails": _each(_with("email", str.upper)),
    "withoutPlus": _each(_with("mobileNumber", lambda number: number.lstrip("+"))),
    "withPlus": _each(_with("mobileNumber", lambda number: f"+{number.lstrip('+')}")),
    "spacedNumbers": _each(_with("mobileNumber", _spaced)),
    "missingIdentifiers": _each(_only_first),
    "extraIdentifiers": _each(lambda identifiers: {**identifiers, "neverSent": "42", "contactNumber": 7}),
    "twice": _twice,
    "shuffled": _shuffled,
    "bothLists": _both_lists,
    "unmentioned": _unmentioned,
    "unknownCodes": _unknown_codes,
}


def changed_report(report: bytes, fault: str) -> bytes:
    """A finished report's JSON text, changed; one without lists stays as it is."""
    content = json.loads(report)
    if not all(name in content for name in LISTS):
        return report
    return json.dumps(REPORT_FAULTS[fault](content)).encode()
