"""How much like a table of contacts a text looks when it is cut by a delimiter."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from imports.files.evidence import TYPED, CellKind
from imports.files.text.lines import DELIMITERS, split_lines
from imports.files.text.quoting import Quoting, choose_quoting, hide_quoted
from imports.files.text.worth import SOME_ADDRESS, appraise, is_addresses

SAMPLE_RECORDS = 2_000
SAMPLED_RECORDS = 40
_MAX_SAMPLED_COLUMNS = 40
# Characters that are at home in names, numbers, dates and addresses separate cells only in a table that shows it.
AT_HOME_IN_CELLS = frozenset(" -@/:_")
_USUAL, _UNUSUAL, _DISTRUSTED = 1.0, 0.5, 0.3
MIN_SCORE = 0.08
# The first row of a table may be a title, which has no delimiter, or lack the last names of the columns.
_TITLE_FIRST = 0.5
_OTHER_WIDTH_FIRST = 0.8
# "Smith, Ana": a comma that a space always follows is more often one of prose.
_PROSE = 0.5
_ADDRESSES_CUT_UP = 0.25
_CONTACTS_SET_APART = 1.25
# What a cell is worth, and a column of them.
_TYPED_COLUMN = 1.0
_BLANK_COLUMN = 0.5
_MOSTLY = 0.6
NEARLY_ALL = 0.8
_CONTACT_KINDS = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.DATE})


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """What the top of a file looks like when cut by `delimiter`: `score` from 0 up, `shape` the same by nothing
    but the widths of the records."""

    delimiter: str
    width: int
    score: float = 0.0
    shape: float = 0.0
    regular: float = 0.0
    """The share of the records, from the first to the last of the usual width, that have that width."""
    share: float = 0.0
    """The share of all the records that have the usual width."""
    rows: int = 0
    is_first_alike: bool = False
    """Whether the file's first record has the usual width."""
    contacts: frozenset[CellKind] = frozenset()
    """The kinds of contact data that have a column of their own."""
    cuts_addresses: bool = False
    """Whether the lines have e-mail addresses and no column does."""

    @property
    def rank(self) -> float:
        """What the best table has most of: a table may be one although it cuts addresses up, but not if another
        does not."""
        return self.score * (_ADDRESSES_CUT_UP if self.cuts_addresses else 1)


def prior(delimiter: str) -> float:
    """How likely a character separates cells before a look at the table."""
    if delimiter in DELIMITERS:
        return _USUAL
    return _DISTRUSTED if delimiter in AT_HOME_IN_CELLS else _UNUSUAL


def judge(top: str, delimiter: str, stated_quote: str | None) -> JudgedTable:
    """How much like a table of contacts the sample looks when cut by `delimiter`."""
    quoting = choose_quoting(top, delimiter, stated_quote)
    if quoting and quoting.paired:
        top = hide_quoted(top, delimiter, quoting)
    records = [line.rstrip("\r\n").split(delimiter) for line in islice(split_lines(top), SAMPLE_RECORDS)]
    filled = [record for record in records if any(map(str.strip, record))]
    widths = Counter(map(len, filled))
    # Of widths that are equally common, that of the first row, which names the columns as a rule.
    width = max(
        (width for width in widths if width > 1),
        key=lambda width: (widths[width], width == len(filled[0]), width),
        default=1,
    )
    if width == 1:
        # Delimiters and nothing between them: a table of blank rows, if only just.
        width = 1 if filled else max(map(len, records), default=1)
        return JudgedTable(delimiter, width, score=MIN_SCORE * (width > 1))

    places = [place for place, record in enumerate(filled) if len(record) == width]
    body = filled[places[0] : places[-1] + 1]
    regular = len(places) / len(body)
    cut = sum(len(record) > 1 for record in body) / len(body)
    shape = (
        (0.75 * regular + 0.25 * cut)
        * (len(body) / len(filled)) ** 0.5
        * (1 - 1 / width)
        * (len(places) / (len(places) + 0.5))
        * prior(delimiter)
    )
    first = len(filled[0])
    if first != width:
        shape *= _TITLE_FIRST if first == 1 else _OTHER_WIDTH_FIRST
    if _is_prose(top, delimiter):
        shape *= _PROSE

    rows = _spread([record for record in body if len(record) == width])
    worth, contacts = _judge_cells(rows, delimiter, quoting)
    return JudgedTable(
        delimiter,
        width,
        score=shape * worth * (_CONTACTS_SET_APART if contacts else 1),
        shape=shape,
        regular=regular,
        share=len(places) / len(filled),
        rows=len(places),
        is_first_alike=first == width,
        contacts=contacts,
        cuts_addresses=_cuts_addresses(filled, width),
    )


def _spread(records: list[list[str]]) -> list[list[str]]:
    """A few of the records, from all over the table but for its first, which may hold the names of columns."""
    records = records[1:] or records
    return records[:: max(1, len(records) // SAMPLED_RECORDS)][:SAMPLED_RECORDS]


def _is_prose(text: str, delimiter: str) -> bool:
    """Whether a space follows nearly every comma, and no quote follows that."""
    if delimiter == "\t":
        return False
    count = text.count(delimiter)
    return text.count(f"{delimiter} ") - text.count(f'{delimiter} "') > NEARLY_ALL * count


def _judge_cells(
    rows: list[list[str]], delimiter: str, quoting: Quoting | None
) -> tuple[float, frozenset[CellKind]]:
    """What the columns are worth on average, and the kinds of contact data that have one of their own."""
    quote = quoting.quote if quoting and quoting.paired else None
    worths: list[float] = []
    contacts: set[CellKind] = set()
    for column in islice(zip(*rows, strict=True), _MAX_SAMPLED_COLUMNS):
        appraised = [appraisal for cell in column if (appraisal := appraise(cell, delimiter, quote))]
        if not appraised:
            worths.append(_BLANK_COLUMN)
            continue
        kind, count = Counter(kind for kind, _ in appraised).most_common(1)[0]
        is_typed = kind in TYPED and count >= NEARLY_ALL * len(appraised)
        worths.append(_TYPED_COLUMN if is_typed else sum(worth for _, worth in appraised) / len(appraised))
        if kind in _CONTACT_KINDS and count >= _MOSTLY * len(appraised):
            contacts.add(kind)
    return sum(worths) / len(worths), frozenset(contacts)


def _cuts_addresses(records: list[list[str]], width: int) -> bool:
    """Whether most e-mail addresses share their cell with something else, or stand outside the table."""
    records = records[:: max(1, len(records) // SAMPLED_RECORDS)]
    found = apart = 0
    for record in records:
        cells = [cell for cell in record if SOME_ADDRESS.search(cell)]
        found += bool(cells)
        apart += len(record) == width and any(map(is_addresses, cells))
    return found >= 2 and apart < found / 2
