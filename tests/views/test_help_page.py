"""The help: every topic, every problem that a check can find, and a way to each from where it is needed."""

import pytest
from django.test import Client
from django.urls import reverse

from imports.contacts.policies import FILE_POLICIES
from imports.contacts.problems import PROBLEM_TOPICS, PROBLEM_TYPES
from imports.reports.ledger import BUCKETS
from imports.views.help.help_topics import HELP_TOPICS

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of, alice) -> Client:
    return client_of(alice)


def test_every_topic_is_reached_from_every_page(client):
    assert f'href="{reverse("imports:help")}"' in client.get(reverse("imports:home")).content.decode()
    page = client.get(reverse("imports:help")).content.decode()
    for key in HELP_TOPICS:
        address = reverse("imports:help-topic", args=[key])
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_a_topic_that_there_is_not_is_not_found(client):
    assert client.get(reverse("imports:help-topic", args=["everything"])).status_code == 404


def test_each_problem_is_explained_once(client):
    page = client.get(reverse("imports:help-topic", args=["problems"])).content.decode()

    for code in PROBLEM_TYPES:
        assert page.count(f'id="{code}"') == 1, code
    assert sum(len(topic.problems) for topic in PROBLEM_TOPICS) == len(PROBLEM_TYPES)
    assert "{" not in page.partition("<main")[2]


def test_choices_and_results_are_those_of_the_tables(client):
    existing = client.get(reverse("imports:help-topic", args=["existing"])).context["choices"]
    assert [len(choice.options) for choice in existing] == [len(policy.options) for policy in FILE_POLICIES]
    results = client.get(reverse("imports:help-topic", args=["results"])).content.decode()
    for bucket in BUCKETS:
        assert bucket.meaning in results


def test_a_problem_that_was_found_leads_to_its_help(client, make_job):
    job = make_job(until="checked")
    answer = client.get(reverse("imports:check", args=[job.pk]))

    page, problems = answer.content.decode(), reverse("imports:help-topic", args=["problems"])
    found = {group.code for section in answer.context["sections"] for group in section.groups}
    assert found
    for code in found:
        assert f'{problems}#{code}"' in page
