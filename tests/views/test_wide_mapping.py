"""The mapping page of a wide file: what it costs to send, to build and to change."""

import gzip

import pytest
from django.http import HttpResponse
from django.urls import reverse

from imports.accounts.catalogue import known_of
from imports.views.mapping import column_cards

pytestmark = pytest.mark.once

COLUMNS, DATA_FIELDS, LISTS = 100, 150, 40
MAX_BYTES_SENT = 120_000
TYPES = ("String", "Numeric", "Date", "Boolean")


@pytest.fixture
def wide_job(account, make_job):
    """A job of 100 columns, half of them known by their names, in an account of 150 data fields and 40 lists."""
    known = known_of(account)
    own = [{"name": f"FIELD_{n:03}", "type": TYPES[n % len(TYPES)]} for n in range(DATA_FIELDS)]
    known.content = {
        **known.content,
        "data_fields": [*known.content["data_fields"], *own][:DATA_FIELDS],
        "lists": [{"id": 80_000 + n, "name": f"List number {n}"} for n in range(LISTS)],
    }
    known.save()
    names = ["Email", "First name", "Mobile number", "Birthday"]
    names += [f"Field {n:03}" for n in range(50)]
    names += [f"Remark {n}" for n in range(COLUMNS - len(names))]
    rows = [
        [
            f"ada{n}@example.com",
            "Ada",
            "07400 604986",
            f"{n:02}/03/1990",
            *[f"{n}{place}" for place in range(96)],
        ]
        for n in range(1, 10)
    ]
    return make_job("\r\n".join(",".join(row) for row in [names, *rows]) + "\r\n")


def opened(client, job) -> HttpResponse:
    return client.get(reverse("imports:mapping", args=[job.pk]), headers={"accept-encoding": "gzip"})


def test_the_list_of_targets_is_sent_once(as_alice, wide_job):
    text = gzip.decompress(opened(as_alice, wide_job).content).decode()

    assert text.count('value="dataFields.FIELD_007"') <= 2  # in the list, and where it is chosen


def test_little_is_sent(as_alice, wide_job):
    assert len(opened(as_alice, wide_job).content) < MAX_BYTES_SENT


def test_each_column_is_looked_at_once(as_alice, wide_job, monkeypatch):
    looked_at, count_refusals = [], column_cards.count_refusals
    monkeypatch.setattr(
        column_cards, "count_refusals", lambda one: looked_at.append(one.column) or count_refusals(one)
    )

    assert opened(as_alice, wide_job).status_code == 200
    assert looked_at == wide_job.columns
