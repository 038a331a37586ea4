"""What a person can choose for a whole file or for a column: every choice with what a mapping calls it, its words, and
what it does.

A policy is one table, and adding an option to it is one row here. The mapping page, the check and the page of the
check ask the row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from imports.contacts.values.texts import lower_case, title_case, upper_case
from imports.messages import gettext_noop


@dataclass(frozen=True, slots=True)
class PolicyOption:
    """One thing to choose: `value` as mappings have it, its label, and what it means, both in English and marked."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class MergeOption(PolicyOption):
    """What happens to values that a contact has already (`mergeOption` of `PUT /contacts/v3/import`).

    `effect` says so in one sentence; `clears` is whether a blank cell that clears certainly does so. `checked` is said
    before an import in which no blank cell clears, `checked_clearing` before one in which some do. `repeated` is what
    sending the same contacts twice could do that sending them once does not, "" where that is nothing.
    """

    effect: str = ""
    clears: bool = True
    checked: str = ""
    checked_clearing: str = ""
    repeated: str = ""


@dataclass(frozen=True, slots=True)
class BlankPolicy(PolicyOption):
    """What a blank cell does. `clears`: it sends null, which erases the data field."""

    effect: str = ""
    clears: bool = False


@dataclass(frozen=True, slots=True)
class DuplicatePolicy(PolicyOption):
    """Which of the rows of one contact stands for the others.

    `stands` takes the numbers of rows that share an identifier and gives that of the one that keeps it; None where none
    does. `prefers_later` says which of two rows that are equally full is the fuller.
    """

    stands: Callable[[pl.Expr], pl.Expr] | None = None
    prefers_later: bool = False


@dataclass(frozen=True, slots=True)
class InvalidPolicy(PolicyOption):
    """What a value that cannot be used does. `rejects_row`: its row is not sent."""

    rejects_row: bool = False


@dataclass(frozen=True, slots=True)
class PlaceholderPolicy(PolicyOption):
    """What becomes of words such as "N/A". `blanks`: they are blank cells; `keeps`: texts have them as they stand."""

    blanks: bool = False
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class GuardPolicy(PolicyOption):
    """What becomes of a mark that every cell of a column begins with."""

    removes: bool = True


@dataclass(frozen=True, slots=True)
class GarbledPolicy(PolicyOption):
    """What becomes of garbled text. `notes`: there is a line about it; `repairs`: it is repaired."""

    notes: bool = True
    repairs: bool = False


@dataclass(frozen=True, slots=True)
class CasePolicy(PolicyOption):
    """The letter case that a text is put in; without `change` that of the file."""

    change: Callable[[pl.Expr], pl.Expr] | None = None


Chosen = TypeVar("Chosen", bound=PolicyOption, covariant=True)


@dataclass(frozen=True)
class Policy(Generic[Chosen]):
    """Something to choose: the key that mappings have it under, the question, and the options, the default first."""

    key: str
    question: str
    options: tuple[Chosen, ...]

    def __iter__(self) -> Iterator[Chosen]:
        return iter(self.options)

    @property
    def values(self) -> tuple[str, ...]:
        """What a mapping may have for it; it says nothing of the option ""."""
        return tuple(option.value for option in self.options if option.value)

    @property
    def default(self) -> str:
        return self.options[0].value

    def find(self, value: str) -> Chosen | None:
        """The option that a mapping calls `value`, if there is one."""
        return next((option for option in self.options if option.value == value), None)

    def of(self, value: str) -> Chosen:
        """The option that a mapping calls `value`. Raises KeyError."""
        return {option.value: option for option in self.options}[value]


MATCHING = Policy(
    "matchIdentifier",
    gettext_noop("Match contacts by"),
    (
        PolicyOption(
            "email",
            gettext_noop("E-mail address"),
            gettext_noop("A row belongs to the contact with the same e-mail address."),
        ),
        PolicyOption(
            "mobileNumber",
            gettext_noop("Mobile number"),
            gettext_noop("A row belongs to the contact with the same mobile number."),
        ),
        PolicyOption(
            "contactId",
            gettext_noop("Contact ID"),
            gettext_noop(
                "A row belongs to the contact that has this ID in Dotdigital. It cannot create new contacts."
            ),
        ),
    ),
)
"""What contacts are matched by; an account's custom identifiers come on top."""

MATCHING_OWN_HELP = gettext_noop("A row belongs to the contact with the same {name}.")
"""What it means to match contacts by a custom identifier."""

OVERWRITE = "overwrite"
MERGING = Policy(
    "mergeOption",
    gettext_noop("When a contact already exists"),
    (
        MergeOption(
            OVERWRITE,
            gettext_noop("The file wins"),
            gettext_noop(
                "Values in the file replace those in Dotdigital. Fields that are not in the file do not change."
            ),
            effect=gettext_noop("Values in the file replace those in Dotdigital."),
            checked=gettext_noop(
                "Values in the file replace those in Dotdigital. Blank cells change nothing."
            ),
            checked_clearing=gettext_noop(
                "Values in the file replace those in Dotdigital, and blank cells erase them in the fields named above."
            ),
        ),
        # How null behaves under the two conditional options is documented nowhere, so both are read the way that can
        # do harm.
        MergeOption(
            "overwriteIfNotEmpty",
            gettext_noop("The file wins where it has a value"),
            gettext_noop("As above, but an empty value never replaces a value in Dotdigital."),
            effect=gettext_noop(
                "Values in the file replace those in Dotdigital. An empty value never replaces one."
            ),
            clears=False,
            checked=gettext_noop(
                "Values in the file replace those in Dotdigital. Blank cells change nothing."
            ),
            checked_clearing=gettext_noop(
                "Values in the file replace those in Dotdigital. You chose that blank cells erase values, and also "
                "that nothing empty replaces a value. Dotdigital does not document which of the two applies: values "
                "may be erased."
            ),
        ),
        MergeOption(
            "overwriteIfEmpty",
            gettext_noop("Dotdigital wins"),
            gettext_noop(
                "Only fields that are empty in Dotdigital are filled. Existing values do not change."
            ),
            effect=gettext_noop("Values in Dotdigital stay; the file only fills fields that are empty."),
            checked=gettext_noop(
                "Only fields that are empty in Dotdigital are filled. Existing values do not change."
            ),
            checked_clearing=gettext_noop(
                "Only fields that are empty in Dotdigital are filled. You also chose that blank cells erase values. "
                "Dotdigital does not document whether they do with this rule: values may be erased."
            ),
        ),
    ),
)

