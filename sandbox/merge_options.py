"""The merge options of an import call, and what each does to the data fields and identifiers of a contact."""

from typing import NamedTuple


class MergeRule(NamedTuple):
    """`replaces`: an incoming value replaces the stored one; without it only what is blank on the contact is filled.
    `clears`: a blank incoming value clears the data field."""

    replaces: bool = True
    clears: bool = False


DEFAULT_MERGE_OPTION = "overwrite"
MERGE_OPTIONS = {
    DEFAULT_MERGE_OPTION: MergeRule(clears=True),
    "overwriteIfNotEmpty": MergeRule(),
    "overwriteIfEmpty": MergeRule(replaces=False),
}
