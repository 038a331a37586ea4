import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.accounts.catalogue import known_of
from imports.contacts.mapping import Mapping
from imports.contacts.policies import BLANK_CELLS, DUPLICATES, INVALID_VALUES, MERGING
from imports.jobs.advance import run_inline
from imports.jobs.approval import rules_that_apply
from imports.jobs.sweep import find_due
from imports.jobs.tasks import read_account
from imports.models import AccountCatalogue, DotdigitalAccount, MappingTemplate, UploadJob
from imports.states import JobStatus
from tests.examples import examples
from tests.told import as_told
from tests.views.posted import form_data

# What is asked of the database is a job and its account; every page is opened on PostgreSQL by test_access.
pytestmark = pytest.mark.once

FULL_CSV = (
    "Email,Name,Joined,Spent,Newsletter,Group,Consent,IP\r\n"
    "ada@example.com,Ada Lovelace,03/04/2026,1.234,Ja,Fair,2026-01-02 10:00,192.0.2.1\r\n"
    "grace@example.com,Grace Hopper,05/06/2026,2.345,Nein,Newsletter,2026-01-03 11:00,192.0.2.2\r\n"
    "zoe@example.com,Zoe Sample,07/08/2026,3.456,ja,Fair,2026-01-04 12:00,192.0.2.3\r\n"
)


def page_of(job) -> str:
    return reverse("imports:mapping", args=[job.pk])


def shown(response):
    """What a browser would post of the page as it stands."""
    fields = form_data(response.text)
    del fields["csrfmiddlewaretoken"]
    return fields


def with_fields(data, **fields):
    return {**data, **fields}


def offered(text: str, field: str) -> str:
    """The HTML of a select."""
    return re.search(rf'<select[^>]* name="{field}".*?</select>', text, re.DOTALL)[0]


def listed(text: str) -> str:
    """The HTML of the targets that a page has once, for all of its columns."""
    return re.search(r'<template id="all-targets".*?</template>', text, re.DOTALL)[0]


