"""Mappings that are kept by a name: made of an import, shared, renamed, deleted, and looked at before use."""

import pytest
from django.test import Client
from django.urls import reverse

from imports.models import MappingTemplate, NamedMapping
from tests.views.conftest import signed_in
from tests.views.posted import form_data

pytestmark = pytest.mark.django_db


def save(client, job, name: str = "Shop"):
    return client.post(reverse("imports:save-mapping", args=[job.pk]), {"name": name}, follow=True)


@pytest.fixture
def ended(make_job):
    return make_job(until="finished")


@pytest.fixture
def named(as_alice, ended) -> NamedMapping:
    save(as_alice, ended)
    return NamedMapping.objects.get()


def change(client, named: NamedMapping, **posted: str):
    url = reverse("imports:change-mapping", args=[named.account_id, named.pk])
    return client.post(url, posted, follow=True)


class TestSaving:
    def test_it_is_made_of_an_import_for_the_whole_team(self, as_alice, ended, bob):
        response = save(as_alice, ended)
        assert "The mapping is saved as “Shop”, for all who import into Acme." in response.text
        text = signed_in(bob).get(reverse("imports:mappings", args=[ended.account_id])).text

        for words in ("Shop", "Saved by Alice", "First name", "FIRSTNAME"):
            assert words in text
        assert NamedMapping.objects.get().mapping == ended.mapping

    def test_it_stays_when_the_same_headers_are_mapped_otherwise(self, named, ended):
        MappingTemplate.objects.update(mapping={"columns": []})

        named.refresh_from_db()
        assert named.mapping == ended.mapping

    @pytest.mark.parametrize("name", ["shop", " SHOP "])
    def test_no_two_have_the_same_name(self, name, as_alice, named, ended):
        assert "Choose another name." in save(as_alice, ended, name).text
        assert NamedMapping.objects.count() == 1

    def test_it_needs_a_name_and_a_mapping_that_was_gone_through_with(self, as_alice, ended, make_job):
        assert "Enter a name" in save(as_alice, ended, " ").text
        assert "has no mapping to save" in save(as_alice, make_job()).text
        assert not NamedMapping.objects.exists()


class TestChanging:
    def test_it_is_renamed(self, as_alice, named):
        assert "“Shop” is now called “Fairs”." in change(as_alice, named, name="Fairs").text
        named.refresh_from_db()
        assert named.name == "Fairs"

    def test_it_is_deleted(self, as_alice, named):
        assert "“Shop” is deleted." in change(as_alice, named, delete="1", name="Shop").text
        assert not NamedMapping.objects.exists()

    def test_it_takes_a_post_with_a_token(self, named, mona):
        url = reverse("imports:change-mapping", args=[named.account_id, named.pk])
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(mona)

        assert forged.post(url, {"delete": "1"}).status_code == 403
        assert forged.get(url).status_code == 405
        assert NamedMapping.objects.exists()

    def test_no_other_of_the_account_is_renamed_to_it(self, as_alice, named, ended):
        save(as_alice, ended, "Fairs")
        assert "Choose another name." in change(as_alice, named, name="FAIRS").text
        assert "Enter a name" in change(as_alice, named, name=" ").text
        named.refresh_from_db()
        assert named.name == "Shop"

    def test_team_mates_use_it_and_do_not_change_it(self, named, bob, mona, charlie):
        assert change(signed_in(bob), named, name="Bobs").status_code == 403
        assert change(signed_in(charlie), named, name="Charlies").status_code == 404
        assert (
            "Rename or delete"
            not in signed_in(bob).get(reverse("imports:mappings", args=[named.account_id])).text
        )
        assert change(signed_in(mona), named, name="Monas").status_code == 200
        named.refresh_from_db()
        assert named.name == "Monas"


class TestChoosing:
    def test_it_says_what_each_would_do_before_it_is_applied(self, as_alice, named, make_job):
        job = make_job("Email,First name\r\nada@example.com,Ada\r\n")
        text = as_alice.get(reverse("imports:choose-mapping", args=[job.pk])).text

        needed = len({entry["column"] for entry in named.mapping["columns"]})
        assert f"2 of the {needed} columns that it needs are in this file." in text
        assert "Missing:" in text
        assert "FIRSTNAME" in text

    def test_it_is_applied(self, as_alice, named, make_job):
        NamedMapping.objects.update(
            mapping={
                "matchIdentifier": "email",
                "columns": [
                    {"column": "Email", "target": "identifiers.email"},
                    {"column": "Notes", "target": "dataFields.LASTNAME"},
                ],
            }
        )
        job = make_job()
        url = reverse("imports:use-saved", args=[job.pk])
        response = as_alice.post(url, {"template": f"named-{named.pk}"}, follow=True)

        assert "The saved mapping has been applied" in response.text
        fields = form_data(response.text)
        assert fields["target-5"] == "dataFields.LASTNAME"

    def test_one_of_another_account_is_none(self, as_alice, named, charlie, make_job):
        NamedMapping.objects.update(account=charlie.memberships.get().account)
        response = as_alice.post(
            reverse("imports:use-saved", args=[make_job().pk]), {"template": f"named-{named.pk}"}
        )

        assert response.status_code == 404
