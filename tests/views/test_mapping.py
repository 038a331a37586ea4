import pytest
from django.http import QueryDict
from django.urls import reverse

from imports.mapping_form import ColumnFacts, read_mapping, rules_of
from imports.offers import AccountOffers
from imports.states import JobStatus
from imports.steps.inline import run_inline

CATALOGUE = {
    "data_fields": [
        {"name": "FIRSTNAME", "type": "String"},
        {"name": "BIRTHDAY", "type": "Date"},
        {"name": "SPEND", "type": "Numeric"},
    ],
    "lists": [{"id": 7, "name": "Newsletter"}, {"id": 8, "name": "Fair"}],
}
RULES = {
    "matchIdentifier": "email",
    "mergeOption": "overwriteIfEmpty",
    "blankCells": "clear",
    "duplicates": "keepFirst",
    "invalidValues": "reject",
}


def page_of(job) -> str:
    return reverse("imports:mapping", args=[job.pk])


def posted(**fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in {**RULES, **fields}.items():
        data.setlist(key.replace("_", "-"), value if isinstance(value, list) else [value])
    return data


def shown(html_context) -> QueryDict:
    """What a browser would post of the page as it stands."""
    data = QueryDict(mutable=True)
    for card in html_context["cards"]:
        for name in ("target", "region", "format", "decimal"):
            options = getattr(card, "target_options" if name == "target" else f"{name}_options")
            value = (
                options.split(" selected")[0].rpartition('value="')[2].split('"')[0]
                if " selected" in options
                else ""
            )
            data[f"{name}-{card.index}"] = value
    for field, _, chosen in html_context["rules"].rules:
        data[field.html_name] = chosen
    data.setlist("lists", sorted(html_context["rules"].chosen_lists))
    return data


class TestForm:
    COLUMNS = [
        ColumnFacts("Mail", (), None),
        ColumnFacts("Phone", (), None),
        ColumnFacts("Country", (), None),
        ColumnFacts("Born", ("%d/%m/%Y", "%m/%d/%Y"), None),
        ColumnFacts("Spent", (), ","),
    ]

    def read(self, current=None, **fields):
        return read_mapping(posted(**fields), current or {}, self.COLUMNS, AccountOffers(CATALOGUE))

    def test_it_says_everything_a_mapping_can(self):
        result = self.read(
            target_0="identifiers.email",
            target_1="identifiers.mobileNumber",
            region_1="column:2",
            target_3="dataFields.BIRTHDAY",
            format_3="%d/%m/%Y",
            target_4="dataFields.SPEND",
            decimal_4=".",
            lists=["7", "8"],
        )

        assert result.is_valid
        assert result.mapping == {
            **RULES,
            "columns": [
                {"column": "Mail", "target": "identifiers.email"},
                {"column": "Phone", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
                {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%d/%m/%Y"},
                {"column": "Spent", "target": "dataFields.SPEND", "decimal": "."},
            ],
            "constants": [{"target": "lists", "value": [7, 8]}],
        }

    def test_an_ambiguous_date_has_to_be_chosen(self):
        result = self.read(target_0="identifiers.email", target_3="dataFields.BIRTHDAY")

        assert not result.is_valid
        assert set(result.column_errors) == {3}

    def test_a_certain_decimal_mark_needs_no_choice(self):
        result = self.read(target_4="dataFields.SPEND")

        assert result.mapping["columns"] == [
            {"column": "Spent", "target": "dataFields.SPEND", "decimal": ","}
        ]

    def test_what_the_page_does_not_show_is_kept(self):
        values = {"Ja": True}
        current = {
            "columns": [
                {"column": "Mail", "target": "dataFields.FIRSTNAME", "values": values, "blankCells": "clear"}
            ],
            "constants": [{"target": "dataFields.SOURCE", "value": "Fair"}],
        }

        kept = self.read(current, target_0="dataFields.FIRSTNAME").mapping
        changed = self.read(current, target_0="identifiers.email").mapping

        assert kept["columns"][0]["values"] == values
        assert kept["constants"] == current["constants"]
        assert changed["columns"] == [{"column": "Mail", "target": "identifiers.email"}]

    @pytest.mark.parametrize("text", ["column:99", "column:x", "column:"])
    def test_a_column_that_is_not_there_is_no_country(self, text):
        result = self.read(target_1="identifiers.mobileNumber", region_1=text)

        assert "region" not in result.mapping["columns"][0]

    def test_rules_that_do_not_exist_are_refused(self):
        assert not self.read(target_0="identifiers.email", mergeOption="eraseAll").is_valid

    def test_lists_that_do_not_exist_are_refused(self):
        assert not self.read(target_0="identifiers.email", lists=["99"]).is_valid

    def test_a_new_mapping_begins_with_the_harmless_rules(self):
        assert rules_of({})["blankCells"] == "leave"


class TestPage:
    def test_it_shows_columns_with_samples_fullness_and_reasons(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job())).text

        for words in (
            "First name",
            "grace@example.com",
            "83 % filled",
            "17 % filled",
            "6\N{NO-BREAK SPACE}columns",
        ):
            assert words in text
        assert "It is a known name for this." in text

    def test_values_of_the_file_cannot_be_markup(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job())).text

        assert "&lt;b&gt;bold&lt;/b&gt;" in text
        assert "<b>bold</b>" not in text

    def test_posting_what_it_shows_starts_the_check_with_the_same_mapping(self, as_alice, make_job):
        job = make_job()
        suggested = job.mapping

        response = as_alice.post(page_of(job), shown(as_alice.get(page_of(job)).context))

        job.refresh_from_db()
        assert response["Location"] == reverse("imports:job", args=[job.pk])
        assert job.status == JobStatus.CHECKING
        assert job.mapping == suggested

    def test_a_mapping_without_identifier_is_explained(self, as_alice, make_job):
        job = make_job()

        response = as_alice.post(page_of(job), posted(target_1="dataFields.FIRSTNAME"))

        assert response.status_code == 422
        assert "No column holds the e-mail address that contacts are matched by." in response.text
        assert 'role="alert"' in response.text
        job.refresh_from_db()
        assert job.status == JobStatus.STAGED

    def test_a_mistake_loses_nothing_that_was_chosen(self, as_alice, make_job):
        response = as_alice.post(page_of(make_job()), posted(target_5="dataFields.FIRSTNAME"))

        assert response.context["cards"][5].target == "dataFields.FIRSTNAME"
        assert response.context["rules"]["mergeOption"].value() == "overwriteIfEmpty"

    def test_a_problem_leads_to_its_column(self, as_alice, make_job):
        response = as_alice.post(
            page_of(make_job()), posted(target_0="identifiers.email", target_2="dataFields.NOT_THERE")
        )

        assert 'href="#target-2"' in response.text
        assert "NOT_THERE (not in the account)" in response.text

    def test_a_checked_job_can_be_mapped_again(self, as_alice, make_job):
        job = make_job(until="checked")
        fields = shown(as_alice.get(page_of(job)).context)
        fields["target-1"] = ""

        as_alice.post(page_of(job), fields)
        job.refresh_from_db()
        run_inline(job)

        assert job.status == JobStatus.CHECKED
        assert "First name" not in {column["column"] for column in job.mapping["columns"]}

    def test_team_mates_look_without_touching(self, client_of, bob, make_job):
        text = client_of(bob).get(page_of(make_job())).text

        assert "<fieldset" in text
        assert " disabled" in text
        assert "Check the whole file" not in text

    def test_it_leads_on_when_the_job_has_moved_on(self, as_alice, make_job):
        job = make_job(until="sending")

        assert as_alice.get(page_of(job))["Location"] == reverse("imports:job", args=[job.pk])

    def test_dates_that_can_be_read_in_two_ways_wait_for_a_choice(self, as_alice, make_job):
        job = make_job("Email,Birthday\r\na@example.com,03/04/1990\r\nb@example.com,05/06/1991\r\n")

        page = as_alice.get(page_of(job))
        refused = as_alice.post(page_of(job), shown(page.context))
        fields = shown(page.context)
        fields["format-1"] = "%d/%m/%Y"
        as_alice.post(page_of(job), fields)

        assert refused.status_code == 422
        assert "Choose how the dates in this column are written." in refused.text
        job.refresh_from_db()
        assert job.mapping["columns"][1]["format"] == "%d/%m/%Y"


class TestRefresh:
    def test_it_asks_dotdigital_again(self, as_alice, account, make_job):
        job = make_job()
        account.catalogue = {}
        account.save()
        assert "Ask Dotdigital again" in as_alice.get(page_of(job)).text

        response = as_alice.post(reverse("imports:refresh", args=[job.pk]), follow=True)

        assert "FIRSTNAME (text)" in response.text

    def test_it_says_why_dotdigital_does_not_answer(self, as_alice, account, make_job):
        job = make_job()
        account.endpoint = "http://127.0.0.1:9"
        account.save()

        response = as_alice.post(reverse("imports:refresh", args=[job.pk]), follow=True)

        assert 'class="notice bad' in response.text
