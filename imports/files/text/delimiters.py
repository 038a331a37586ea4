"""What separates the cells of a text file: every character that could is tried, and the best table counts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from imports.files.decisions import Decision
from imports.files.evidence import TYPED
from imports.files.text.judging import (
    AT_HOME_IN_CELLS,
    MIN_SCORE,
    NEARLY_ALL,
    SAMPLED_RECORDS,
    JudgedTable,
    judge,
    prior,
)
from imports.files.text.lines import DELIMITERS, split_lines
from imports.files.text.worth import MAY_HOLD_COMMA, SOME_ADDRESS, cell_kind, is_addresses

_NEVER_DELIMITERS = frozenset("\"'`.()[]{}<>+")
_SEPARATING_CATEGORIES = frozenset({"Pc", "Pd", "Po", "Sc", "Sk", "Sm", "So", "Zs", "Cc"})
_MAX_UNUSUAL = 4
_MAX_UNUSUAL_TRIED = 20
_MAX_UNUSUAL_LINES = 200
_MIN_UNUSUAL_SHARE = 0.6
_MIN_UNUSUAL_REGULAR = 0.9
# With a usual delimiter this good, no other is looked for.
_GOOD_SCORE = 0.2
MAX_CONFIDENCE = 0.99
_MIN_CERTAIN = 0.65

# Of a column that seems to be several, as in text of fixed width.
_DOUBT_OF_MORE_COLUMNS = 0.6
_GAP = re.compile(r"\S {2,}(?=\S)")


def unusual_delimiters(top: str, quote: str | None) -> list[str]:
    """Characters that occur equally often in most lines, the most regular first, and are no usual delimiter."""
    lines = [line for line in split_lines(top) if line.strip()][:_MAX_UNUSUAL_LINES]
    if len(lines) < 2:
        return []
    shares: dict[str, float] = {}
    tried = (
        character
        for character, count in Counter("".join(lines)).most_common()
        if count >= len(lines) * _MIN_UNUSUAL_SHARE and _may_separate(character) and character != quote
    )
    for character in islice(tried, _MAX_UNUSUAL_TRIED):
        counts = Counter(filter(None, (line.count(character) for line in lines)))
        shares[character] = max(counts.values()) / len(lines)
    regular = (character for character, share in shares.items() if share >= _MIN_UNUSUAL_SHARE)
    return sorted(regular, key=lambda character: (prior(character), shares[character]), reverse=True)[
        :_MAX_UNUSUAL
    ]


def _may_separate(character: str) -> bool:
    return (
        character not in DELIMITERS
        and character not in _NEVER_DELIMITERS
        and character not in "\r\n\0"
        and unicodedata.category(character) in _SEPARATING_CATEGORIES
    )


def choose_table(top: str, unusual: Sequence[str], quote: str | None) -> tuple[JudgedTable, Decision]:
    """The best table that can be made of the sample, or one column of it."""
    tables = [judge(top, one, quote) for one in DELIMITERS if one in top and one != quote]
    if _is_single_kind(top):
        # A date with a time may hold a comma, a number too; then so does the first row if it is to be a table.
        tables = [table for table in tables if table.is_first_alike]
    elif max((table.rank for table in tables), default=0.0) < _GOOD_SCORE:
        others = (judge(top, one, quote) for one in unusual)
        tables += [table for table in others if _is_convincing(table)]
    tables.sort(key=lambda table: table.rank, reverse=True)
    best = tables[0] if tables else None
    if best is None or best.score < MIN_SCORE:
        doubt = best.score / MIN_SCORE / 2 if best else 0.0
        if _looks_wider(top):
            doubt = max(doubt, _DOUBT_OF_MORE_COLUMNS)
        return JudgedTable(absent_delimiter(top), 1), Decision(
            round(MAX_CONFIDENCE - doubt, 2), "single_column"
        )
    runner_up = tables[1].rank if len(tables) > 1 else 0.0
    margin = best.rank / (best.rank + runner_up)
    # How far ahead of the next it is, how regular, and how much there is to go by.
    confidence = min(MAX_CONFIDENCE, margin * (1 + best.regular) / 2 * min(1, _MIN_CERTAIN + best.rank))
    by_shape = max(tables, key=lambda table: table.shape)
    return best, Decision(round(confidence, 2), "shape" if by_shape is best else "contacts")


def _is_convincing(table: JudgedTable) -> bool:
    """Whether an unusual delimiter makes a table so regular that it is hardly chance."""
    if table.regular < _MIN_UNUSUAL_REGULAR or table.rows < 2:
        return False
    if table.delimiter in AT_HOME_IN_CELLS:
        return table.is_first_alike and table.share >= _MIN_UNUSUAL_REGULAR and bool(table.contacts)
    return table.is_first_alike or (table.rows >= 3 and table.width >= 3)


def _is_single_kind(top: str) -> bool:
    """Whether each line as a whole, but for the first, looks like one value of the same kind."""
    lines = [line.strip(" \r\n") for line in split_lines(top) if line.strip()][: SAMPLED_RECORDS + 1]
    lines = lines[1:] or lines
    kinds = Counter(
        kind
        for line in lines
        if (kind := cell_kind(line)) in TYPED
        and not any(one in line for one in DELIMITERS if one != "," or kind not in MAY_HOLD_COMMA)
    )
    return any(count >= NEARLY_ALL * len(lines) for count in kinds.values())


def _looks_wider(top: str) -> bool:
    """Whether most lines hold more than one thing: cells with spaces between them, or an address among words."""
    lines = [line.strip() for line in split_lines(top) if line.strip()][:_MAX_UNUSUAL_LINES]
    wide = sum(
        len(_GAP.findall(line)) > 1 or (SOME_ADDRESS.search(line) is not None and not is_addresses(line))
        for line in lines
    )
    return len(lines) > 1 and wide >= _MIN_UNUSUAL_SHARE * len(lines)


def absent_delimiter(sample: str) -> str:
    """What to split a single column by: preferably nothing that its cells contain."""
    return next((delimiter for delimiter in DELIMITERS if delimiter not in sample), "\x1f")