class TestPage:
    def test_it_shows_columns_with_samples_fullness_and_reasons(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job())).text

        for words in (
            "First name",
            "grace@example.com",
            "83% filled",
            "17% filled",
            "6 columns",
        ):
            assert words in text
        assert "It is a known name for this." in text

    def test_it_says_how_sure_a_suggestion_is(self, as_alice, make_job):
        assert '<span class="chip good">Sure</span>' in as_alice.get(page_of(make_job())).text

    def test_it_offers_every_part_of_a_contact(self, as_alice, account, make_job):
        known_of(account).content["custom_identifiers"] = ["crm-id"]
        known_of(account).save()

        job = make_job()
        once, plain = as_alice.get(page_of(job)).text, as_alice.get(page_of(job), {"plain": "1"}).text

        options = listed(once)
        assert options.count("<option") == offered(plain, "target-5").count("<option")
        for value in (
            "identifiers.email",
            "identifiers.contactId",
            "dataFields.FIRSTNAME",
            "channelProperties.email.status",
            "channelProperties.whatsApp.status",
            "preferences.9",
            "lists",
            "consentRecords.userAgent",
            "matchIdentifier",
        ):
            assert f'value="{value}"' in options
            assert f'value="{value}"' in offered(plain, "target-5")
        assert "consentRecords.2." not in options

    def test_values_of_the_file_cannot_be_markup(self, as_alice, make_job):
        text = as_alice.get(f"{page_of(make_job())}?values=5").text

        assert "&lt;b&gt;bold&lt;/b&gt;" in text
        assert "<b>bold</b>" not in text

    def test_posting_what_it_shows_starts_the_check_with_the_same_mapping(self, as_alice, make_job):
        job = make_job()
        suggested = job.mapping

        response = as_alice.post(page_of(job), shown(as_alice.get(page_of(job))))

        job.refresh_from_db()
        assert response["Location"] == reverse("imports:job", args=[job.pk])
        assert job.status == JobStatus.CHECKING
        assert job.mapping == suggested

    def test_a_mapping_without_identifier_is_explained(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"target-0": ""})

        response = as_alice.post(page_of(job), fields)

        assert response.status_code == 422
        assert "No column is mapped to “E-mail address”, by which contacts are matched." in response.text
        assert 'role="alert"' in response.text
        job.refresh_from_db()
        assert job.status == JobStatus.STAGED

    def test_a_mistake_loses_nothing_that_was_chosen(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(
            shown(as_alice.get(page_of(job))),
            **{
                "target-0": "",
                "target-5": "dataFields.CITY",
                "mergeOption": "overwriteIfEmpty",
                "lists": ["70002"],
                "constant-consentRecords.text": "Yes",
            },
        )

        again = shown(as_alice.post(page_of(job), fields))

        assert again["target-5"] == "dataFields.CITY"
        assert again["mergeOption"] == "overwriteIfEmpty"
        assert again["lists"] == "70002"
        assert again["constant-consentRecords.text"] == "Yes"

    def test_a_problem_leads_to_its_column(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"target-5": "dataFields.NOT_THERE"})

        response = as_alice.post(page_of(job), fields)

        assert 'href="#target-5"' in response.text
        assert "NOT_THERE (not in the account)" in response.text

    def test_a_checked_job_can_be_mapped_again(self, as_alice, make_job):
        job = make_job(until="checked")
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"target-1": ""})

        as_alice.post(page_of(job), fields)
        job.refresh_from_db()
        run_inline(job)

        assert job.status == JobStatus.CHECKED
        assert "First name" not in {column["column"] for column in job.mapping["columns"]}

    def test_looking_at_a_checked_job_leaves_it_checked(self, as_alice, make_job):
        job = make_job(until="checked")

        response = as_alice.post(page_of(job), with_fields(shown(as_alice.get(page_of(job))), go="values:1"))

        assert response.status_code == 200
        job.refresh_from_db()
        assert job.status == JobStatus.CHECKED

    def test_team_mates_look_without_touching(self, client_of, bob, make_job):
        text = client_of(bob).get(page_of(make_job())).text

        assert "<fieldset" in text
        assert " disabled" in text
        assert "Check the whole file" not in text
        assert 'name="go" value="more' not in text

    def test_it_leads_on_when_the_job_has_moved_on(self, as_alice, make_job):
        job = make_job(until="sending")

        assert as_alice.get(page_of(job))["Location"] == reverse("imports:job", args=[job.pk])

    def test_wide_files_take_no_more_queries(self, as_alice, make_job, django_assert_max_num_queries):
        job = make_job(
            "Email," + ",".join(f"c{n}" for n in range(60)) + "\r\na@example.com" + ",x" * 60 + "\r\n"
        )

        with django_assert_max_num_queries(11):
            as_alice.get(page_of(job))


