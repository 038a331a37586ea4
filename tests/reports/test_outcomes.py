from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.types import ContactReference, FailureReason, ImportFailure
from imports.reports.outcomes import (
    NOT_MENTIONED,
    OUTCOME_SCHEMA,
    REFUSED_WITHOUT_REASON,
    join_report,
    not_sent_all,
    refuse_all,
    unknown_all,
)
from tests.reports.artefacts import sent

ADA, BOB = "ada@example.com", "bob@example.com"
ADAS_PHONE, BOBS_PHONE = "+447700900001", "+447700900002"
CONSENT = FailureReason("consentRecordsNotApplied", "Consent records were badly formed")
INVALID = FailureReason("invalidEmail", "Invalid value for 'email'")


def reference(contact_id, **identifiers):
    return ContactReference(contact_id, identifiers)


def failure(*reasons, contact_id=None, **identifiers):
    return ImportFailure("email", identifiers, reasons, contact_id)


def settle(rows, created=(), updated=(), failures=(), **options):
    """Outcome rows as dictionaries, by row number."""
    frame = join_report(rows, created, updated, failures, **{"repeated": False, **options})
    return {row["row"]: row for row in frame.iter_rows(named=True)}


def outcomes(rows, created=(), updated=(), failures=(), **options):
    return {
        row: found["outcome"] for row, found in settle(rows, created, updated, failures, **options).items()
    }


class TestBuckets:
    def test_created_and_updated_carry_the_contact_id(self):
        rows = sent((2, ADA, ADA, None), (3, BOB, BOB, None))
        settled = settle(rows, [reference(11, email=ADA)], [reference(12, email=BOB)])
        assert (settled[2]["outcome"], settled[2]["contact_id"]) == ("created", 11)
        assert (settled[3]["outcome"], settled[3]["contact_id"]) == ("updated", 12)
        assert settled[2]["reason"] == settled[2]["codes"] == ""

    def test_listed_among_the_failures_too_has_problems(self):
        settled = settle(
            sent((2, ADA, ADA, None)),
            [reference(11, email=ADA)],
            [],
            [failure(CONSENT, contact_id=11, email=ADA)],
        )[2]
        assert settled["outcome"] == "created"
        assert settled["with_problems"]
        assert settled["codes"] == CONSENT.code
        assert settled["reason"] == CONSENT.description

    def test_listed_among_the_failures_alone_is_refused(self):
        settled = settle(sent((2, ADA, ADA, None)), failures=[failure(INVALID, email=ADA)])[2]
        assert settled["outcome"] == "refused"
        assert not settled["with_problems"]
        assert settled["contact_id"] is None
        assert (settled["codes"], settled["reason"]) == (INVALID.code, INVALID.description)

    def test_listed_nowhere_is_unknown_and_says_so(self):
        settled = settle(sent((2, ADA, ADA, None)), [reference(12, email=BOB)])[2]
        assert (settled["outcome"], settled["reason"]) == ("unknown", NOT_MENTIONED)

    def test_listed_as_both_counts_as_created(self):
        rows = sent((2, ADA, ADA, None))
        settled = settle(rows, [reference(11, email=ADA)], [reference(12, email=ADA)])[2]
        assert (settled["outcome"], settled["contact_id"]) == ("created", 11)

    def test_collects_every_distinct_code_and_description(self):
        failures = [failure(INVALID, CONSENT, email=ADA), failure(CONSENT, email=ADA)]
        settled = settle(sent((2, ADA, ADA, None)), failures=failures)[2]
        assert settled["codes"] == "invalidEmail consentRecordsNotApplied"
        assert settled["reason"] == f"{INVALID.description}; {CONSENT.description}"

    @pytest.mark.parametrize("reasons", [(), (FailureReason("", ""),)])
    def test_refused_without_a_reason_says_so(self, reasons):
        settled = settle(sent((2, ADA, ADA, None)), failures=[failure(*reasons, email=ADA)])[2]
        assert (settled["outcome"], settled["codes"]) == ("refused", "")
        assert settled["reason"] == REFUSED_WITHOUT_REASON

    def test_a_code_with_blanks_stays_one_code(self):
        odd = FailureReason("Invalid  Email", "no")
        assert (
            settle(sent((2, ADA, ADA, None)), failures=[failure(odd, email=ADA)])[2]["codes"]
            == "Invalid-Email"
        )

    def test_marks_a_repeated_batch(self):
        assert settle(sent((2, ADA, ADA, None)), repeated=True)[2]["repeated"]

    def test_an_empty_batch_has_no_outcomes(self):
        assert join_report(sent(), [], [], [], repeated=False).schema == pl.Schema(OUTCOME_SCHEMA)

    def test_keeps_the_order_of_the_rows_and_takes_them_unread(self):
        rows = sent((9, BOB, BOB, None), (2, ADA, ADA, None))
        assert join_report(rows.lazy(), [], [], [], repeated=False)["row"].to_list() == [9, 2]


