"""Where the table begins and ends inside its file."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_refusals import FileRefusedError
from imports.files.footer import find_footer
from imports.files.headers import join_names
from imports.files.layout import find_layout
from imports.files.reading import NO_OPTIONS, ReadingOptions
from imports.files.row_features import RowFeatures


def appraised(rows: Sequence[list[str]]) -> list[RowFeatures]:
    return [RowFeatures.of(row, cells) for row, cells in enumerate(rows, 1)]


def records(text: str) -> list[RowFeatures]:
    """The lines of `text`, whose cells are separated by `|`."""
    return appraised([line.strip().split("|") for line in text.strip("\n").split("\n")])


PEOPLE = "ana@example.com|Ana|Leeds\nbo@example.org|Bo|York\ncy@example.com|Cy|Bath"


@pytest.mark.parametrize(
    ("text", "header_row", "header_rows", "first_data_row"),
    [
        (f"Email|Name|Town\n{PEOPLE}", 1, 1, 2),
        (f"Our customers\n\nEmail|Name|Town\n{PEOPLE}", 3, 1, 4),
        (f"Our customers\nDate:|2026-01-03\nEmail|Name|Town\n{PEOPLE}", 3, 1, 4),
        (f"# exported by a shop\nEmail|Name|Town\n{PEOPLE}", 2, 1, 3),
        (f"|\n|\nEmail|Name|Town\n{PEOPLE}", 3, 1, 4),
        (PEOPLE, 0, 0, 1),
        (f"Our customers\n\n{PEOPLE}", 0, 0, 3),
        (f"Contact||Address\nEmail|Name|Town\n{PEOPLE}", 1, 2, 3),
        (f"Our customers\nContact||Address\nEmail|Name|Town\n{PEOPLE}", 2, 2, 4),
        (f"||Address\nEmail|Name|Town\n{PEOPLE}", 1, 2, 3),
        ("foo|bar|baz\n1|2|3", 1, 1, 2),
        ("1|english\n2|中国人", 0, 0, 1),
        ("id|100022|100025\nid1|TRUE|FALSE\nid2|TRUE|TRUE", 1, 1, 2),
        ("Musei|2011|2010\nGalleria|23.824|17.518\nPitrè|in restauro|in restauro", 1, 1, 2),
        ("Name\nAna\nBo", 1, 1, 2),
        ("Email\nana@example.com\nbo@example.org", 1, 1, 2),
        ("ana@example.com\nbo@example.org", 0, 0, 1),
        ("Subscribers\n\nEmail\nana@example.com\nbo@example.org", 3, 1, 4),
        ("foo|bar|baz", 1, 1, 2),
        ("Name|Email\nBo|none\nAnn|a@example.com\nCy|c@example.com", 1, 1, 2),
        # Values that look like names, and names that look like values.
        ("Name|Email|01/05/2026|08/05/2026\nAna|ana@example.com|x|\nBo|bo@example.org||x", 1, 1, 2),
        ("Name|Email|1|2|3\nAna|ana@example.com|10|9|8\nBo|bo@example.org|7|6|5", 1, 1, 2),
        ("First|Last|Team\n" + "Ana|Abel|Red\nBo|Brook|Blue\n" * 9 + "Cy|Clay|Team", 1, 1, 2),
        ("Name|Phone|Phone|Email\nAna|none|ask|unknown\nBo|||bo@example.org\nCy|||cy@example.com", 1, 1, 2),
        ("Name||Email|Town\nAna|x|none|Leeds\nBo|y|bo@example.org|York\nCy|z|cy@example.com|Bath", 1, 1, 2),
        (f"Report name|All\nRun date|01/05/2026\nOwner|Jo\n|\nEmail|Name|Town|Phone\n{PEOPLE}", 5, 1, 6),
        (f"Exported by|jo@example.com\n|\nEmail|Name|Town|Phone\n{PEOPLE}", 3, 1, 4),
        # Contacts of whom little is known, above those of whom more is.
        ("cy@example.com|||\nana@example.com|Ana|Leeds|x\nbo@example.org|Bo|York|y", 0, 0, 1),
        ("Cy|Coe||\nAna|Abel|ana@example.com|Leeds\nBo|Brook|bo@example.org|York", 0, 0, 1),
        ("Cy|Coe|cy at example.com\nAna|Abel|ana@example.com\nBo|Brook|bo@example.org", 0, 0, 1),
        ("Ana Abel <ana@example.com>\nBo Brook <bo@example.org>", 0, 0, 1),
        (
            "Main|Main|Date of|Mobile\nname|e-mail|birth|number\n"
            "Ana|ana@example.com|1990-01-02|+44 20 7946 0000\nBo|bo@example.com|1991-02-03|+44 20 7946 0001\n"
            "Cy|cy@example.com|1992-03-04|+44 20 7946 0002",
            1,
            2,
            3,
        ),
    ],
)
def test_the_top_of_a_table_is_found(text, header_row, header_rows, first_data_row):
    layout = find_layout(records(text), NO_OPTIONS)
    assert (layout.header_row, layout.header_rows, layout.first_data_row) == (
        header_row,
        header_rows,
        first_data_row,
    )
    assert set(layout.decisions) == {"header_row", "first_data_row"}
    assert all(0 <= decision.confidence <= 1 and decision.words for decision in layout.decisions.values())


def test_a_name_of_a_group_counts_for_the_columns_below_it():
    layout = find_layout(records(f"Contact||Address\nEmail|Name|Town\n{PEOPLE}"), NO_OPTIONS)
    assert layout.names == ("Contact Email", "Contact Name", "Address Town")


@pytest.mark.parametrize(
    ("upper", "lower", "spread", "names"),
    [
        (
            ["Contact", "", "Address"],
            ["Email", "Name", "Town"],
            True,
            ("Contact Email", "Contact Name", "Address Town"),
        ),
        (["First", "Last"], ["name", "name"], False, ("First name", "Last name")),
        (["Email", "Name"], ["Email", ""], True, ("Email", "Name")),
        (["", "Group"], ["ID", "A", ""], True, ("ID", "Group A", "")),
        (["First", ""], ["name", "Email"], False, ("First name", "Email")),
    ],
)
def test_two_rows_of_names_are_joined(upper, lower, spread, names):
    assert join_names(upper, lower, spread=spread) == names


@pytest.mark.parametrize(
    ("text", "reason", "is_sure"),
    [
        (f"Email|Name|Town\n{PEOPLE}", "names_over_values", True),
        ("First name|Town\nAna|Leeds\nBo|York", "known_names", True),
        ("Ada|Leeds\nAna|Bath\nBo|York", "first_row", False),
        (f"Our customers\n\nEmail|Name|Town\n{PEOPLE}", "below_title", True),
    ],
)
def test_how_sure_a_header_is_depends_on_what_speaks_for_it(text, reason, is_sure):
    decision = find_layout(records(text), NO_OPTIONS).decisions["header_row"]
    assert (decision.reason, decision.confidence > 0.5) == (reason, is_sure)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"header_row": 3}, (3, 4)),
        ({"header_row": 1}, (1, 2)),
        ({"header_row": 0}, (0, 1)),
        ({"first_data_row": 5}, (1, 5)),
        ({"header_row": 0, "first_data_row": 2}, (0, 2)),
    ],
)
def test_a_person_knows_better(options, expected):
    layout = find_layout(records(f"Email|Name|Town\n{PEOPLE}"), ReadingOptions(**options))
    assert (layout.header_row, layout.first_data_row) == expected
    assert all(layout.decisions[name].reason == "stated" for name in options)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"first_data_row": 0}, "no_such_first_data_row"),
        ({"first_data_row": 1}, "first_data_row_above_header"),
        ({"header_row": 2, "first_data_row": 2}, "first_data_row_above_header"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(options, code):
    with pytest.raises(FileRefusedError) as refused:
        find_layout(records(f"Email|Name|Town\n{PEOPLE}"), ReadingOptions(**options))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("end", "footer"),
    [
        ("Total||4,812", (4,)),
        ("|Total|12", (4,)),
        ("Gesamt:||4.724,73", (4,)),
        ("© 2026 Example Ltd", (4,)),
        ("Page 1 of 3", (4,)),
        ("Report generated on 3 Apr 2026", (4,)),
        ("(3 rows affected)", (4,)),
        ("|\nThis list was made by the events team", (5,)),
        ("|\nTotal||3\n\nExported by Ana", (5, 7)),
        ("|\nMade by the events team\nAsk them for more", (5, 6)),
        ("dan@example.com|Dan|", ()),
        ("Total|tot@example.com|", ()),
        ("Total Wine|Dan|Leeds", ()),
        ("|Dan|Leeds", ()),
        ("This list was made by the events team", ()),
        ("|\n+44 20 7946 0000", ()),
        ("Dan", ()),
        # Whoever may be reached is a contact, however badly the address is written.
        ("|\nDan <dan@example.com> or ask at the desk", ()),
        ("|\ndan(at)example.com for all that matters", ()),
        ("|\ncall Dan on 020 79 46 00 00", ()),
        # Names that are words for totals and remarks.
        ("Soma||3\nSuma||2", ()),
        ("Confidential Records Ltd||", ()),
        ("|\nMadonna\nPrince", ()),
        ("|\nConfidential Information - Do Not Distribute", (5,)),
        ("|\nSum||3", (5,)),
    ],
)
def test_what_is_no_contact_at_the_end_is_recognised(end, footer):
    assert find_footer(records(f"{PEOPLE}\n{end}"), 3).rows == footer


# Contacts of every kind, so that nothing of a table is ever taken for its end.
people = st.tuples(
    st.sampled_from(["Ana", "Total", "Summe", "Note: Bo", "Page 1"]),
    st.integers(1, 99).map("user{}@example.com".format),
    st.sampled_from(["", "12", "Leeds"]),
)


@settings(deadline=None)
@given(st.lists(people.map(list), min_size=1, max_size=10))
def test_a_row_with_an_address_is_never_taken_for_the_end(rows):
    assert find_footer(appraised(rows), 3).rows == ()


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["", "a", "Total", "1", "x@example.com", "2026-01-02", " "]), max_size=5),
        max_size=12,
    )
)
def test_any_top_has_a_layout_or_a_reason(rows):
    head = appraised(rows)
    if not any(cell.strip() for row in rows for cell in row):
        with pytest.raises(FileRefusedError, match="nothing"):
            find_layout(head, NO_OPTIONS)
        return
    layout = find_layout(head, NO_OPTIONS)
    assert layout.first_data_row == layout.header_row + layout.header_rows or layout.header_row == 0
    assert (layout.header_row == 0) == (layout.header_rows == 0)


@pytest.mark.parametrize("last", ["unknown|Bob|||", "|Bob|||"])
def test_people_without_an_address_at_the_end_are_contacts(last):
    table = "\n".join(f"user{number}@example.com|Ana|Abel|Leeds|{number}" for number in range(20))
    assert find_footer(records(f"{table}\n" + "|Ann|Lee||\n" * 5 + last), 5).rows == ()


def test_words_where_only_values_should_be_are_a_remark():
    table = "\n".join(f"user{number}@example.com|Ana|Abel|Leeds|{number}" for number in range(20))
    assert find_footer(records(f"{table}\n|so|||\n||||many"), 5).rows == (21, 22)


def test_a_chosen_first_row_cuts_a_header_over_two_rows():
    text = f"Contact||Address\nEmail|Name|Town\n{PEOPLE}"
    layout = find_layout(records(text), ReadingOptions(first_data_row=2))
    assert (layout.header_rows, layout.names) == (1, ("Contact", "", "Address"))
