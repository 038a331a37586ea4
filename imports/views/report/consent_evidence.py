"""The consent that an import brought along: where each part of its evidence came from, and for how many contacts."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from imports.contacts.targets import CONSENT_RECORDS, consent_target
from imports.messages import column_label
from imports.models import UploadJob
from imports.views.formatting import quoted
from imports.views.mapping.constants_form import consent_sources
from imports.views.mapping.target_choices import AccountChoices


@dataclass(frozen=True)
class EvidencePart:
    """A part of a consent record, and where it came from; "" when the import did not have it."""

    label: str
    words: str


@dataclass(frozen=True)
class Evidence:
    """A consent record: its parts, and for how many contacts it was complete and so was sent, how many had got it with
    an earlier import (`repeated`), and how many had only some of it, or a date in the future."""

    number: int
    parts: list[EvidencePart]
    complete: int
    repeated: int
    incomplete: int
    future: int


def evidence_of(job: UploadJob, account_choices: AccountChoices) -> list[Evidence]:
    """The consent records of a checked `job`, in their order; none when it sets no consent."""
    said: dict[str, str] = {
        entry["target"].lower(): quoted(entry["value"]) for entry in job.mapping.get("constants", [])
    }
    for entry in job.mapping.get("columns", []):
        said[entry["target"].lower()] = gettext("column “{column}”").format(
            column=column_label(entry["column"])
        )
    ready = job.check_summary.get("fates", {}).get("ready", 0)
    counts: dict[str, dict[str, Any]] = job.check_summary.get("preflight", {}).get("consent", {})
    return [
        _evidence(number, said, account_choices, counts.get(str(number), {}), ready)
        for number in consent_sources(job.mapping, account_choices)
    ]


def _evidence(
    number: int, said: dict[str, str], account_choices: AccountChoices, counts: dict[str, Any], ready: int
) -> Evidence:
    complete, repeated = counts.get("complete", 0), counts.get("repeated", 0)
    return Evidence(
        number=number,
        parts=[
            EvidencePart(
                consent_target(one.target.rpartition(".")[2]).label, said.get(one.target.lower(), "")
            )
            for one in account_choices.consent_parts(number)
            if one.target.startswith(f"{CONSENT_RECORDS}.")
        ],
        complete=complete,
        repeated=repeated,
        incomplete=max(ready - complete - repeated - counts.get("absent", 0), 0),
        future=counts.get("future", 0),
    )
