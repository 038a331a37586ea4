"""The list of columns on the mapping page: what is folded, what is to be looked at, and what is filtered."""

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse

from tests.told import as_told
from tests.views.conftest import CONTACTS_CSV
from tests.views.posted import form_data

pytestmark = pytest.mark.once

NAMES = [f"Remark {n}" for n in range(10)]
WIDE_CSV = (
    "Email,First name,Birthday," + ",".join(NAMES) + "\r\na@example.com,Ada,03/04/1990" + ",x" * 10 + "\r\n"
)


@dataclass(frozen=True)
class Column:
    """A column as the page shows it."""

    summary: str
    is_open: bool
    is_hidden: bool
    states: str


def columns_of(text: str) -> dict[str, Column]:
    """By their names, in the page's order."""
    found = re.findall(
        r'<div class="column" id="column-\d+" data-part data-states="([a-z ]+)" tabindex="-1"( hidden)?>'
        r'\s*<details class="fold"( open)?>\s*<summary>(.*?)</summary>',
        text,
        re.DOTALL,
    )
    columns = {}
    for states, is_hidden, is_open, html in found:
        words = " ".join(re.sub(r"<[^>]*>", "", html).split())
        columns[re.search(r"<h3>(.*?)</h3>", html)[1]] = Column(words, bool(is_open), bool(is_hidden), states)
    return columns


def shown_names(text: str) -> list[str]:
    return [name for name, column in columns_of(text).items() if not column.is_hidden]


@pytest.fixture
def wide(make_job) -> str:
    return reverse("imports:mapping", args=[make_job(WIDE_CSV).pk])


def test_a_column_that_its_values_alone_leave_out_is_to_be_looked_at(as_alice, make_job):
    job = make_job("Email,Umsatz\r\na@example.com,viel\r\nb@example.com,wenig\r\n")
    text = as_alice.get(reverse("imports:mapping", args=[job.pk])).text

    assert columns_of(text)["Umsatz"].states == "unmapped look"
    assert "Use this: TOTAL_SPENT" in text or "Use this: SPEND" in text


def test_each_decimal_mark_says_how_many_values_and_which(as_alice, make_job):
    cells = ["106.46 €", '"1.340,57"', '"808,27"', '"289,83 €"', "12"]
    rows = "".join(f"p{place}@example.com,{cell}\r\n" for place, cell in enumerate(cells))
    job = make_job(f"Email,Umsatz\r\n{rows}")
    text = as_alice.get(reverse("imports:mapping", args=[job.pk])).text

    assert columns_of(text)["Umsatz"].states == "mapped look"
    assert "2 of 5 values can be read so. “106.46 €” is 106.46. “1.340,57” is no number." in text
    assert "4 of 5 values can be read so. “1.340,57” is 1340.57. “106.46 €” is no number." in text


def test_a_column_that_would_subscribe_people_is_to_be_looked_at_and_says_so(as_alice, make_job):
    rows = "".join(f"p{place}@example.com,{answer}\r\n" for place, answer in enumerate(["yes", "yes", "no"]))
    job = make_job(f"Email,Preference:Newsletter\r\n{rows}")
    text = as_alice.get(reverse("imports:mapping", args=[job.pk])).text

    column = columns_of(text)["Preference:Newsletter"]
    assert (column.states, column.is_open) == ("mapped look", True)
    assert "Please check" in column.summary
    assert "Sure" not in column.summary
    assert "2 people would be subscribed to “Newsletter”." in text
    assert "1 person is unsubscribed, bounced or says no here." in text
    assert "Leave out 1 row of people" in text


class TestFolding:
    def test_a_sure_column_is_a_line(self, as_alice, wide):
        column = columns_of(as_alice.get(wide).text)["Email"]

        assert not column.is_open
        assert column.summary == "Email → Import as: E-mail address Sure 100% filled"

    def test_a_column_that_needs_a_look_is_open_at_its_place(self, as_alice, wide):
        columns = columns_of(as_alice.get(wide).text)

        assert list(columns) == ["Email", "First name", "Birthday", *NAMES]
        assert [name for name, column in columns.items() if column.is_open] == ["Birthday", *NAMES]
        assert columns["Birthday"].states == "mapped look"
        assert "Please look" in columns["Birthday"].summary

    def test_many_columns_that_are_not_imported_are_folded(self, as_alice, make_job):
        names = ",".join(f"Remark {n}" for n in range(11))
        job = make_job(f"Email,{names}\r\na@example.com{',x' * 11}\r\n")

        columns = columns_of(as_alice.get(reverse("imports:mapping", args=[job.pk])).text)

        assert not any(column.is_open for column in columns.values())
        assert "Do not import" in columns["Remark 3"].summary

    def test_what_has_changed_since_the_last_file_is_open(self, as_alice, make_job):
        job = make_job()
        change = {
            "kind": "changed",
            "column": "Last name",
            "other": None,
            "reason": as_told("It changed.", "Look."),
        }
        job.drift = [change]
        job.save()

        columns = columns_of(as_alice.get(reverse("imports:mapping", args=[job.pk])).text)

        assert columns["Last name"].is_open
        assert columns["Last name"].states == "mapped look"

    def test_a_target_that_the_account_has_not_is_to_be_looked_at_and_kept(self, as_alice, make_job):
        job = make_job()
        job.mapping["columns"][1]["target"] = "dataFields.GONE"
        job.save()

        text = as_alice.get(reverse("imports:mapping", args=[job.pk])).text

        assert columns_of(text)["First name"].states == "mapped look"
        assert form_data(text)["target-1"] == "dataFields.GONE"