class TestEchoes:
    @pytest.mark.parametrize(
        "echo",
        [
            {"email": "ADA@Example.COM"},
            {"email": " ada@example.com "},
            {"Email": ADA},
            {"email": ADA, "mobileNumber": "", "loyaltyId": None},
            {"email": ADA, "mobileNumber": BOBS_PHONE, "loyaltyId": "L-1"},
            {"mobileNumber": "447700900001"},
            {"mobileNumber": "00447700900001"},
            {"mobileNumber": "+44 7700 900001"},
            {"mobileNumber": 447700900001},
            {"mobileNumber": 447700900001.0},
            {"email": None, "mobileNumber": ADAS_PHONE},
        ],
    )
    def test_finds_a_row_however_its_identifiers_are_echoed(self, echo):
        rows = sent((2, ADA, ADA, ADAS_PHONE), (3, BOB, BOB, None))
        assert outcomes(rows, [ContactReference(11, echo)]) == {2: "created", 3: "unknown"}

    @pytest.mark.parametrize(
        "echo", [{}, {"email": None}, {"email": ["x"]}, {"email": True}, {"mobileNumber": "+"}]
    )
    def test_an_echo_that_says_nothing_settles_nobody(self, echo):
        rows = sent((2, ADA, ADA, None), (3, ADAS_PHONE, None, ADAS_PHONE), (4, None, "", " "))
        assert set(outcomes(rows, [ContactReference(11, echo)]).values()) == {"unknown"}

    def test_a_national_number_is_not_taken_for_another_countrys(self):
        kazakhstan = "+77009000011"
        rows = sent((2, kazakhstan, None, kazakhstan))
        assert outcomes(rows, [reference(11, mobileNumber="077009000011")]) == {2: "unknown"}

    def test_finds_rows_by_a_custom_identifier(self):
        rows = sent((2, "L-1", ADA, None), (3, "L-2", BOB, None), match_by="loyaltyId")
        created = [reference(11, loyaltyId="L-2"), reference(12, loyaltyId="L-1")]
        settled = settle(rows, created)
        assert {row: found["contact_id"] for row, found in settled.items()} == {2: 12, 3: 11}

    def test_tells_custom_identifiers_of_the_same_value_apart(self):
        rows = sent((2, "7", None, None), match_by="loyaltyId")
        created = [reference(11, crmId="7")]
        assert outcomes(rows, created) == {2: "unknown"}

    def test_finds_rows_by_contact_id_only_when_matched_by_it(self):
        updated = [reference(11, email="somebody@example.com")]
        row = (2, "11", None, None)
        assert outcomes(sent(row, match_by="contactId"), [], updated) == {2: "updated"}
        assert outcomes(sent(row, match_by="loyaltyId"), [], updated) == {2: "unknown"}

    def test_finds_each_row_by_what_it_was_matched_by(self):
        rows = sent(
            (2, "11", None, None),
            (3, "L-1", None, None),
            (4, ADA, ADA, None),
            (5, "L-1", BOB, None),
            match_by=["contactId", "loyaltyId", "email", "crmId"],
        )
        updated = [
            reference(11, email="somebody@example.com"),
            reference(12, loyaltyId="L-1"),
            reference(13, EMAIL=ADA),
            reference(14, crmId="L-1", email=BOB),
        ]
        settled = settle(rows, [], updated)
        assert {row: found["contact_id"] for row, found in settled.items()} == {2: 11, 3: 12, 4: 13, 5: 14}

    def test_a_row_matched_by_something_of_its_own_is_found_by_its_address_where_only_that_is_echoed(self):
        rows = sent((2, "L-1", ADA, None), (3, "50", None, ADAS_PHONE), match_by=["loyaltyId", "contactId"])
        refused = [failure(INVALID, email=ADA), failure(INVALID, mobileNumber=ADAS_PHONE)]
        assert outcomes(rows, failures=refused) == {2: "refused", 3: "refused"}