LEAVE, CLEAR = "leave", "clear"
BLANK_CELLS = Policy(
    "blankCells",
    gettext_noop("Blank cells"),
    (
        BlankPolicy(
            LEAVE,
            gettext_noop("Change nothing"),
            gettext_noop("A blank cell sends nothing, so the value in Dotdigital stays."),
            effect=gettext_noop("Blank cells change nothing."),
        ),
        BlankPolicy(
            CLEAR,
            gettext_noop("Clear the field"),
            gettext_noop("A blank cell erases the value that Dotdigital has in that field."),
            effect=gettext_noop("Blank cells erase the value that Dotdigital has in their field."),
            clears=True,
        ),
    ),
)

KEEP_LAST, KEEP_FIRST, REJECT = "keepLast", "keepFirst", "reject"
DUPLICATES = Policy(
    "duplicates",
    gettext_noop("The same contact in several rows"),
    (
        DuplicatePolicy(
            KEEP_LAST,
            gettext_noop("Keep the last row"),
            gettext_noop("The row furthest down is imported, the others are not."),
            stands=pl.Expr.max,
            prefers_later=True,
        ),
        DuplicatePolicy(
            KEEP_FIRST,
            gettext_noop("Keep the first row"),
            gettext_noop("The row furthest up is imported, the others are not."),
            stands=pl.Expr.min,
        ),
        DuplicatePolicy(
            REJECT, gettext_noop("Leave all of them out"), gettext_noop("None of these rows is imported.")
        ),
    ),
)

LEAVE_OUT = "leaveOut"
INVALID_VALUES = Policy(
    "invalidValues",
    gettext_noop("Values that cannot be used"),
    (
        InvalidPolicy(
            LEAVE_OUT, gettext_noop("Leave out the value"), gettext_noop("The rest of its row is imported.")
        ),
        InvalidPolicy(
            REJECT,
            gettext_noop("Leave out the row"),
            gettext_noop("Nothing of that row is imported."),
            rejects_row=True,
        ),
    ),
)

FILE_POLICIES: tuple[Policy[PolicyOption], ...] = (
    MATCHING,
    MERGING,
    BLANK_CELLS,
    DUPLICATES,
    INVALID_VALUES,
)
"""What is chosen for a whole file, in the order of the page."""

KEEP, BLANK, REPAIR = "keep", "blank", "repair"
PLACEHOLDERS = Policy(
    "placeholders",
    gettext_noop("Words that stand for nothing"),
    (
        PlaceholderPolicy("", gettext_noop("Leave them out; nothing is erased")),
        PlaceholderPolicy(BLANK, gettext_noop("Treat them as blank cells"), blanks=True),
        PlaceholderPolicy(KEEP, gettext_noop("Send them unchanged"), keeps=True),
    ),
)
GUARDS = Policy(
    "guards",
    gettext_noop("Apostrophe or prefix before every value"),
    (
        GuardPolicy("", gettext_noop("Remove it")),
        GuardPolicy(KEEP, gettext_noop("Leave unchanged"), removes=False),
    ),
)
GARBLED = Policy(
    "garbled",
    gettext_noop("Garbled text, such as RenÃ©e or Ren&eacute;e"),
    (
        GarbledPolicy("", gettext_noop("Send it unchanged and list it")),
        GarbledPolicy(REPAIR, gettext_noop("Repair it"), repairs=True),
        GarbledPolicy(KEEP, gettext_noop("Send it unchanged"), notes=False),
    ),
)
FIRST_NAME, LAST_NAME = "firstName", "lastName"
NAME_PARTS = Policy(
    "part",
    gettext_noop("Use"),
    (
        PolicyOption("", gettext_noop("The whole cell")),
        PolicyOption(FIRST_NAME, gettext_noop("Only the first name")),
        PolicyOption(LAST_NAME, gettext_noop("Only the last name")),
    ),
)
FIRST_LAST, LAST_FIRST = "firstLast", "lastFirst"
NAME_ORDERS = Policy(
    "nameOrder",
    gettext_noop("Order of full names"),
    (
        PolicyOption("", gettext_noop("As the header says")),
        PolicyOption(FIRST_LAST, gettext_noop("First name, last name")),
        PolicyOption(LAST_FIRST, gettext_noop("Last name, first name")),
    ),
)
LETTER_CASES = Policy(
    "case",
    gettext_noop("Letter case"),
    (
        CasePolicy("", gettext_noop("As in the file")),
        CasePolicy("lower", gettext_noop("all lower case"), change=lower_case),
        CasePolicy("upper", gettext_noop("ALL CAPITALS"), change=upper_case),
        CasePolicy("title", gettext_noop("Every Word Capitalised"), change=title_case),
    ),
)
"""What is chosen for a column. "" is what a mapping says nothing of."""

DEFAULT_SEPARATOR = " "
"""What stands between cells that are joined."""
