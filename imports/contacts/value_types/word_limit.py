"""How long the cells of all types can be that have only a few words."""

from imports.contacts.value_types.value_type import cell_limit
from imports.messages import gettext_noop

WORD_LIMIT = cell_limit(
    250,
    "word_too_long",
    gettext_noop("Words in cells that are too long"),
    gettext_noop(
        "The cell is longer than 250 characters, so it holds more than one word for one of the values that can stand "
        "here."
    ),
)