class TestSharedIdentifiers:
    def test_the_match_identifier_comes_before_a_shared_number(self):
        rows = sent((2, ADA, ADA, ADAS_PHONE), (3, BOB, BOB, ADAS_PHONE))
        found = outcomes(
            rows,
            [reference(11, email=ADA, mobileNumber=ADAS_PHONE)],
            failures=[failure(INVALID, email=BOB, mobileNumber=ADAS_PHONE)],
        )
        assert found == {2: "created", 3: "refused"}

    def test_an_entry_claimed_by_match_identifier_settles_nobody_else(self):
        rows = sent((2, ADA, ADA, ADAS_PHONE), (3, BOB, BOB, ADAS_PHONE))
        assert outcomes(rows, [reference(11, email=ADA, mobileNumber=ADAS_PHONE)]) == {
            2: "created",
            3: "unknown",
        }

    def test_the_number_comes_first_where_it_is_the_match_identifier(self):
        rows = sent((2, ADAS_PHONE, ADA, ADAS_PHONE), (3, BOBS_PHONE, ADA, BOBS_PHONE))
        created = [reference(11, email=ADA, mobileNumber=BOBS_PHONE)]
        assert outcomes(rows, created) == {2: "unknown", 3: "created"}

    def test_an_entry_that_names_only_the_shared_number_goes_to_the_row_nothing_else_speaks_for(self):
        rows = sent((2, ADA, ADA, ADAS_PHONE), (3, BOB, BOB, ADAS_PHONE))
        found = settle(rows, [reference(11, email=ADA)], failures=[failure(INVALID, mobileNumber=ADAS_PHONE)])
        assert found[2]["outcome"] == "created"
        assert not found[2]["with_problems"]
        assert found[3]["outcome"] == "refused"

    def test_a_row_that_is_spoken_for_still_gets_the_problems_only_it_can_have(self):
        rows = sent((2, ADA, ADA, ADAS_PHONE))
        found = settle(rows, [reference(11, email=ADA)], failures=[failure(CONSENT, mobileNumber=ADAS_PHONE)])
        assert found[2]["with_problems"]

    def test_rows_that_sent_the_same_match_identifier_share_what_became_of_it(self):
        rows = sent((2, ADA, ADA, None), (3, ADA, "ADA@example.com", None))
        assert outcomes(rows, [], [reference(11, email=ADA)]) == {2: "updated", 3: "updated"}


class TestWholeBatches:
    rows = sent((2, ADA, ADA, None), (3, BOB, BOB, None))

    def test_refused(self):
        settled = refuse_all(
            self.rows, "contacts:badRequest", "The Identifiers field is required", repeated=True
        )
        assert settled.schema == pl.Schema(OUTCOME_SCHEMA)
        assert settled.drop("contact_id").rows() == [
            (row, "refused", "contacts:badRequest", "The Identifiers field is required", False, True)
            for row in (2, 3)
        ]

    def test_unknown(self):
        settled = unknown_all(self.rows.lazy().select("row"), "no_end", "It did not finish.", repeated=True)
        assert settled.schema == pl.Schema(OUTCOME_SCHEMA)
        assert settled.select("row", "outcome", "codes", "repeated").rows() == [
            (row, "unknown", "no_end", True) for row in (2, 3)
        ]

    def test_not_sent(self):
        settled = not_sent_all(self.rows)
        assert settled["outcome"].to_list() == ["not_sent", "not_sent"]
        assert not settled["repeated"].any()

    def test_a_batch_without_rows(self):
        assert refuse_all(sent(), "x", "y").schema == pl.Schema(OUTCOME_SCHEMA)


emails = st.sampled_from(["ada@example.com", "bob@example.com", "cyd@example.org", "dee@example.org"])
numbers = st.sampled_from([f"+44770090000{digit}" for digit in range(4)])
reasons = st.lists(st.sampled_from([CONSENT, INVALID, FailureReason("Duplicate", "")]), max_size=3).map(tuple)


own_ids = st.sampled_from(["L-1", "L-2", "7"])
contact_ids = st.integers(1, 4)
NAMES = ("email", "mobileNumber", "loyaltyId", "contactId")


@st.composite
def batches(draw):
    """(row, match identifier, email, mobile number, name of the match identifier): rows that share identifiers
    more often than those of any real file."""
    people = draw(
        st.lists(
            st.tuples(emails, numbers | st.none(), own_ids, contact_ids.map(str))
            | st.tuples(st.none(), numbers, own_ids, contact_ids.map(str)),
            max_size=6,
        )
    )
    rows = []
    for row, person in enumerate(people, start=2):
        name, match = draw(st.sampled_from([pair for pair in zip(NAMES, person, strict=True) if pair[1]]))
        rows.append((row, match, *person[:2], name))
    return rows


