import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.types import FailureReason, ReportEntry
from imports.messages import Message
from imports.reports import report_matching as echoes_module
from imports.reports.outcomes import (
    OUTCOME_SCHEMA,
    join_report,
    not_sent_all,
    refuse_all,
    unknown_all,
)
from imports.reports.report_words import NOT_MENTIONED, REFUSED_WITHOUT_REASON
from tests.reports.artefacts import sent

ADA, BOB = "ada@example.com", "bob@example.com"
ADAS_PHONE, BOBS_PHONE = "+447700900001", "+447700900002"
CONSENT = FailureReason("consentRecordsNotApplied", "Consent records were badly formed")
INVALID = FailureReason("invalidEmail", "Invalid value for 'email'")


def reference(contact_id, identifiers=None, **named):
    return ReportEntry("created", contact_id, identifiers or named)


def failure(*reasons, contact_id=None, **identifiers):
    return ReportEntry("failed", contact_id, identifiers, reasons)


def report(created=(), updated=(), failures=()):
    """The entries of a report with these in its arrays."""
    kinds = {"created": created, "updated": updated, "failed": failures}
    return [replace(entry, kind=kind) for kind, entries in kinds.items() for entry in entries]


def told(settled):
    """What the portal has to say of a row."""
    return Message.from_json(json.loads(settled["told"]))


def by_row(frame):
    """Outcome rows as dictionaries, by row number."""
    return {row["row"]: row for row in frame.iter_rows(named=True)}


