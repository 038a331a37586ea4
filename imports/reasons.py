"""Why things are as they are: the codes that rows hold of jobs, batches, accounts and events, and their words.

A row holds a `Message`; here is the one catalogue that makes a sentence of it when it is shown. What the pure packages
say is taken from their own.
"""

from collections.abc import Iterator
from typing import Any

from imports.contacts.guarded_check import FAILURES as CHECK_FAILURES
from imports.contacts.problems import PROBLEM_TYPES, describe_all
from imports.dotdigital.wording import CATALOGUE as DOTDIGITAL
from imports.dotdigital.wording import OF_IMPORT_STATES
from imports.files.file_refusals import CATALOGUE as FILES
from imports.messages import NOTHING, Catalogue, Message, Wording, gettext, gettext_noop
from imports.reports.report_words import TEXTS as OF_ROWS
from imports.reports.report_words import ReportWords

_ENTER_AGAIN = gettext_noop("Ask your administrator to enter the API user's name and password again.")
_TRY_ONCE_MORE = gettext_noop(
    "Try once more. If it happens again, tell your administrator the number of this job."
)

FAILURES: dict[str, Wording] = {
    "portal_fault": Wording(
        gettext_noop(
            "The portal stopped because of a fault of its own. Your file is safe and nothing more was sent."
        ),
        _TRY_ONCE_MORE,
    ),
    "stored_file_damaged": Wording(
        gettext_noop(
            "A file that the portal has stored for this import is damaged or was changed by somebody else."
        ),
        gettext_noop("Tell your administrator the number of this job, and upload the file again."),
    ),
    "unaccounted_column": Wording(
        gettext_noop(
            "The portal stopped because of a fault of its own: what it would send does not account for every "
            "value in the column “{column}”. Your file is safe and nothing was sent."
        ),
        gettext_noop(
            "Tell your administrator the number of this job. Without that column the rest can be imported."
        ),
    ),
    "unaccounted_file": Wording(
        gettext_noop(
            "The portal stopped because of a fault of its own: what it would send does not account for every "
            "value in the file. Your file is safe and nothing was sent."
        ),
        _TRY_ONCE_MORE,
    ),
    "trial_fault": Wording(
        gettext_noop("The file could not be tried with these columns, because of a fault in the portal."),
        gettext_noop("Go on without: the check comes before anything is imported."),
    ),
    "nothing_to_retry": Wording(
        gettext_noop("All rows that were to be tried again have been imported meanwhile."),
        gettext_noop("There is nothing left to do. The report of the first import says when they arrived."),
    ),
    # Only sentences of other messages, which are translated by themselves.
    "all_refused": Wording(
        "{reason}",
        gettext_noop("Nothing was imported. Fix the cause, then try the rows again from this page."),
    ),
    "stopped_by_refusal": Wording(
        "{reason}",
        gettext_noop("Nothing more was sent. Fix the cause, then try the rows again from this page."),
    ),
}
"""Why a job or a trial has failed, beside what the file and its check are refused for."""

OF_BATCHES: dict[str, Wording] = {
    "unanswered": Wording(
        gettext_noop("Dotdigital never answered when this was sent, so what became of it is not known.")
    ),
    "given_up": Wording(
        gettext_noop(
            "Dotdigital never answered when this was sent. It was decided not to send it again, so what "
            "became of it is not known."
        )
    ),
    "stopped_unanswered": Wording(
        gettext_noop(
            "Dotdigital never answered when this was sent, and the job was stopped before it was repeated."
        )
    ),
    "outcome_not_found": Wording(
        gettext_noop("Dotdigital no longer knows this import, so what became of it cannot be learnt.")
    ),
    "no_end": Wording(
        gettext_noop("No end of this import could be learnt within a day, so what became of it is not known.")
    ),
    "above_limit": Wording(
        gettext_noop("The account takes less than this in one call, so its rows went on in smaller batches.")
    ),
    "import_ended": Wording("{state} {advice}"),
    "sent_before": Wording(
        gettext_noop("The same contacts had been sent before without an answer, so they may have arrived.")
    ),
    "not_narrowed_down": Wording(gettext_noop("Which of the rows it objects to could not be found out.")),
    "reason_not_narrowed_down": Wording("{reason} {narrowed}"),
    **{f"advice_{code}": Wording(text.remedy) for code, text in OF_IMPORT_STATES.items() if text.remedy},
}
"""Why a batch ended as it did, beside what Dotdigital's errors and statuses mean."""

