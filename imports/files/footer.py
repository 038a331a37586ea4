"""What stands below the contacts and is none: totals, remarks, copyright lines."""

import re
from collections.abc import Sequence

from imports.files.evidence import TYPED, Kind
from imports.files.glanced import GlancedRow, Record, dominant_kind, least_fill

TAIL_ROWS = 30
"""How many of a file's last records are looked at."""

# Whole cells, in the languages of the exports people have; what follows a total is a number or nothing.
_TOTAL = re.compile(
    r"(?:grand |sub-?)?total(?:s|e|en|es|er)?|summe|gesamt(?:summe)?|insgesamt|total g[ée]n[ée]ral|somme|totale"
    r"|totaal|razem|łącznie|celkem|итого|всего|合計|总计|total(?:s|e)? (?:rows|records|contacts|count)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:©|\(c\)|copyright\b).*"
    r"|page \d+(?: (?:of|/) \d+)?|seite \d+(?: von \d+)?|page \d+ sur \d+"
    r"|(?:report |file |list )?(?:generated|exported|created|printed|downloaded) (?:on|by|at|from|with)\b.*"
    r"|(?:erstellt|exportiert|gedruckt) (?:am|von|mit)\b.*|(?:généré|exporté|créé) (?:le|par)\b.*"
    r"|end of (?:report|file|list|data)\b.*|ende (?:des berichts|der liste|der datei)\b.*"
    r"|\(?\d[\d,. ]* (?:rows?|records?|contacts?|entries|results?|zeilen|datensätze|lignes|filas|righe)"
    r"(?: (?:affected|selected|returned|exported|in set|total|found))?\.?\)?"
    r"|[-=_*+]{3,}",
    re.IGNORECASE,
)
# What may be a person's or a company's name too, and is none where a blank row is above it.
_TOTAL_SET_APART = re.compile(r"sum|suma|soma", re.IGNORECASE)
_REMARK_SET_APART = re.compile(
    r"(?:confidential|vertraulich|confidentiel)\b.*|(?:source|quelle|note|notes|hinweis) ?:.*|(?:\S+\s+){3,}\S.*",
    re.IGNORECASE | re.DOTALL,
)
_MAX_REMARK_CHARS = 500
_MIN_WIDTH_FOR_REMARKS = 3
_MIN_WIDTH_FOR_FEW_WORDS = 4
_FEW_WORDS_FILL = 0.4


def find_footer(tail: Sequence[Record], width: int) -> tuple[int, ...]:
    """The rows at the end of a file that hold something but are no contact, told from its last records.

    They are totals, remarks and copyright lines, a few words where only values should be, and single cells of text
    below a blank row. A row with an e-mail address, a telephone number or a link in it is never one of them. `width`
    is the table's.
    """
    found: list[int] = []
    rows = [GlancedRow.of(row, cells) for row, cells in tail]
    body = [row for row in rows if row.fill >= least_fill(width)]
    values = {place for place in range(width) if dominant_kind(body, place) in TYPED}
    is_remark = False
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if not row.fill:
            continue
        if row.may_be_contact or width < 2:
            break
        # A single cell of text right above a remark belongs to it, wherever it stands.
        is_remark = _is_few_words(row, width) and (
            values.issuperset(row.places()) or (is_remark and row.fill == 1)
        )
        is_apart = _is_set_apart(rows, index)
        if not (is_remark or _is_total(row, is_apart) or _is_worded_so(row, width, is_apart)):
            break
        found.append(row.number)
    return tuple(reversed(found))


def _is_total(row: GlancedRow, is_apart: bool) -> bool:
    """Whether the row says that it is a total, and has numbers and nothing else beside."""
    first, *others = row.places()
    word = row.cell(first).rstrip(" :.")
    is_named = _TOTAL.fullmatch(word) or (is_apart and _TOTAL_SET_APART.fullmatch(word))
    return bool(is_named) and all(row.kind(place) in {Kind.NUMBER, Kind.FLAG, Kind.DATE} for place in others)


def _is_worded_so(row: GlancedRow, width: int, is_apart: bool) -> bool:
    """Whether the row is a single remark, told by its words."""
    (first, *others) = row.places()
    text = row.cell(first)[:_MAX_REMARK_CHARS]
    if others:
        return False
    return bool(_REMARK.fullmatch(text)) or (
        is_apart and width >= _MIN_WIDTH_FOR_REMARKS and bool(_REMARK_SET_APART.fullmatch(text))
    )


def _is_few_words(row: GlancedRow, width: int) -> bool:
    """Whether the row is a few words and nothing else."""
    return (
        width >= _MIN_WIDTH_FOR_FEW_WORDS
        and row.fill <= width * _FEW_WORDS_FILL
        and all(row.kind(place) is Kind.TEXT for place in row.places())
    )


def _is_set_apart(rows: Sequence[GlancedRow], index: int) -> bool:
    """Whether there is a blank row, and nothing else but single cells, between the row and the table."""
    for row in reversed(rows[:index]):
        if not row.fill:
            return True
        if row.fill > 1:
            return False
    return False