def settle(rows, created=(), updated=(), failures=(), **options):
    entries = iter(report(created, updated, failures))
    return by_row(join_report(rows, entries, **{"repeated": False, **options}))


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
        assert (settled["outcome"], settled["reason"], told(settled)) == ("unknown", "", NOT_MENTIONED)

    def test_listed_as_both_counts_as_created(self):
        rows = sent((2, ADA, ADA, None))
        settled = settle(rows, [reference(11, email=ADA)], [reference(12, email=ADA)])[2]
        assert (settled["outcome"], settled["contact_id"]) == ("created", 11)

    @pytest.mark.parametrize("found_by", [{"email": ADA}, {"mobileNumber": ADAS_PHONE}])
    def test_created_counts_whichever_comes_first_and_however_it_is_found(self, found_by):
        entries = [ReportEntry("updated", 12, {"email": ADA}), ReportEntry("created", 11, found_by)]
        for told in (entries, entries[::-1]):
            settled = by_row(join_report(sent((2, ADA, ADA, ADAS_PHONE)), told, repeated=False))[2]
            assert (settled["outcome"], settled["contact_id"]) == ("created", 11)

    def test_collects_every_distinct_code_and_description(self):
        failures = [failure(INVALID, CONSENT, email=ADA), failure(CONSENT, email=ADA)]
        settled = settle(sent((2, ADA, ADA, None)), failures=failures)[2]
        assert settled["codes"] == "invalidEmail consentRecordsNotApplied"
        assert settled["reason"] == f"{INVALID.description}; {CONSENT.description}"

    def test_a_code_counts_once_whatever_its_letter_case(self):
        failures = [
            failure(FailureReason(code, "no"), email=ADA) for code in ("InvalidEmail", "invalidEmail")
        ]
        settled = settle(sent((2, ADA, ADA, None)), failures=failures)[2]
        assert (settled["codes"], settled["reason"]) == ("InvalidEmail", "no")

    def test_a_code_of_unknown_name_is_kept(self):
        odd = FailureReason("somethingNew", "Nobody knows")
        settled = settle(sent((2, ADA, ADA, None)), failures=[failure(odd, email=ADA)])[2]
        assert (settled["outcome"], settled["codes"]) == ("refused", "somethingNew")

    def test_an_entry_that_comes_twice_says_nothing_more(self):
        rows = sent((2, ADA, ADA, None))
        entries = [reference(11, email=ADA), failure(CONSENT, contact_id=11, email=ADA)]
        once, twice = (join_report(rows, entries * times, repeated=False) for times in (1, 2))
        assert once.equals(twice)

    @pytest.mark.parametrize("reasons", [(), (FailureReason("", ""),)])
    def test_refused_without_a_reason_says_so(self, reasons):
        settled = settle(sent((2, ADA, ADA, None)), failures=[failure(*reasons, email=ADA)])[2]
        assert (settled["outcome"], settled["codes"]) == ("refused", "")
        assert (settled["reason"], told(settled)) == ("", REFUSED_WITHOUT_REASON)

    def test_a_code_with_blanks_stays_one_code(self):
        odd = FailureReason("Invalid  Email", "no")
        assert (
            settle(sent((2, ADA, ADA, None)), failures=[failure(odd, email=ADA)])[2]["codes"]
            == "Invalid-Email"
        )

    def test_marks_a_repeated_batch(self):
        assert settle(sent((2, ADA, ADA, None)), repeated=True)[2]["repeated"]

    def test_an_empty_batch_has_no_outcomes(self):
        assert join_report(sent(), [], repeated=False).schema == pl.Schema(OUTCOME_SCHEMA)

    def test_keeps_the_order_of_the_rows_and_takes_them_unread(self):
        rows = sent((9, BOB, BOB, None), (2, ADA, ADA, None))
        assert join_report(rows.lazy(), [], repeated=False)["row"].to_list() == [9, 2]


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
            {"mobileNumber": "+44 (7700) 900-001"},
            {"mobilenumber": "44.7700.900001 "},
            {"EMAIL": "ADA@EXAMPLE.COM\t"},
            {"email": "\u00a0ada@example.com\u00a0"},
            {"email": None, "mobileNumber": ADAS_PHONE},
        ],
    )
    def test_finds_a_row_however_its_identifiers_are_echoed(self, echo):
        rows = sent((2, ADA, ADA, ADAS_PHONE), (3, BOB, BOB, None))
        assert outcomes(rows, [reference(11, echo)]) == {2: "created", 3: "unknown"}

    @pytest.mark.parametrize(
        "echo", [{}, {"email": None}, {"email": ["x"]}, {"email": True}, {"mobileNumber": "+"}]
    )
    def test_an_echo_that_says_nothing_settles_nobody(self, echo):
        rows = sent((2, ADA, ADA, None), (3, ADAS_PHONE, None, ADAS_PHONE), (4, None, "", " "))
        assert set(outcomes(rows, [reference(11, echo)]).values()) == {"unknown"}

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

    @pytest.mark.parametrize("echo", ["11", "011", 11, 11.0, "11.0", " 11 "])
    def test_a_contact_id_is_the_same_in_any_type(self, echo):
        updated = [ReportEntry("updated", 99, {"contactId": echo}), reference(110, email=ADA)]
        assert outcomes(sent((2, "11", None, None), match_by="contactId"), [], updated) == {2: "updated"}

    @pytest.mark.parametrize("echo", [{"loyaltyid": "L-1"}, {" LOYALTYID ": "L-1"}, {"loyaltyId": "l-1"}])
    def test_a_custom_identifier_is_found_in_other_letter_case(self, echo):
        rows = sent((2, "L-1", ADA, None), (3, "L-2", ADA, None), match_by="loyaltyId")
        assert outcomes(rows, [reference(11, echo)]) == {2: "created", 3: "unknown"}

    @pytest.mark.parametrize(("echo", "row"), [("Ab", 2), ("aB", 3)])
    def test_letter_case_tells_custom_identifiers_apart_where_it_was_sent(self, echo, row):
        rows = sent((2, "Ab", None, None), (3, "aB", None, None), match_by="loyaltyId")
        assert outcomes(rows, [reference(11, loyaltyId=echo)])[row] == "created"
        assert sorted(outcomes(rows, [reference(11, loyaltyId=echo)]).values()) == ["created", "unknown"]

    def test_where_two_spellings_were_sent_a_third_is_neither(self):
        rows = sent((2, "Ab", None, None), (3, "aB", None, None), match_by="loyaltyId")
        assert set(outcomes(rows, [reference(11, loyaltyId="AB")]).values()) == {"unknown"}

    def test_another_letter_case_counts_only_where_the_entry_names_nothing_as_it_was_sent(self):
        rows = sent((2, "Ab", None, None), (3, BOB, BOB, None), match_by=["loyaltyId", "email"])
        updated = [reference(12, email=BOB, loyaltyId="AB")]
        assert outcomes(rows, [], updated) == {2: "unknown", 3: "updated"}

    @pytest.mark.parametrize(
        ("address", "echo"),
        [
            ("stra\u00dfe@example.com", "STRASSE@EXAMPLE.COM"),
            ("STRASSE@example.com", "stra\u00dfe@example.com"),
            ("stra\u00dfe@example.com", "STRA\u1e9eE@EXAMPLE.COM"),
            ("izmir@example.com", "\u0130ZM\u0130R@EXAMPLE.COM"),
            ("IZMIR@example.com", "\u0131zm\u0131r@example.com"),
            ("\u0130zmir@example.com", "izmir@example.com"),
            ("jos\u00e9@example.com", "JOSE\u0301@EXAMPLE.COM"),
            ("\u03bf\u03b4\u03cc\u03c2@example.com", "\u039f\u0394\u038c\u03a3@EXAMPLE.COM"),
        ],
    )
    def test_an_address_is_found_by_the_case_rules_of_any_language(self, address, echo):
        rows = sent((2, address, address, None), (3, BOB, BOB, None))
        assert outcomes(rows, [reference(11, email=echo)]) == {2: "created", 3: "unknown"}

    def test_addresses_that_only_some_case_rules_make_the_same_stay_two(self):
        sharp, plain = "stra\u00dfe@example.com", "strasse@example.com"
        rows = sent((2, sharp, sharp, None), (3, plain, plain, None))
        created = [reference(11, email=plain.upper()), reference(12, email=sharp)]
        assert {row: found["contact_id"] for row, found in settle(rows, created).items()} == {2: 12, 3: 11}

    def test_an_entry_that_names_only_the_contact_goes_where_the_contact_is(self):
        rows = sent((2, ADA, ADA, None), (3, BOB, BOB, None))
        created = [reference(11, email=ADA), reference(12, email=BOB)]
        settled = settle(rows, created, failures=[failure(CONSENT, contact_id=12, email=None)])
        assert {row: found["codes"] for row, found in settled.items()} == {2: "", 3: CONSENT.code}
        assert settled[3]["with_problems"]

    def test_a_report_of_more_entries_than_are_taken_at_once_is_read_to_its_end(self, monkeypatch):
        monkeypatch.setattr(echoes_module, "ENTRIES_PER_CHUNK", 2)
        for count in range(7):
            rows = sent(*[(row, f"{row}@example.com", f"{row}@example.com", None) for row in range(7)])
            created = [reference(row, email=f"{row}@example.com") for row in range(count)]
            assert list(outcomes(rows, created).values()).count("created") == count

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

    def test_many_entries_of_a_number_that_many_rows_share_are_not_paired_one_by_one(self):
        # As pairs these would be 400 million.
        people = 20_000
        rows = sent(*[(row, f"{row}@example.com", f"{row}@example.com", ADAS_PHONE) for row in range(people)])
        failures = [failure(INVALID, mobileNumber=ADAS_PHONE)] * people
        frame = join_report(rows, failures, repeated=False)
        assert frame.select("outcome", "codes", "reason").unique().rows() == [
            ("refused", INVALID.code, INVALID.description)
        ]