class TestFilter:
    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({}, ["Email", "First name", "Birthday", *NAMES]),
            ({"filter": "look"}, ["Birthday"]),
            ({"filter": "unmapped"}, NAMES),
            ({"filter": "mapped"}, ["Email", "First name", "Birthday"]),
            ({"find": "REMARK 3"}, ["Remark 3"]),
            ({"find": "e-mail address"}, ["Email"]),
            ({"filter": "mapped", "find": "remark"}, []),
            ({"filter": "nonsense"}, ["Email", "First name", "Birthday", *NAMES]),
        ],
    )
    def test_it_finds_columns(self, as_alice, wide, asked, names):
        assert shown_names(as_alice.get(wide, asked).text) == names

    def test_it_says_how_many_there_are(self, as_alice, wide):
        text = as_alice.get(wide).text

        counts = re.findall(r'<label for="filter-\d">(.*?) <span class="number">(\d+)</span>', text)
        assert counts == [("All", "13"), ("Please look", "1"), ("Not imported", "10"), ("Imported", "3")]
        assert "1 column needs a look" in text

    def test_what_is_hidden_is_posted_all_the_same(self, as_alice, wide):
        everything, filtered = (
            form_data(as_alice.get(wide, asked).text) for asked in ({}, {"filter": "look", "find": "birth"})
        )

        same = {name for name in everything if name.startswith("target-")}
        assert len(same) == 13
        assert {name: filtered[name] for name in same} == {name: everything[name] for name in same}

    def test_it_is_kept_when_the_page_is_shown_again(self, as_alice, wide):
        fields = form_data(as_alice.get(wide).text)

        again = as_alice.post(wide, {**fields, "filter": "look", "go": "show"}).text

        assert shown_names(again) == ["Birthday"]
        assert form_data(again)["filter"] == "look"

    def test_what_has_to_be_corrected_is_never_hidden(self, as_alice, wide):
        fields = form_data(as_alice.get(wide).text)

        refused = as_alice.post(wide, {**fields, "filter": "unmapped"})

        assert refused.status_code == 422
        assert "Birthday" in shown_names(refused.text)

    def test_a_few_columns_need_none(self, as_alice, make_job):
        text = as_alice.get(reverse("imports:mapping", args=[make_job().pk])).text

        assert 'name="filter"' not in text


class TestWithoutScripts:
    def test_the_browser_is_led_to_a_page_with_every_target_in_every_column(self, as_alice, wide):
        first = as_alice.get(wide, {"filter": "look"}).text
        led_to = re.search(r'<noscript><meta http-equiv="refresh" content="0;url=(.*?)"></noscript>', first)[
            1
        ]

        plain = as_alice.get(wide + led_to.replace("&amp;", "&")).text

        assert led_to == "?filter=look&amp;plain=1"
        assert "http-equiv" not in plain
        assert "<template" not in plain
        assert plain.count('value="dataFields.CITY"') >= 13
        assert shown_names(plain) == ["Birthday"]

    def test_it_stays_that_way(self, as_alice, wide):
        fields = form_data(as_alice.get(wide, {"plain": "1"}).text)

        again = as_alice.post(wide, {**fields, "go": "show"}).text

        assert again.count('value="dataFields.CITY"') >= 13

    def test_one_button_turns_to_it_and_keeps_what_was_chosen(self, as_alice, wide):
        fields = form_data(as_alice.get(wide).text)

        plain = as_alice.post(wide, {**fields, "target-3": "dataFields.CITY", "go": "plain"}).text

        assert form_data(plain)["target-3"] == "dataFields.CITY"
        assert plain.count('value="dataFields.CITY"') >= 13


class TestAsLastTime:
    @pytest.fixture
    def again(self, make_job):
        """A file of the same columns as one that has been imported."""
        make_job(until="finished")
        return make_job(CONTACTS_CSV.replace("grace", "hedy"), name="april.csv")

    def test_it_is_a_glance_with_one_button(self, as_alice, again):
        text = as_alice.get(reverse("imports:mapping", args=[again.pk])).text

        assert "6 columns as last time, nothing changed" in text
        assert (
            text.index('form="mapping-form"')
            < text.index('<details class="rest">')
            < text.index('id="column-0"')
        )
        assert as_alice.post(reverse("imports:mapping", args=[again.pk]), form_data(text)).status_code == 302

    @pytest.mark.parametrize("change", ["drift", "mapping", "suggestions"])
    def test_what_has_changed_is_no_glance(self, as_alice, again, change):
        if change == "drift":
            again.drift = [
                {"kind": "new", "column": "Notes", "other": None, "reason": as_told("New.", "Look.")}
            ]
        elif change == "mapping":
            again.mapping["columns"] = again.mapping["columns"][:-1]
        else:
            again.suggestions[0]["reason"] = {"code": "known_name"}
        again.save()

        assert "as last time" not in as_alice.get(reverse("imports:mapping", args=[again.pk])).text

    def test_a_link_to_a_part_of_it_shows_all(self, as_alice, again):
        text = as_alice.get(reverse("imports:mapping", args=[again.pk]), {"values": "1"}).text

        assert "as last time" not in text
