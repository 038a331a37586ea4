"""Words of people and programs, as data: adding a language is adding lines."""

YES_WORDS = frozenset(
    {
        "yes", "y", "true", "t", "1", "on", "x", "subscribed",  # English and programs
        "ja", "j", "wahr",  # German
    }
)  # fmt: skip
NO_WORDS = frozenset(
    {
        "no", "n", "false", "f", "0", "off", "unsubscribed",  # English and programs
        "nein", "falsch",  # German
    }
)  # fmt: skip

PLACEHOLDERS = frozenset(
    {"n/a", "#n/a", "na", "null", "none", "nil", "-", "--", "---", "0.0.00", "00.00.0000", "00/00/0000", "0000-00-00"}
)
