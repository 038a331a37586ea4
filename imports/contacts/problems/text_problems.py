"""What the check says of any value, of texts, and of cells in which a spreadsheet shows no value."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    # Any value, and texts
    "placeholder": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Placeholders for no value"),
        gettext_noop("“{original}” stands for no value."),
        gettext_noop(
            "You do not need to do anything. Where it is meant as it stands, choose for the column that "
            "such words are sent."
        ),
    ),
    "placeholder_possible": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Words that may stand for no value"),
        gettext_noop("“{original}” is a name, or what a program writes for no value."),
        gettext_noop("Say in the mapping that it stands for nothing, or send it as it is."),
    ),
    "text_entities": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Texts with codes of web pages"),
        gettext_noop("“{original}” has codes of web pages, such as &eacute; for é, in place of letters."),
        gettext_noop("Choose for the column that garbled texts are repaired, or send it as it is."),
    ),
    "text_misread": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Texts with letters of the wrong encoding"),
        gettext_noop("“{original}” was written in one encoding and read in another, as RenÃ©e for Renée."),
        gettext_noop("Choose for the column that garbled texts are repaired, or send it as it is."),
    ),
    "entities_decoded": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Codes of web pages replaced by their letters"),
        gettext_noop("“{original}” had codes of web pages, such as &eacute; for é."),
        CHECK_RESULT,
    ),
    "text_redecoded": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Texts read again in their own encoding"),
        gettext_noop("“{original}” had been read in the wrong encoding."),
        CHECK_RESULT,
    ),
    "spaces_trimmed": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Spaces removed"),
        gettext_noop("“{original}” had spaces before or after it."),
        CHECK_RESULT,
    ),
    "apostrophe_removed": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Leading apostrophes removed"),
        gettext_noop("“{original}” begins with the apostrophe by which a spreadsheet keeps a cell as text."),
        CHECK_RESULT,
    ),
    "prefix_removed": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Prefixes of an export removed"),
        gettext_noop("“{original}” begins with the prefix by which an export names the kind of its values."),
        CHECK_RESULT,
    ),
    "guard_alone": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Nothing but a guarding apostrophe or prefix"),
        gettext_noop("“{original}” is the mark that an export puts before its values, and no value follows."),
        gettext_noop("You do not need to do anything, unless there should be a value."),
    ),
    "text_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Texts that are too long"),
        gettext_noop("The text is longer than 1,000 characters, the most that a data field holds."),
        gettext_noop("Shorten it in the file and upload the file again."),
    ),
    "letters_lost": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Letters that were lost"),
        gettext_noop("“{original}” has “�” where letters were lost, when the file was made or read."),
        gettext_noop(
            "Choose the encoding that the file was saved in, or correct it in the file and upload the "
            "file again."
        ),
    ),
    "text_controls_alone": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Nothing but control characters"),
        gettext_noop("The cell holds control characters, which nobody can see, and nothing else."),
        gettext_noop("You do not need to do anything, unless there should be a value."),
    ),
    "name_part_missing": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Names without the other part"),
        gettext_noop("“{original}” does not have this part of a name, so nothing is sent here."),
        gettext_noop("You do not need to do anything, unless it should be two names."),
    ),
    "text_controls_removed": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Control characters removed"),
        gettext_noop("The text held control characters, which nobody can see."),
        CHECK_RESULT,
    ),
    "name_split": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Whole names split"),
        gettext_noop("“{original}” holds a whole name, of which “{result}” is sent here."),
        CHECK_RESULT,
    ),
    "name_ambiguous": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Names that can be split in two ways"),
        gettext_noop("Nothing tells where the first name ends in “{original}”."),
        gettext_noop("Write it as last name, comma, first name, or send it as it is."),
    ),
    # Cells in which a spreadsheet shows no value
    "formula_error": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Errors of formulas"),
        gettext_noop("“{original}” is the error of a formula, so there is no value to send."),
        gettext_noop(
            "Correct the formula in the file, or put the value in its place, and upload the file again."
        ),
    ),
    "formula_not_calculated": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Formulas that were never calculated"),
        gettext_noop("The cell holds a formula whose result is not in the file."),
        gettext_noop("Open the file in a spreadsheet program, save it, and upload it again."),
    ),
}