OF_ACCOUNTS: dict[str, Wording] = {
    "secret_unreadable": Wording(
        gettext_noop("No encryption key of this portal opens the stored credential."), _ENTER_AGAIN
    ),
    "account_read_fault": Wording(
        gettext_noop("The account could not be read because of a fault in the portal.")
    ),
    "snapshot_too_large": Wording(
        gettext_noop("The account has more contacts than the portal may read."),
        gettext_noop("Ask your administrator to raise SNAPSHOT_MAX_CONTACTS, or import without a plan."),
    ),
}
"""Why an account cannot be used or read, beside what Dotdigital's errors mean."""

CATALOGUE = Catalogue(
    {
        **DOTDIGITAL.texts,
        **FILES.texts,
        **CHECK_FAILURES,
        **OF_ROWS,
        **FAILURES,
        **OF_BATCHES,
        **OF_ACCOUNTS,
    }
)
"""The words of every reason that a job, a batch, an account or a row of a report has."""


def _texts() -> Iterator[str]:
    yield from (gettext(text.sentence) for text in CATALOGUE.texts.values())
    yield from (problem.sentence for problem in PROBLEM_TYPES.values())


REPORT_WORDS = ReportWords(CATALOGUE.sentence, describe_all, _texts)
"""What makes the sentences of reports."""

EVENTS = Catalogue(
    {
        "paused": Wording(gettext_noop("paused")),
        "resumed": Wording(gettext_noop("resumed")),
        "account_paused": Wording(gettext_noop("account paused")),
        "account_resumed": Wording(gettext_noop("account resumed")),
        "mapping_drafted": Wording(gettext_noop("mapping worked on")),
        "mapping_reopened": Wording(gettext_noop("mapping reopened")),
        "repairs_made": Wording(gettext_noop("repairs made: {count}")),
        "repairs_undone": Wording(gettext_noop("repairs undone: {count}")),
        "repairs_redone": Wording(gettext_noop("repairs done again: {count}")),
        "person_erased": Wording(gettext_noop("rows of a person erased: {count}")),
        "read_again": Wording(gettext_noop("read again")),
        "rows_arrived_meanwhile": Wording(gettext_noop("rows of it were imported meanwhile")),
        "approval_asked": Wording(gettext_noop("approval asked for")),
        "approved": Wording(gettext_noop("approved")),
        "import_rejected": Wording(gettext_noop("rejected")),
        "approval_withdrawn": Wording(gettext_noop("request for approval withdrawn")),
        "approval_void": Wording(gettext_noop("approval void, because the import changed")),
        "field_created": Wording(gettext_noop("data field created")),
        "list_created": Wording(gettext_noop("list created")),
        "to_be_repeated": Wording(gettext_noop("to be repeated")),
        "repeat_could_do_harm": Wording(gettext_noop("a repeat could do harm")),
        "given_up": Wording(gettext_noop("given up")),
        "stopped": Wording(gettext_noop("stopped")),
        "sender_died": Wording(gettext_noop("the sender died")),
        "answered_late": Wording(gettext_noop("answered late")),
        "accepted_late": Wording(gettext_noop("a call answered late was accepted as import {import_id}")),
        "no_calls_left": Wording(gettext_noop("no calls left")),
        "no_slot_left": Wording(gettext_noop("no slot left")),
        "abandoned": Wording(gettext_noop("nobody went on with it for {days} days")),
        "storage_away": Wording(gettext_noop("the storage does not answer")),
        # Codes and names of classes, which are the same in all languages.
        "code": Wording("{code}"),
        "error": Wording("{error}"),
        "error_said": Wording("{error}: {said}"),
    }
)
"""What is noted beside a move of a job or a batch."""

OF_CODES = frozenset({"code", "error", "error_said"})
"""The notes whose words are codes, which are the same in all languages."""


def words_of(reason: dict[str, Any]) -> str:
    """The sentence and the remedy of a stored reason; "" when there is none."""
    message = Message.from_json(reason)
    return f"{CATALOGUE.sentence(message)} {CATALOGUE.remedy(message)}".strip() if message else ""


def sentence_of(reason: dict[str, Any]) -> str:
    """The sentence of a stored reason; "" when there is none."""
    message = Message.from_json(reason)
    return CATALOGUE.sentence(message) if message else ""


def remedy_of(reason: dict[str, Any]) -> str:
    """What to do about a stored reason; "" when there is nothing to say."""
    message = Message.from_json(reason)
    return CATALOGUE.remedy(message) if message else ""


def as_note(note: Message | str) -> dict[str, Any]:
    """The fields of an event that hold `note`: a message of `EVENTS`, or the code of one."""
    message = Message(note) if isinstance(note, str) else note
    return {"note": message.code, "details": message.to_json().get("params", {})}


def note_words(note: str, details: dict[str, Any]) -> str:
    """The words of what an event notes."""
    return EVENTS.sentence(Message.from_json({"code": note, "params": details})) if note else ""


def code_note(code: str) -> Message:
    """That something happened because of this code."""
    return Message("code", {"code": code}) if code else NOTHING