def batch_of(rows):
    return sent(*(row[:-1] for row in rows), match_by=[row[-1] for row in rows])


@st.composite
def echoes(draw):
    """Identifiers in a report, in any of the spellings they may come in."""
    email, number = draw(emails | st.none()), draw(numbers | st.none())
    spelt_email = email and draw(st.sampled_from([email, email.upper(), email.title()]))
    spelt_number = number and draw(st.sampled_from([number, number[1:], "00" + number[1:], int(number[1:])]))
    own_id = draw(st.none() | emails | own_ids)
    echo = {"email": spelt_email, "mobileNumber": spelt_number, "loyaltyId": own_id}
    return {name: value for name, value in echo.items() if value is not None or draw(st.booleans())}


references = st.lists(st.builds(ContactReference, contact_ids | st.integers(5, 10**12), echoes()), max_size=5)
all_failures = st.lists(
    st.builds(ImportFailure, st.just("email"), echoes(), reasons, st.none() | contact_ids), max_size=5
)


def settled_by_hand(rows, created, updated, failures):
    """{row: (outcome, contact id, codes, with problems)}, worked out one row at a time."""

    def plain(name, value):
        text = str(value or "")
        return (name, text.lower() if name == "email" else text.removeprefix("00").strip("+"))

    def keys_of_row(match, email, number, name):
        return [plain(name, match), plain("email", email), plain("mobileNumber", number)]

    keys = {row: keys_of_row(*sent_values) for row, *sent_values in rows}
    entries = [*created, *updated, *failures]
    claims = {row: [] for row in keys}
    waiting = list(range(len(entries)))
    for rank in range(3):
        spoken_for = {row for row, claimed in claims.items() if claimed}
        for entry in list(waiting):
            echoed = {plain(*item) for item in entries[entry].identifiers.items() if item[1]}
            if entries[entry].contact_id is not None:
                echoed.add(plain("contactId", entries[entry].contact_id))
            rows_that_sent_it = [row for row in keys if keys[row][rank] in echoed]
            for row in [row for row in rows_that_sent_it if row not in spoken_for] or rows_that_sent_it:
                claims[row].append(entry)
            if rows_that_sent_it:
                waiting.remove(entry)
    found = {}
    for row, claimed in claims.items():
        arrived = min((entry for entry in claimed if entry < len(created) + len(updated)), default=None)
        failed = sorted(entry for entry in claimed if entry >= len(created) + len(updated))
        codes = dict.fromkeys(reason.code for entry in failed for reason in entries[entry].reasons)
        if arrived is not None:
            outcome = "created" if arrived < len(created) else "updated"
        else:
            outcome = "refused" if failed else "unknown"
        told = failed if arrived is None else [arrived, *failed]
        contact_ids_told = [entries[entry].contact_id for entry in told]
        contact_id = next((one for one in contact_ids_told if one is not None), None)
        found[row] = (outcome, contact_id, set(codes), bool(failed) and arrived is not None)
    return found


@given(batches(), references, references, all_failures)
def test_agrees_with_a_join_by_hand(rows, created, updated, failures):
    settled = settle(batch_of(rows), created, updated, failures)
    assert {
        row: (found["outcome"], found["contact_id"], set(found["codes"].split()), found["with_problems"])
        for row, found in settled.items()
    } == settled_by_hand(rows, created, updated, failures)


@given(batches(), references, references, all_failures)
def test_every_row_has_one_outcome_whatever_the_report(rows, created, updated, failures):
    frame = join_report(batch_of(rows), created, updated, failures, repeated=False)
    assert frame.schema == pl.Schema(OUTCOME_SCHEMA)
    assert frame["row"].to_list() == [row for row, *_ in rows]
    assert frame.drop("contact_id").null_count().sum_horizontal().sum() == 0


@given(st.data(), batches(), references, references, all_failures)
def test_the_order_of_a_report_changes_no_bucket(data, rows, created, updated, failures):
    shuffled = [data.draw(st.permutations(entries)) for entries in (created, updated, failures)]
    assert outcomes(batch_of(rows), *shuffled) == outcomes(batch_of(rows), created, updated, failures)


@given(batches())
def test_a_report_that_names_every_row_in_full_settles_every_row(rows):
    named = [
        ContactReference(row, {"email": email, "mobileNumber": number, name: match})
        for row, match, email, number, name in rows
    ]
    spelt = [
        replace(entry, identifiers={**entry.identifiers, "email": (entry.identifiers["email"] or "").upper()})
        for entry in named
    ]
    assert set(outcomes(batch_of(rows), [], spelt).values()) <= {"updated"}
