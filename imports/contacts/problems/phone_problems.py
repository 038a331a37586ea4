"""What the check says of phone numbers."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

_COUNTRY = gettext_noop(
    "Without a country code: choose in the mapping which country such numbers are from, or write them with + and "
    "their country code. With one: correct the number."
)

PROBLEMS: dict[str, ProblemType] = {
    "phone_scientific": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that a spreadsheet shortened"),
        gettext_noop("“{original}” is a number that Excel shortened; its last digits are gone."),
        gettext_noop("Format the column as text in the original file and upload it again."),
    ),
    "phone_several": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("More than one phone number in a cell"),
        gettext_noop("“{original}” holds more than one phone number."),
        gettext_noop("Keep the mobile number and give the others columns of their own."),
    ),
    "phone_not_a_number": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not phone numbers"),
        gettext_noop("“{original}” is not one phone number and nothing else."),
        gettext_noop("Keep one number, without words, in the cell and upload the file again."),
    ),
    "phone_region_missing": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers of no known country"),
        gettext_noop("“{original}” has no country code, and nothing says which country it is in."),
        _COUNTRY,
    ),
    "phone_ambiguous": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that could be two different numbers"),
        gettext_noop(
            "“{original}” can be read as two different numbers: without its first 0, or without its +."
        ),
        gettext_noop(
            "Say in the mapping that the numbers of this column begin with their country code, or write "
            "them with +."
        ),
    ),
    "phone_plus_missing": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that seem to have lost their +"),
        gettext_noop(
            "“{original}” is not a number of {result}. With + before it, it would be a number of another "
            "country."
        ),
        gettext_noop(
            "If that is what is meant, say in the mapping that the numbers of this column begin with "
            "their country code."
        ),
    ),
    "phone_country_code": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers with an unknown country code"),
        gettext_noop("“{original}” begins with a country code that does not exist."),
        CORRECT,
    ),
    "phone_too_short": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that are too short"),
        gettext_noop("“{original}” has too few digits for {result}."),
        _COUNTRY,
    ),
    "phone_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that are too long"),
        gettext_noop("“{original}” has too many digits for {result}."),
        _COUNTRY,
    ),
    "phone_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Phone numbers that do not exist"),
        gettext_noop("“{original}” has the right length, but {result} has no such numbers."),
        _COUNTRY,
    ),
    "phone_not_mobile": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Phone numbers that are not mobile numbers"),
        gettext_noop(
            "“{original}” is not a mobile number in the numbering plan of {result}, so it may take no text "
            "messages."
        ),
        gettext_noop(
            "Check that the number is a mobile one, and in the mapping which country numbers without a country code "
            "are from. It is sent as it was read."
        ),
    ),
    "phone_digits_converted": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers in other digits"),
        gettext_noop("“{original}” was written in digits other than 0 to 9."),
        CHECK_RESULT,
    ),
    "phone_unwrapped": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers with other characters removed"),
        gettext_noop("“{original}” had an apostrophe, quotation marks, tel: or p: around the number."),
        CHECK_RESULT,
    ),
    "phone_scientific_restored": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers that a spreadsheet wrote with an exponent"),
        gettext_noop("“{original}” has all its digits still, and was written out again."),
        CHECK_RESULT,
    ),
    "phone_decimals_removed": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers with decimals"),
        gettext_noop("“{original}” ends in the decimals of a number in a spreadsheet."),
        CHECK_RESULT,
    ),
    "phone_extension_dropped": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone extensions dropped"),
        gettext_noop("“{original}” has an extension, which a mobile number cannot have."),
        CHECK_RESULT,
    ),
    "phone_prefix_replaced": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers that began with 00 or another dialling prefix"),
        gettext_noop("“{original}” begins with what is dialled for abroad, in place of +."),
        CHECK_RESULT,
    ),
    "phone_trunk_dropped": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers with digits that are dialled only inside a country"),
        gettext_noop(
            "“{original}” has digits, such as a 0 after the country code, that are dialled only inside "
            "its country."
        ),
        CHECK_RESULT,
    ),
    "phone_renumbered": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers of a numbering plan that was replaced"),
        gettext_noop("“{original}” has the 1 that Mexico dialled before mobile numbers until 2019."),
        CHECK_RESULT,
    ),
    "phone_plus_restored": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers that had lost their +"),
        gettext_noop("“{original}” begins with the code of its country; the + before it was missing."),
        CHECK_RESULT,
    ),
    "phone_zero_restored": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Phone numbers that had lost their first 0"),
        gettext_noop(
            "“{original}” is a number of its country without its first 0, which spreadsheets cut off."
        ),
        CHECK_RESULT,
    ),
}