class TestSettings:
    def test_dates_that_can_be_read_in_two_ways_wait_for_a_choice_by_example(self, as_alice, make_job):
        job = make_job("Email,Birthday\r\na@example.com,03/04/1990\r\nb@example.com,05/06/1991\r\n")

        page = as_alice.get(page_of(job))
        refused = as_alice.post(page_of(job), shown(page))
        as_alice.post(page_of(job), with_fields(shown(page), **{"format-1": "%d/%m/%Y"}))

        assert "“03/04/1990” is 3 Apr 1990" in page.text
        assert "“03/04/1990” is 4 Mar 1990" in page.text
        assert refused.status_code == 422
        assert "Choose how the dates in this column are written." in refused.text
        job.refresh_from_db()
        assert job.mapping["columns"][1]["format"] == "%d/%m/%Y"

    def test_numbers_that_can_be_read_in_two_ways_are_shown_both_ways(self, as_alice, make_job):
        job = make_job(FULL_CSV)
        fields = with_fields(
            shown(as_alice.get(page_of(job))), **{"target-3": "dataFields.SPEND", "go": "show"}
        )

        text = as_alice.post(page_of(job), fields).text

        assert "“1.234” is 1.234" in text
        assert "“1.234” is 1234" in text

    def test_a_target_brings_its_settings_without_a_script(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(
            shown(as_alice.get(page_of(job))), **{"target-5": "dataFields.BIRTHDAY", "go": "show"}
        )

        assert 'name="format-5"' in as_alice.post(page_of(job), fields).text

    def test_a_script_is_given_the_parts_it_asks_for(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(shown(as_alice.get(page_of(job))), go="also:1", part="column-1")

        text = as_alice.post(page_of(job), fields).text

        assert 'name="target-1_1"' in text
        assert 'name="target-2"' not in text
        assert "6 columns" in text

    def test_what_its_values_mean_is_asked_with_counts(self, as_alice, make_job):
        job = make_job(FULL_CSV)
        fields = with_fields(
            shown(as_alice.get(page_of(job))),
            **{"target-2": "", "target-4": "dataFields.VIP", "go": "values:4"},
        )

        opened = as_alice.post(page_of(job), fields)
        meanings = shown(opened)

        assert re.search(r"Ja</span>.*?<td class=\"number\">2</td>", opened.text, re.DOTALL)
        assert meanings["word-4-0"] == '"Ja"'
        as_alice.post(page_of(job), with_fields(meanings, **{"meaning-4-0": "true", "meaning-4-1": "null"}))
        job.refresh_from_db()
        column = next(entry for entry in job.mapping["columns"] if entry["column"] == "Newsletter")
        assert column["values"] == {"Ja": True, "Nein": None}

    def test_a_second_consent_record_is_offered_once_the_first_is_used(self, as_alice, make_job):
        job = make_job(FULL_CSV)
        fields = with_fields(
            shown(as_alice.get(page_of(job))), **{"target-7": "consentRecords.ipAddress", "go": "record"}
        )

        text = as_alice.post(page_of(job), fields).text

        assert "consentRecords.2.ipAddress" in listed(text)
        assert "4 parts missing" in text


TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)
WORDS = TEXTS.map(str.strip).filter(bool)
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Tokyo"])


def some(**values):
    """A dictionary with some of these keys."""
    return st.fixed_dictionaries({}, optional=values)


def meanings(values):
    return st.dictionaries(WORDS, st.one_of(st.none(), values), min_size=1, max_size=3).filter(
        lambda found: len({word.lower() for word in found}) == len(found)
    )


BOTH = {"placeholders": st.sampled_from(["blank", "keep"])}
FIELD = {**BOTH, "blankCells": st.sampled_from(["leave", "clear"])}
JOINS = st.fixed_dictionaries(
    {
        "columns": st.lists(st.sampled_from(["IP", "Group", "Gone"]), min_size=1, unique=True),
        "separator": st.sampled_from([" ", "", ", ", "|"]),
    }
)
TEXT = {
    **FIELD,
    "join": JOINS,
    "part": st.sampled_from(["firstName", "lastName"]),
    "case": st.sampled_from(["lower", "upper", "title"]),
    "values": meanings(WORDS),
}
TARGETS = {
    "identifiers.email": some(**BOTH),
    "identifiers.mobileNumber": some(
        region=st.sampled_from(["GB", "de", {"column": "IP"}, {"column": "Gone"}]), **BOTH
    ),
    "identifiers.crm-id": some(**BOTH),
    "dataFields.FIRSTNAME": some(**TEXT),
    "dataFields.LASTNAME": some(**TEXT),
    "dataFields.BIRTHDAY": st.fixed_dictionaries(
        {"format": st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%Y week %d %m"])},
        optional={**FIELD, "zone": ZONES},
    ),
    "dataFields.SPEND": st.fixed_dictionaries(
        {"decimal": st.sampled_from([".", ","])},
        optional={
            **FIELD,
            "values": meanings(st.one_of(st.integers(), st.decimals(0, 9, places=2).map(str))),
        },
    ),
    "dataFields.VIP": some(**FIELD, values=meanings(st.booleans())),
    "preferences.9": some(values=meanings(st.booleans())),
    "channelProperties.sms.status": some(values=meanings(st.sampled_from(["subscribed", "noSubscription"]))),
    "channelProperties.email.optInType": some(values=meanings(st.sampled_from(["single", "Double"]))),
    "lists": some(values=meanings(st.lists(st.sampled_from([70001, 70002, 99]), min_size=1, unique=True))),
    "consentRecords.text": some(join=JOINS, values=meanings(WORDS)),
    "consentRecords.2.dateTimeConsented": st.fixed_dictionaries(
        {"format": st.just("ISO 8601")}, optional={"zone": ZONES}
    ),
    "matchIdentifier": some(values=meanings(st.sampled_from(["email", "crm-id"]))),
}
MOMENTS = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
LONG_TEXTS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
CONSTANTS = some(
    **{
        "lists": st.lists(st.sampled_from([70001, 70002, 99]), min_size=1, unique=True).map(sorted),
        "channelProperties.email.status": st.sampled_from(["subscribed", "suppressed"]),
        "channelProperties.email.resubscribeOptions.resubscribeWithNoChallenge": st.booleans(),
        "channelProperties.email.resubscribeOptions.preferredLocale": st.just("de-DE"),
        "preferences.9": st.booleans(),
        "preferences.999": st.booleans(),
        "consentRecords.text": LONG_TEXTS,
        "consentRecords.dateTimeConsented": MOMENTS,
        "consentRecords.3.userAgent": LONG_TEXTS,
        "dataFields.CITY": LONG_TEXTS,
        "dataFields.ORDERS": st.one_of(st.integers(), st.decimals(0, 9, places=2).map(str)),
        "dataFields.SIGNUP_DATE": MOMENTS,
        "dataFields.NEWSLETTER": st.booleans(),
        "dataFields.GONE": WORDS,
    }
)


@st.composite
def mappings(draw):
    columns, taken = [], set()
    for column in ("Email", "Name", "Joined", "Spent", "Newsletter", "Group", "Consent", "IP"):
        for target in draw(st.lists(st.sampled_from(sorted(set(TARGETS) - taken)), max_size=2, unique=True)):
            columns.append({"column": column, "target": target, **draw(TARGETS[target])})
            taken.add(target)
    return {
        "matchIdentifier": draw(st.sampled_from(["email", "mobileNumber", "contactId", "crm-id"])),
        "mergeOption": draw(st.sampled_from(MERGING.values)),
        "blankCells": draw(st.sampled_from(BLANK_CELLS.values)),
        "duplicates": draw(st.sampled_from(DUPLICATES.values)),
        "invalidValues": draw(st.sampled_from(INVALID_VALUES.values)),
        "columns": columns,
        "constants": [{"target": target, "value": value} for target, value in draw(CONSTANTS).items()],
    }


class TestRoundTrip:
    @settings(
        max_examples=examples(quick=10, deep=400), suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(mapping=mappings())
    def test_posting_the_page_of_a_mapping_says_the_same_mapping(self, as_alice, account, make_job, mapping):
        if not hasattr(self, "job"):
            known_of(account).content["custom_identifiers"] = ["crm-id"]
            known_of(account).save()
            self.job = make_job(FULL_CSV)
        job = self.job
        job.mapping = mapping
        job.suggestions = []
        job.save()
        page = as_alice.get(page_of(job), {"values": "1"})

        again = as_alice.post(page_of(job), with_fields(shown(page), go="show"))

        assert Mapping.from_json(mapping)
        assert again.context["posted"] == mapping
        assert shown(again) == shown(page)


class TestConstants:
    def test_what_is_the_same_for_everybody_goes_into_the_mapping(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(
            shown(as_alice.get(page_of(job))),
            **{
                "lists": ["70001"],
                "constant-channelProperties.email.optInType": '"single"',
                "constant-preferences.9": "true",
                "field-0": "dataFields.SOURCE",
                "field_value-0": "Fair",
            },
        )

        as_alice.post(page_of(job), fields)

        job.refresh_from_db()
        assert {entry["target"]: entry["value"] for entry in job.mapping["constants"]} == {
            "lists": [70001],
            "channelProperties.email.optInType": "single",
            "preferences.9": True,
            "dataFields.SOURCE": "Fair",
        }

    def test_what_consent_lacks_is_listed(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"constant-consentRecords.text": "Yes"})

        response = as_alice.post(page_of(job), fields)

        assert response.status_code == 422
        assert "4 parts missing" in response.text
        assert 'href="#constants"' in response.text

    def test_it_says_what_dotdigital_does_without_a_status(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job())).text

        assert "existing contacts keep their status and new contacts become subscribed" in text
        assert "Dotdigital subscribes new mobile numbers to text messages" in text
        assert "sends each of them an e-mail to confirm" in text


class TestValues:
    def test_it_lists_values_by_how_often_they_come(self, as_alice, make_job):
        job = make_job(FULL_CSV)

        text = as_alice.get(reverse("imports:values", args=[job.pk, 4])).text

        assert "2 different values" in text
        assert text.index(">Ja<") < text.index(">Nein<")

    def test_a_column_that_is_not_there_is_not_found(self, as_alice, make_job):
        assert as_alice.get(reverse("imports:values", args=[make_job().pk, 99])).status_code == 404


class TestSaved:
    @pytest.fixture
    def template(self, account):
        return MappingTemplate.objects.create(
            account=account,
            fingerprint="f",
            name="spring.csv",
            mapping={
                "matchIdentifier": "email",
                "duplicates": "keepFirst",
                "columns": [
                    {"column": "Email", "target": "identifiers.email"},
                    {"column": "Notes", "target": "dataFields.CITY"},
                    {"column": "Gone", "target": "dataFields.COMPANY"},
                ],
                "constants": [],
            },
        )

    def test_it_is_offered_by_name_and_filled_in_where_columns_fit(self, as_alice, make_job, template):
        job = make_job()
        page = as_alice.get(page_of(job))

        filled = as_alice.post(
            reverse("imports:use-saved", args=[job.pk]), {"template": template.pk}, follow=True
        )

        assert "spring.csv" in page.text
        again = shown(filled)
        assert again["target-5"] == "dataFields.CITY"
        assert again["target-1"] == ""
        assert again["duplicates"] == "keepFirst"

    def test_another_accounts_mapping_is_not_found(self, as_alice, make_job, template, charlie):
        template.account = charlie.memberships.get().account
        template.save()

        url = reverse("imports:use-saved", args=[make_job().pk])
        assert as_alice.post(url, {"template": template.pk}).status_code == 404


class TestDrift:
    def test_what_is_unlike_the_last_file_is_named_and_leads_to_its_column(self, as_alice, make_job):
        job = make_job()
        job.drift = [
            {
                "kind": "new",
                "column": "Notes",
                "other": None,
                "reason": as_told("Notes is new.", "Look."),
            },
            {
                "kind": "missing",
                "column": "Town",
                "other": None,
                "reason": as_told("Town is missing.", "Add it."),
            },
        ]
        job.save()

        text = as_alice.get(page_of(job)).text

        assert "Town is missing. Add it." in text
        assert '<a href="#column-5">Notes is new.</a>' in text
        assert text.index("Town is missing.") < text.index("Notes is new.")


class TestNewTargets:
    def url(self, job) -> str:
        return reverse("imports:new-target", args=[job.pk])

    def fields(self, client, job, **fields):
        return with_fields(shown(client.get(page_of(job))), **fields)

    def test_a_manager_creates_a_data_field_and_the_column_gets_it(self, client_of, mona, make_job, sandbox):
        job, client = make_job(), client_of(mona)
        page = client.post(
            page_of(job), self.fields(client, job, **{"target-5": "new:dataField", "go": "show"})
        )
        assert shown(page)["new_name-5"] == "NOTES"

        made = client.post(
            self.url(job), with_fields(shown(page), **{"new_name-5": "remarks", "create": "field:5"})
        )

        assert made.status_code == 200
        assert shown(made)["target-5"].upper() == "DATAFIELDS.REMARKS"
        assert "has been created" in made.text
        created = job.events.get(note="field_created")
        assert (created.actor, created.to_status) == (mona, job.status)
        DotdigitalAccount.objects.update(approval_rules={"creates": True})
        assert [rule.figure for rule in rules_that_apply(job)] == [1]

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("", "Enter a name for the data field."),
            ("two words", "1 to 20 characters"),
            ("a" * 21, "1 to 20 characters"),
            ("hemail", "reserves the name"),
            ("firstname", "already"),
        ],
    )
    def test_names_that_cannot_be_are_explained(self, client_of, mona, make_job, name, words):
        job, client = make_job(), client_of(mona)

        refused = client.post(
            self.url(job),
            self.fields(
                client,
                job,
                **{
                    "target-5": "new:dataField",
                    "new_name-5": name,
                    "new_type-5": "String",
                    "new_visibility-5": "Private",
                    "create": "field:5",
                },
            ),
        )

        assert refused.status_code == 422
        assert words in refused.text
        assert shown(refused)["target-5"] == "new:dataField"

    @pytest.mark.parametrize(
        ("kind", "default", "words"),
        [
            ("Numeric", "many", "must be a number"),
            ("Date", "soon", "must be a date"),
            ("Boolean", "?", "yes or no"),
        ],
    )
    def test_defaults_must_fit_their_type(self, client_of, mona, make_job, kind, default, words):
        job, client = make_job(), client_of(mona)

        refused = client.post(
            self.url(job),
            self.fields(
                client,
                job,
                **{
                    "target-5": "new:dataField",
                    "new_name-5": "X",
                    "new_type-5": kind,
                    "new_visibility-5": "Private",
                    "new_default-5": default,
                    "create": "field:5",
                },
            ),
        )

        assert words in refused.text

    def test_a_manager_creates_a_list_and_everybody_is_added_to_it(self, client_of, mona, make_job, sandbox):
        job, client = make_job(), client_of(mona)

        made = client.post(
            self.url(job),
            self.fields(client, job, new_list_name="Autumn", new_list_visibility="Private", create="list"),
        )

        assert made.status_code == 200
        assert "lists" in shown(made)

    @pytest.mark.parametrize(
        ("name", "words"), [("", "Enter a name for the list."), ("Test", "reserves the name")]
    )
    def test_names_of_lists_that_cannot_be_are_explained(self, client_of, mona, make_job, name, words):
        job, client = make_job(), client_of(mona)

        refused = client.post(
            self.url(job),
            self.fields(client, job, new_list_name=name, new_list_visibility="Private", create="list"),
        )

        assert refused.status_code == 422
        assert words in refused.text

    def test_dotdigitals_refusal_is_shown_in_words(self, client_of, mona, account, make_job):
        job, client = make_job(), client_of(mona)
        fields = self.fields(
            client, job, new_list_name="Autumn", new_list_visibility="Private", create="list"
        )
        account.endpoint = "http://127.0.0.1:9"
        account.save()

        refused = client.post(self.url(job), fields)

        assert refused.status_code == 422
        assert "This address is not one that the portal may send credentials to." in refused.text

    def test_members_are_not_offered_it_and_may_not(self, as_alice, make_job):
        job = make_job()
        page = as_alice.get(page_of(job))

        refused = as_alice.post(self.url(job), with_fields(shown(page), new_list_name="X", create="list"))

        assert "New list" not in page.text
        assert "New data field" not in page.text
        assert refused.status_code == 403

    def test_strangers_and_the_anonymous_find_nothing(self, client, client_of, charlie, bob, make_job):
        job = make_job()

        assert client_of(charlie).post(self.url(job), {"create": "list"}).status_code == 404
        assert client_of(bob).post(self.url(job), {"create": "list"}).status_code == 403
        assert client.post(self.url(job), {"create": "list"}).status_code == 302


