"""What the check says of any value, and of texts."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "placeholder": ProblemType(
        ProblemKind.ABSENT,
        "Placeholders for no value",
        "“{original}” stands for no value.",
        "Nothing needs doing. Where it is meant as it stands, choose for the column that such words are sent.",
    ),
    "placeholder_possible": ProblemType(
        ProblemKind.DOUBTFUL,
        "Words that may stand for no value",
        "“{original}” is a name, or what a program writes for no value.",
        "Say in the mapping that it stands for nothing, or send it as it is.",
    ),
    "text_entities": ProblemType(
        ProblemKind.DOUBTFUL,
        "Texts with codes of web pages",
        "“{original}” has codes of web pages, such as &eacute; for é, in place of letters.",
        "Choose for the column that garbled texts are repaired, or send it as it is.",
    ),
    "text_misread": ProblemType(
        ProblemKind.DOUBTFUL,
        "Texts with letters of the wrong encoding",
        "“{original}” was written in one encoding and read in another, as RenÃ©e for Renée.",
        "Choose for the column that garbled texts are repaired, or send it as it is.",
    ),
    "entities_decoded": ProblemType(
        ProblemKind.CHANGED,
        "Codes of web pages replaced by their letters",
        "“{original}” had codes of web pages, such as &eacute; for é.",
        CHECK_RESULT,
    ),
    "text_redecoded": ProblemType(
        ProblemKind.CHANGED,
        "Texts read again in their own encoding",
        "“{original}” had been read in the wrong encoding.",
        CHECK_RESULT,
    ),
    "spaces_trimmed": ProblemType(
        ProblemKind.CHANGED, "Spaces removed", "“{original}” had spaces before or after it.", CHECK_RESULT
    ),
    "apostrophe_removed": ProblemType(
        ProblemKind.CHANGED,
        "Leading apostrophes removed",
        "“{original}” begins with the apostrophe by which a spreadsheet keeps a cell as text.",
        CHECK_RESULT,
    ),
    "prefix_removed": ProblemType(
        ProblemKind.CHANGED,
        "Prefixes of an export removed",
        "“{original}” begins with the prefix by which an export names the kind of its values.",
        CHECK_RESULT,
    ),
    "guard_alone": ProblemType(
        ProblemKind.ABSENT,
        "Nothing but a guarding apostrophe or prefix",
        "“{original}” is the mark that an export puts before its values, and no value follows.",
        "Nothing needs doing, unless something should stand there.",
    ),
    "text_too_long": ProblemType(
        ProblemKind.INVALID,
        "Texts that are too long",
        "The text is longer than 1,000 characters, the most that a data field holds.",
        "Shorten it in the file and upload the file again.",
    ),
    "letters_lost": ProblemType(
        ProblemKind.INVALID,
        "Letters that were lost",
        "“{original}” has “�” where letters were lost, when the file was made or read.",
        "Choose the encoding that the file was saved in, or correct it in the file and upload the file again.",
    ),
    "text_controls_alone": ProblemType(
        ProblemKind.ABSENT,
        "Nothing but control characters",
        "The cell holds control characters, which nobody can see, and nothing else.",
        "Nothing needs doing, unless something should stand there.",
    ),
    "name_part_missing": ProblemType(
        ProblemKind.ABSENT,
        "Names without the other part",
        "“{original}” holds no such part of a name, so nothing is sent here.",
        "Nothing needs doing, unless it should be two names.",
    ),
    "text_controls_removed": ProblemType(
        ProblemKind.CHANGED,
        "Control characters removed",
        "The text held control characters, which nobody can see.",
        CHECK_RESULT,
    ),
    "name_split": ProblemType(
        ProblemKind.CHANGED,
        "Whole names split",
        "“{original}” holds a whole name, of which “{result}” is sent here.",
        CHECK_RESULT,
    ),
    "name_ambiguous": ProblemType(
        ProblemKind.DOUBTFUL,
        "Names that can be split in two ways",
        "Nothing tells where the first name ends in “{original}”.",
        "Write it as last name, comma, first name, or send it as it is.",
    ),
}
