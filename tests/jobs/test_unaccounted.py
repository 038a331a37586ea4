"""A fault of our own on the way: the job ends with the column's name, and nothing is sent."""

import logging
from datetime import date, timedelta

import polars as pl
import pytest
from django.core.files import File
from django.urls import reverse

from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.contacts.value_types.date_type import DATE
from imports.contacts.value_types.email_type import EMAIL_ADDRESS
from imports.contacts.value_types.number_type import NUMBER
from imports.contacts.value_types.phone_type import MOBILE_NUMBER_TYPE
from imports.contacts.values.cells import ANSWERED, CLEANED, packed, unpacked
from imports.jobs import applying
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.trial import request_trial, run_trial, trial_of
from imports.jobs.upload import receive_upload
from imports.querysets import TransitionError
from imports.states import JobStatus, TrialState
from imports.storage import artefacts
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

HEADER = ("Adresse", "Rufnummer", "Geburtstag", "Umsatz")
# No two cells of a column are the same, but for a few numbers: what is the same is cleaned once.
ROWS = [
    (f"p{number}@example.com", f"020 7946 {number % 1000:04}", f"{day:%d.%m.%Y}", f"{number},50")
    for number in range(1_200)
    for day in [date(1980, 1, 1) + timedelta(days=number)]
]
MAPPING = {
    "matchIdentifier": "email",
    "duplicates": "keepFirst",
    "columns": [
        {"column": "Adresse", "target": "identifiers.email"},
        {"column": "Rufnummer", "target": "identifiers.mobileNumber"},
        {"column": "Geburtstag", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
        {"column": "Umsatz", "target": "dataFields.TOTAL_SPENT", "decimal": ","},
    ],
}
CLEARING = MAPPING | {"blankCells": "clear"}


def one_in_a_thousand(*names):
    """A cleaner that makes these of every thousandth answer null."""

    def spoil(answers):
        kept = pl.int_range(pl.len()) % 1_000 != 999
        return packed(unpacked(answers).with_columns(pl.when(kept).then(pl.col(names)).name.keep()))

    def fault(clean):
        return lambda cells, rules: clean(cells, rules).map_batches(spoil, return_dtype=CLEANED)

    return fault


def check_here(request, progress, limits):
    """The check in this process, whose cleaners are spoilt."""
    return check(request, progress)


FAULTS = {
    "a value is dropped": (NUMBER, "Umsatz", MAPPING, ROWS, ANSWERED),
    "a value is erased instead": (DATE, "Geburtstag", CLEARING, ROWS, ANSWERED),
    "a number is dropped": (MOBILE_NUMBER_TYPE, "Rufnummer", MAPPING, ROWS, ANSWERED),
    "the identifier is dropped": (EMAIL_ADDRESS, "Adresse", MAPPING, ROWS, ANSWERED),
    "why a value is left out is dropped": (
        *(DATE, "Geburtstag", MAPPING, [(*row[:2], f"bald, {row[3]}", row[3]) for row in ROWS]),
        ("code",),
    ),
}


@pytest.fixture(params=FAULTS)
def fault(request, monkeypatch):
    value_type, column, mapping, rows, names = FAULTS[request.param]
    monkeypatch.setattr(value_type, "clean", one_in_a_thousand(*names)(value_type.clean))
    # Here, because the fault is: that it arrives from another process is in tests/contacts/test_guarded_check.py.
    monkeypatch.setattr(applying, "check_guarded", check_here)
    return column, Mapping.from_json(mapping), rows


@pytest.fixture
def job(account, alice, fault, tmp_path):
    path = files.delimited(tmp_path / "people.csv", HEADER, fault[2])
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))
    run_inline(job)
    assert job.status == JobStatus.STAGED
    return job


def test_a_job_ends_with_the_columns_name_and_nothing_is_sent(job, fault, alice, sandbox, client, caplog):
    column, mapping, rows = fault
    assert set_mapping(job, mapping, alice) == []
    with caplog.at_level(logging.INFO):
        run_inline(job)

    assert job.status == JobStatus.ERRORED
    assert f"“{column}”" in job.failure_sentence
    with pytest.raises(TransitionError):
        confirm_job(job, alice)
    run_inline(job)
    assert job.status == JobStatus.ERRORED
    assert not job.batches.exists()
    assert not artefacts.exists(job, artefacts.PREPARED)
    assert (sandbox.imports(), sandbox.contacts()) == ([], [])

    client.force_login(alice)
    page = client.get(reverse("imports:report", args=[job.pk])).content.decode()
    assert f"“{column}”" in page
    told = [job.failure_sentence, job.failure_remedy, *(event.note_words for event in job.events.all())]
    for text in (*rows[0], *rows[999]):
        assert not any(text in words for words in told)
        assert text not in caplog.text
    assert column not in caplog.text
    assert f"column={HEADER.index(column) + 1}" in caplog.text


def test_a_trial_says_the_columns_name(job, fault, alice, client):
    column, mapping, _ = fault
    assert request_trial(job, mapping) == []
    run_trial(job)

    found = trial_of(job)
    assert found.state == TrialState.FAILED
    assert f"“{column}”" in found.sentence
    assert found.summary == {}
    assert found.issues == ""
    client.force_login(alice)
    page = client.get(reverse("imports:trial", args=[job.pk])).content.decode()
    assert f"“{column}”" in page
