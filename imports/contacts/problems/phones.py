"""What the check says of phone numbers."""

from imports.contacts.problems.kinds import CHECK_RESULT, CORRECT, Kind, ProblemType

_COUNTRY = "Write the number with + and its country code, or map the column that holds the country."

PROBLEMS: dict[str, ProblemType] = {
    "phone_scientific": ProblemType(
        Kind.INVALID,
        "Phone numbers that a spreadsheet shortened",
        "“{original}” is a number that Excel shortened; its last digits are gone.",
        "Format the column as text in the original file and upload it again.",
    ),
    "phone_not_a_number": ProblemType(
        Kind.INVALID,
        "Not phone numbers",
        "“{original}” is not one phone number and nothing else.",
        "Keep one number, without words, in the cell and upload the file again.",
    ),
    "phone_region_missing": ProblemType(
        Kind.INVALID,
        "Phone numbers of no known country",
        "“{original}” has no country code, and nothing says which country it is in.",
        _COUNTRY,
    ),
    "phone_country_code": ProblemType(
        Kind.INVALID,
        "Phone numbers with an unknown country code",
        "“{original}” begins with a country code that does not exist.",
        CORRECT,
    ),
    "phone_too_short": ProblemType(
        Kind.INVALID,
        "Phone numbers that are too short",
        "“{original}” has too few digits for its country.",
        _COUNTRY,
    ),
    "phone_too_long": ProblemType(
        Kind.INVALID,
        "Phone numbers that are too long",
        "“{original}” has too many digits for its country.",
        _COUNTRY,
    ),
    "phone_invalid": ProblemType(
        Kind.INVALID,
        "Phone numbers that do not exist",
        "“{original}” has the right length, but its country has no such numbers.",
        _COUNTRY,
    ),
    "phone_digits_converted": ProblemType(
        Kind.CHANGED,
        "Phone numbers in other digits",
        "“{original}” was written in digits other than 0 to 9.",
        CHECK_RESULT,
    ),
    "phone_unwrapped": ProblemType(
        Kind.CHANGED,
        "Phone numbers freed of what was around them",
        "“{original}” had an apostrophe, quotation marks or tel: around the number.",
        CHECK_RESULT,
    ),
    "phone_decimals_removed": ProblemType(
        Kind.CHANGED,
        "Phone numbers with decimals",
        "“{original}” ends in the decimals of a number in a spreadsheet.",
        CHECK_RESULT,
    ),
    "phone_extension_dropped": ProblemType(
        Kind.CHANGED,
        "Phone extensions dropped",
        "“{original}” has an extension, which a mobile number cannot have.",
        CHECK_RESULT,
    ),
    "phone_prefix_replaced": ProblemType(
        Kind.CHANGED,
        "Phone numbers that began with 00",
        "“{original}” begins with 00 in place of +.",
        CHECK_RESULT,
    ),
}
