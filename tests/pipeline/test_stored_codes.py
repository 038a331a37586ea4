"""Rows and tables hold codes and parameters: no sentence is made before it is shown."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import models

from imports import messages
from imports.models import ImportBatch, JobEvent, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage.artefacts import JOBS
from tests.pipeline import files

pytestmark = pytest.mark.pipeline

# A capital, some words, a stop: what a person is told, wherever it stands in a text.
SENTENCE = re.compile(r"\b[A-Z][\w’'-]*(?:[ ,:;]+[\w“”’'(){}-]+){3,}[.?]")
MADE = "¤"
# Whose words these are: the person's own, Dotdigital's.
OTHERS_WORDS = {"outcomes": {"reason"}, "staged": None, "excerpt": None, "prepared": None}


@pytest.fixture
def marked() -> Iterator[None]:
    """Whatever is translated begins with a sign that nothing else has."""
    before = messages._translate, messages._translate_plural
    messages.use_catalogue(lambda text: MADE + text, lambda one, many, n: MADE + (one if n == 1 else many))
    yield
    messages.use_catalogue(*before)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (*texts_in(key), *texts_in(part))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)


def stored_in_rows() -> Iterator[tuple[str, str]]:
    """Where, and what: every text that a row of the domain holds, those within JSON as well."""
    for model in apps.get_app_config("imports").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.attname, flat=True):
                    yield from ((f"{model.__name__}.{field.name}", text) for text in texts_in(value))


def stored_in_tables() -> Iterator[tuple[str, str]]:
    """The same of every column of text of the jobs' tables that is the portal's own."""
    # Other tests of the run may have left theirs.
    for job in UploadJob.objects.exclude(tables={}).values_list("pk", flat=True):
        for name in default_storage.listdir(f"{JOBS}/{job}")[1]:
            kind = re.split(r"[-.]", name)[0]
            table = pl.read_parquet(Path(default_storage.path(f"{JOBS}/{job}/{name}")), glob=False)
            others = OTHERS_WORDS.get(kind, set())
            for column in [] if others is None else [one for one in table.columns if one not in others]:
                for value in table[column].to_list():
                    yield from ((f"{kind}.{column}", text) for text in texts_in(value))


def imported(path: Path, *options: str) -> UploadJob:
    arguments = [str(path), "--account=Acme", "--user=alice", "--inline", *options]
    with suppress(SystemExit):
        call_command("import_contacts", *arguments)
    return UploadJob.objects.latest("created_at")


def test_no_row_and_no_table_holds_a_sentence(alice, sandbox, tmp_path, marked, capsys):
    first = imported(files.mailchimp_csv(tmp_path))
    # What has changed since, what the file has wrong, what the sandbox refuses as a whole.
    odd = tmp_path / "odd.csv"
    odd.write_bytes(
        b"Our people of 2024\r\n\r\nEmail Address,First Name,Last Name,Phone Number,CC,MEMBER_RATING,City\r\n"
        b"ada@gamil.com,Ada,,1234567,GB,1,Ulm,too many\r\nben@example.org,\xff\x81Ben,,+44 7400 604986\r\n"
        b'cyd@example.org,"Cyd"x,,5,,,\r\nada@gamil.com,Ada,,12,,,Ulm\r\n'
    )
    sandbox.faults({"call": "import", "fault": "badRequest", "times": None})
    second = imported(odd)
    sandbox.clear_faults()
    picture = tmp_path / "people.csv"
    picture.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
    third = imported(picture)

    assert [job.status for job in (first, second, third)] == [
        JobStatus.FINISHED,
        JobStatus.FAILED,
        JobStatus.FAILED,
    ]
    assert second.reading["problems"]
    assert second.drift
    assert second.failure["code"] == "all_refused"
    assert third.failure["code"]
    assert ImportBatch.objects.filter(status=BatchStatus.REFUSED).exclude(reason={}).exists()
    assert JobEvent.objects.exclude(note="").exists()

    kept = [*stored_in_rows(), *stored_in_tables()]
    assert len(kept) > 500
    assert {(where, text) for where, text in kept if MADE in text} == set()
    assert {(where, text) for where, text in kept if SENTENCE.search(text)} == set()

    # And what is shown of it is made of sentences.
    for job in (second, third):
        assert MADE in job.failure_sentence
    assert all(text.startswith(MADE) for _, text in second.file_problems)
    shown: list[Any] = [*capsys.readouterr()]
    assert any(MADE in text for text in shown)