class TestWholeBatches:
    rows = sent((2, ADA, ADA, None), (3, BOB, BOB, None))

    def test_refused(self):
        settled = refuse_all(
            self.rows, "contacts:badRequest", "The Identifiers field is required", repeated=True
        )
        assert settled.schema == pl.Schema(OUTCOME_SCHEMA)
        assert settled.drop("contact_id").rows() == [
            (row, "refused", "contacts:badRequest", "The Identifiers field is required", None, False, True)
            for row in (2, 3)
        ]

    def test_unknown(self):
        settled = unknown_all(self.rows.lazy().select("row"), "no_end", told=Message("no_end"), repeated=True)
        assert settled.schema == pl.Schema(OUTCOME_SCHEMA)
        assert settled.select("row", "outcome", "codes", "told", "repeated").rows() == [
            (row, "unknown", "no_end", '{"code": "no_end"}', True) for row in (2, 3)
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


own_ids = st.sampled_from(["L-1", "l-1", "L-2", "7"])
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


def email_spellings(email):
    return st.sampled_from([email, email.upper(), email.title(), f" {email} "])


def number_spellings(number):
    digits = number[1:]
    return st.sampled_from(
        [
            number,
            digits,
            "00" + digits,
            f"+{digits[:2]} ({digits[2:6]}) {digits[6:]}",
            int(digits),
            float(digits),
        ]
    )


@st.composite
def echoes(draw):
    """Identifiers in a report, in any of the spellings they may come in."""
    email, number = draw(emails | st.none()), draw(numbers | st.none())
    echo = {
        "email": email and draw(email_spellings(email)),
        "mobileNumber": number and draw(number_spellings(number)),
        "loyaltyId": draw(st.none() | emails | own_ids | st.just("L-1").map(str.swapcase)),
    }
    return {name: value for name, value in echo.items() if value is not None or draw(st.booleans())}


reports = st.lists(
    st.builds(
        ReportEntry,
        st.sampled_from(["created", "updated"]),
        contact_ids | st.integers(5, 10**12),
        echoes(),
    )
    | st.builds(ReportEntry, st.just("failed"), st.none() | contact_ids, echoes(), reasons),
    max_size=10,
)


def settled_by_hand(rows, entries):
    """{row: (outcome, contact id, codes, with problems)}, worked out one row at a time."""

    def plain(name, value):
        text = str(int(value) if isinstance(value, float) else value or "").strip()
        if name == "mobileNumber":
            text = "".join(letter for letter in text if letter.isdigit()).removeprefix("00")
        return (name, text.lower() if name == "email" else text)

    def loose(key):
        return (key[0], key[1].upper()) if key[0] in ("email", "loyaltyId") else None

    keys = {
        row: [plain(name, match), plain("email", email), plain("mobileNumber", number)]
        for row, match, email, number, name in rows
    }
    all_sent = {key for keys_of_row in keys.values() for key in keys_of_row}
    named, alike = [], []
    for entry in entries:
        echoed = {plain(*item) for item in entry.identifiers.items() if item[1]}
        if entry.contact_id is not None:
            echoed.add(plain("contactId", entry.contact_id))
        missed = {loose(key) for key in echoed - all_sent} - {None}
        spellings = {form: [key for key in all_sent if loose(key) == form] for form in missed}
        named.append(echoed)
        alike.append({found[0] for found in spellings.values() if len(found) == 1})
    claims = {row: [] for row in keys}
    waiting = list(range(len(entries)))
    for rank in range(3):
        spoken_for = {row for row, claimed in claims.items() if claimed}
        for entry in list(waiting):
            wanted = [row for row in keys if keys[row][rank][1] and keys[row][rank] in named[entry]] or [
                row for row in keys if keys[row][rank] in alike[entry]
            ]
            for row in [row for row in wanted if row not in spoken_for] or wanted:
                claims[row].append(entry)
            if wanted:
                waiting.remove(entry)
    claimed_otherwise = {row: list(claimed) for row, claimed in claims.items()}
    for entry in waiting:
        contact_id = entries[entry].contact_id
        for row, claimed in claimed_otherwise.items():
            if contact_id is not None and any(entries[one].contact_id == contact_id for one in claimed):
                claims[row].append(entry)
    found = {}
    for row, claimed in claims.items():
        told = [entries[entry] for entry in sorted(claimed)]
        arrived = [entry for kind in ("created", "updated") for entry in told if entry.kind == kind]
        failed = [entry for entry in told if entry.kind == "failed"]
        codes = {reason.code for entry in failed for reason in entry.reasons}
        outcome = arrived[0].kind if arrived else "refused" if failed else "unknown"
        ids = (entry.contact_id for entry in [*arrived[:1], *failed] if entry.contact_id is not None)
        found[row] = (outcome, next(ids, None), codes, bool(failed) and bool(arrived))
    return found


def summary_of(frame):
    """{row: (outcome, codes, words, with problems)}: what of an outcomes table no tie decides."""
    return {
        row: (
            found["outcome"],
            set(found["codes"].split()),
            set(found["reason"].split("; ")),
            found["with_problems"],
        )
        for row, found in by_row(frame).items()
    }


def joined(rows, entries):
    return join_report(batch_of(rows), entries, repeated=False)


@given(batches(), reports)
def test_agrees_with_a_join_by_hand(rows, entries):
    assert {
        row: (found["outcome"], found["contact_id"], set(found["codes"].split()), found["with_problems"])
        for row, found in by_row(joined(rows, entries)).items()
    } == settled_by_hand(rows, entries)


@given(batches(), reports)
def test_every_row_has_one_outcome_whatever_the_report(rows, entries):
    frame = joined(rows, entries)
    assert frame.schema == pl.Schema(OUTCOME_SCHEMA)
    assert frame["row"].to_list() == [row for row, *_ in rows]
    assert frame.drop("contact_id", "told").null_count().sum_horizontal().sum() == 0
    assert set(frame["outcome"]) <= {"created", "updated", "refused", "unknown"}


@given(st.data(), batches(), reports)
def test_the_order_of_a_report_decides_nothing_but_ties(data, rows, entries):
    shuffled = data.draw(st.permutations(entries))
    assert summary_of(joined(rows, shuffled)) == summary_of(joined(rows, entries))


@given(batches(), reports)
def test_a_report_that_says_everything_twice_says_no_more(rows, entries):
    assert joined(rows, entries * 2).equals(joined(rows, entries))


@given(st.data(), batches(), reports)
def test_spelling_addresses_numbers_and_names_otherwise_changes_nothing(data, rows, entries):
    spellings = {"email": email_spellings, "mobileNumber": number_spellings}
    plain = {
        "email": lambda email: email.strip().lower(),
        "mobileNumber": lambda number: (
            "+" + str(int("".join(filter(str.isdigit, f"{number}".split(".")[0]))))
        ),
    }

    def respelt(name, value):
        name_as = data.draw(st.sampled_from([name, name.lower(), name.upper()]))
        if value is None or name not in spellings:
            return name_as, value
        return name_as, data.draw(spellings[name](plain[name](value)))

    otherwise = [
        replace(entry, identifiers=dict(respelt(*item) for item in entry.identifiers.items()))
        for entry in entries
    ]
    assert joined(rows, otherwise).equals(joined(rows, entries))


@given(batches())
def test_a_report_that_names_every_row_in_full_settles_every_row(rows):
    named = [
        ReportEntry("updated", row, {"email": (email or "").upper(), "mobileNumber": number, name: match})
        for row, match, email, number, name in rows
    ]
    assert set(joined(rows, named)["outcome"]) <= {"updated"}


def test_a_report_that_names_every_row_by_what_it_was_matched_by_takes_few_joins(monkeypatch):
    """Each costs the same however few rows there are, and most reports are such: 14 when this was written."""
    addresses = [f"ada{number}@example.com" for number in range(100)]
    rows = sent(*((row, email, email, None) for row, email in enumerate(addresses, start=2)))
    created = [reference(row, email=email) for row, email in enumerate(addresses, start=2)]
    joins, join = [], pl.DataFrame.join

    def counted(frame, *args, **options):
        joins.append(frame)
        return join(frame, *args, **options)

    monkeypatch.setattr(pl.DataFrame, "join", counted)
    found = outcomes(rows, created)

    assert set(found.values()) == {"created"}
    assert len(joins) <= 16