class TestTrial:
    def url(self, job) -> str:
        return reverse("imports:trial", args=[job.pk])

    def test_what_is_on_the_page_is_tried_without_being_used(self, as_alice, make_job):
        job = make_job()
        before = job.mapping
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"target-1": ""})

        response = as_alice.post(self.url(job), fields)

        assert 'data-state="waiting"' in response.text or 'data-state="running"' in response.text
        job.refresh_from_db()
        assert (job.status, job.mapping) == (JobStatus.STAGED, before)

    def test_what_keeps_it_from_being_tried_is_named(self, as_alice, make_job):
        job = make_job()
        fields = with_fields(shown(as_alice.get(page_of(job))), **{"target-0": ""})

        text = as_alice.post(self.url(job), fields).text

        assert 'data-state="needed"' in text
        assert "No column is mapped to “E-mail address”" in text

    def test_team_mates_see_how_it_stands(self, client_of, bob, make_job):
        assert 'id="trial"' in client_of(bob).get(self.url(make_job())).text


class TestRefresh:
    """What is known of the account, and reading it again: always by a worker, while the page is there."""

    def part(self, client, job) -> str:
        return client.get(reverse("imports:catalogue", args=[job.pk])).text

    def ask(self, client, job) -> str:
        return client.post(reverse("imports:refresh", args=[job.pk]), follow=True).text

    def test_the_page_says_how_old_it_is(self, as_alice, account, make_job):
        job = make_job()
        AccountCatalogue.objects.update(read_at=timezone.now() - timedelta(minutes=3))

        text = as_alice.get(page_of(job)).text

        assert "loaded from Dotdigital 3\N{NO-BREAK SPACE}minutes ago" in text
        assert 'data-state="read"' in text

    def test_asked_for_it_is_read_by_a_worker_and_suggested_anew(self, as_alice, account, make_job, sandbox):
        AccountCatalogue.objects.update(content={"data_fields": [], "lists": []})
        job = make_job()
        account.refresh_from_db()
        assert "FIRSTNAME (text)" not in as_alice.get(page_of(job)).text
        DotdigitalAccount.objects.update(endpoint="http://127.0.0.1:9")  # no page asks Dotdigital

        text = self.ask(as_alice, job)
        assert 'data-state="refreshing"' in text
        assert "then the columns are suggested again" in text
        assert "Reload this page in a moment" in text
        DotdigitalAccount.objects.update(endpoint=sandbox.url)

        read_account(account.pk)

        assert 'data-state="read"' in self.part(as_alice, job)
        assert "FIRSTNAME (text)" in as_alice.get(page_of(job)).text
        job.refresh_from_db()
        assert "dataFields.FIRSTNAME" in {column["target"] for column in job.mapping["columns"]}

    def test_before_the_first_time_that_is_told(self, as_alice, account, make_job):
        job = make_job()
        AccountCatalogue.objects.update(content={}, read_at=None, tried_at=None)
        UploadJob.objects.update(awaits_catalogue=True)

        text = as_alice.get(page_of(job)).text

        assert "data fields and lists are not known yet" in text
        assert "The other suggestions follow then." in text
        assert 'data-state="refreshing"' in text  # looking at the page is enough

    def test_it_says_why_dotdigital_does_not_answer(self, as_alice, account, make_job):
        job = make_job()
        DotdigitalAccount.objects.update(endpoint="http://127.0.0.1:9")
        self.ask(as_alice, job)

        read_account(account.pk)

        text = as_alice.get(page_of(job)).text
        assert 'data-state="failed"' in text
        assert "could not be loaded again: This address is not one" in text
        assert "Try again" in text

    def test_a_team_mate_sees_it_and_has_no_button(self, client_of, bob, make_job):
        text = self.part(client_of(bob), make_job())

        assert 'data-state="read"' in text
        assert "<form" not in text

    def test_an_old_one_is_read_again_while_the_page_is_looked_at(self, as_alice, account, make_job):
        job = make_job()
        long_ago = timezone.now() - timedelta(hours=1)
        AccountCatalogue.objects.update(read_at=long_ago, tried_at=long_ago)

        assert "They are being loaded again." in as_alice.get(page_of(job)).text
        assert find_due().catalogue_ids == (account.pk,)
