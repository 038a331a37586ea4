r"""How a text file separates, quotes and escapes its cells, judged by the table that comes of it.

Every character that could separate cells is tried on the top of the file. The table it makes is the better, the
more its rows are alike in width, and the more its columns hold one kind of thing each: addresses, telephone
numbers, dates, plain words. Files with a comma in every line and semicolons between the cells, or with one
column of telephone numbers with spaces, are told apart by that.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from imports.files.decisions import STATED, Decision
from imports.files.evidence import TYPED, Kind, kind_of
from imports.files.reading import ReadingOptions
from imports.files.refusals import refusal
from imports.files.text.encodings import UNDECODABLE
from imports.files.text.lines import END_OF_FILE, split_lines
from imports.files.text.quoting import (
    CLOSING,
    HIDDEN,
    USUAL_QUOTE,
    Quoting,
    best_quoting,
    choose_quoting,
    hide_quoted,
    inside_cell,
)

if TYPE_CHECKING:
    from _csv import Reader

SAMPLE_CHARS = 262_144
# What separates the cells shows at the top; how they are quoted may show only where the first quote stands.
_TOP_CHARS = 65_536
SAMPLE_RECORDS = 2_000
_GLANCED_RECORDS = 40
_GLANCED_COLUMNS = 40

DELIMITERS = (",", ";", "\t", "|")

# Excel's own line before the table, which it does not count as a row.
_DECLARATION = re.compile(
    r'"?sep=(?P<delimiter>\\t|[^\r\n\0"\ud800-\udfff])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE
)

# Characters that are at home in names, numbers, dates and addresses separate cells only in a table that shows it.
_AT_HOME_IN_CELLS = frozenset(" -@/:_")
_NEVER_DELIMITERS = frozenset("\"'`.()[]{}<>+")
_SEPARATING_CATEGORIES = frozenset({"Pc", "Pd", "Po", "Sc", "Sk", "Sm", "So", "Zs", "Cc"})
_MAX_UNUSUAL = 4
_MAX_UNUSUAL_TRIED = 20
_MAX_UNUSUAL_LINES = 200
_MIN_UNUSUAL_SHARE = 0.6
_MIN_UNUSUAL_REGULAR = 0.9
_USUAL, _UNUSUAL, _DISTRUSTED = 1.0, 0.5, 0.3
# With a usual delimiter this good, no other is looked for.
_GOOD_SCORE = 0.2
_MIN_SCORE = 0.08
_MAX_CONFIDENCE = 0.99
_LEAST_CERTAIN = 0.65

# The first row of a table may be a title, which has no delimiter, or lack the last names of the columns.
_TITLE_FIRST = 0.5
_OTHER_WIDTH_FIRST = 0.8
# "Smith, Ana": a comma that a space always follows is more often one of prose.
_PROSE = 0.5
_ADDRESSES_CUT_UP = 0.25
_CONTACTS_SET_APART = 1.25

# What a cell is worth, and a column of them.
_TYPED_COLUMN = 1.0
_TYPED_CELL = 0.8
_WORDS = 0.6
_BLANK_COLUMN = 0.5
_COMMA_INSIDE = 0.4
_MESS = 0.1
_MOSTLY = 0.6
_NEARLY_ALL = 0.8

_MAY_HOLD_COMMA = frozenset({Kind.DATE, Kind.NUMBER})
_CONTACT_KINDS = frozenset({Kind.EMAIL, Kind.PHONE, Kind.DATE})
# Stricter than a glance, to which much that stands around an address is part of it.
_ADDRESS = re.compile(r"[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}")
_NAMED_ADDRESS = re.compile(rf"(?:[^<>(@]{{0,100}}[<(])?{_ADDRESS.pattern}[>)]?")
_SOME_ADDRESS = re.compile(r"\w@[\w-]{1,63}\.\w")
_MAX_ADDRESSES_CHARS = 1_000
_BETWEEN_ADDRESSES = re.compile("[;,]")

# A line that is one quoted cell, and the delimiters of empty cells after it.
_WRAPPED_LINE = re.compile(
    rf'(?<![^\r\n])"([^"\r\n]*+(?:""[^"\r\n]*+)*+)"[{re.escape("".join(DELIMITERS))}]*+(?![^\r\n])'
)
_MIN_WRAPPED_LINES = 2
_MIN_WRAPPED_REGULAR = 0.9

# What a line feed becomes on its way through a program that puts a carriage return before it once too often.
_DOUBLED_END = "\r\r\n"

_MARKS = " " + "".join({*CLOSING.keys(), *CLOSING.values()})
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x7f]")
_MAX_CONTROL_SHARE = 0.05
_MAX_LOST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How cells are separated and quoted.

    `width` is the usual number of cells in a record. `declaration` is the text of a `sep=` line at the top of
    the file, which belongs to no record; "" without one. `escape` is the character before a quote inside a
    quoted cell (`"6\" pipe"`); None where such a quote is doubled. `skips_space` is whether spaces stand between
    a delimiter and a quote, on either side of a cell. `is_wrapped` is whether lines are quoted as a whole, as
    when a spreadsheet saves a CSV file twice, and `doubles_ends` whether each line ends with CR CR LF.
    `decisions` says of "delimiter" and "quote" how sure each is, and why.
    """

    delimiter: str
    quote: str | None
    width: int
    declaration: str = ""
    escape: str | None = None
    skips_space: bool = False
    is_wrapped: bool = False
    doubles_ends: bool = False
    decisions: dict[str, Decision] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Table:
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
    contacts: frozenset[Kind] = frozenset()
    """The kinds of contact data that have a column of their own."""
    cuts_addresses: bool = False
    """Whether the lines have e-mail addresses and no column does."""

    @property
    def rank(self) -> float:
        """What the best table has most of: a table may be one although it cuts addresses up, but not if another
        does not."""
        return self.score * (_ADDRESSES_CUT_UP if self.cuts_addresses else 1)


def detect_dialect(beginning: str, options: ReadingOptions) -> Dialect:
    """The dialect of a file that begins with `beginning`, as far as `options` leave it open.

    Raises FileRefusedError when the text is not text after all, or an option cannot be.
    """
    sample = beginning[:SAMPLE_CHARS]
    declared = _DECLARATION.match(sample)
    declaration = declared[0] if declared else ""
    sample = sample.removeprefix(declaration)
    sample = _whole_lines(sample) if len(beginning) > SAMPLE_CHARS else sample.rstrip(END_OF_FILE)
    doubles_ends = _doubles_ends(sample)
    if doubles_ends:
        sample = sample.replace(_DOUBLED_END, "\r\n")

    delimiter, decision = options.delimiter, STATED
    if delimiter is None and declared:
        is_named = len(declared["delimiter"]) > 1
        delimiter, decision = "\t" if is_named else declared["delimiter"], Decision(0.98, "declared")
    if delimiter is not None and not _is_usable(delimiter, apart_from=USUAL_QUOTE):
        raise refusal("bad_delimiter", delimiter=delimiter)
    if options.quote and not _is_usable(options.quote, apart_from=delimiter or ""):
        raise refusal("bad_quote", quote=options.quote)
    top = _whole_lines(sample[:_TOP_CHARS]) if len(sample) > _TOP_CHARS else sample
    is_wrapped = options.quote in (None, USUAL_QUOTE) and _is_wrapped(top, delimiter)
    if is_wrapped:
        sample, top = _unwrap(sample), _unwrap(top)

    if delimiter is None:
        unusual = _unusual_delimiters(top, options.quote)
        _check_text(sample, apart_from="".join(unusual))
        table, decision = _choose_table(top, unusual, options.quote)
        if table.width == 1:
            table = replace(table, delimiter=_absent_delimiter(sample + (options.quote or "")))
    else:
        _check_text(sample, apart_from=delimiter)
        table = _judge(top, delimiter, options.quote)
    quoting = choose_quoting(top, table.delimiter, options.quote)
    if quoting and len(sample) > len(top):
        quoting = best_quoting(sample, table.delimiter, quoting.quote)
        if options.quote is None and quoting.is_text:
            quoting = None
    return Dialect(
        delimiter=table.delimiter,
        quote=quoting.quote if quoting else None,
        width=_width_before_open_quote(sample, quoting) or table.width,
        declaration=declaration,
        escape=quoting.escape if quoting else None,
        skips_space=quoting.skips_space if quoting else False,
        is_wrapped=is_wrapped,
        doubles_ends=doubles_ends,
        decisions={"delimiter": decision, "quote": _quote_decision(quoting, options.quote)},
    )


def _width_before_open_quote(sample: str, quoting: Quoting | None) -> int:
    """The width of the table above a cell that goes on beyond the sample, whose lines may be prose; 0 without one."""
    if quoting is None or not quoting.open_chars:
        return 0
    above = _whole_lines(sample[: len(sample) - quoting.open_chars])
    width = _judge(above[-_TOP_CHARS:], quoting.delimiter, quoting.quote).width
    return width if width > 1 else 0


def parse(lines: Iterable[str], dialect: Dialect, *, strict: bool) -> "Reader":
    """Python's own CSV reader over `lines`, which went through `unescape`: a quote in a quoted cell is doubled."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=True,
        skipinitialspace=dialect.skips_space,
        strict=strict,
    )


def unescape(text: str, dialect: Dialect) -> str:
    r"""`text`, which is whole lines, as `parse` reads it: one mark opens and closes cells, and is doubled inside.

    Quotes around a line as a whole are taken off, and so are spaces between a cell's last quote and its end.

    With an escape, `\"` becomes `""` and `\\` becomes `\`. With a quote that another mark closes, that mark
    becomes the quote where a cell ends, and the quote is doubled where none begins. No change reaches beyond a
    line, whose end may be CR CR LF, or depends on the lines around it.
    """
    quote, escape = dialect.quote, dialect.escape
    if dialect.doubles_ends:
        text = text.replace(_DOUBLED_END, "\r\n")
    if dialect.is_wrapped:
        text = _unwrap(text)
    if not quote:
        return text
    if escape and escape in text:
        after = {quote: quote * 2, escape: escape}
        escaped = re.compile(rf"{re.escape(escape)}([{re.escape(quote + escape)}])")
        text = escaped.sub(lambda match: after[match[1]], text)
    closing = CLOSING.get(quote, quote)
    if closing != quote and (quote in text or closing in text):
        inside = inside_cell(dialect.delimiter)
        text = re.sub(rf"(?<={inside}){quote}", quote * 2, text)
        text = re.sub(rf"{closing}(?!{inside})", quote, text)
    return _without_space_after(text, quote, dialect.delimiter) if dialect.skips_space else text


def _without_space_after(text: str, quote: str, delimiter: str) -> str:
    """`text` without the spaces between a quote that closes a cell and the delimiter or line end after it.

    Quotes close a cell when they are odd in number, since two stand for one; an empty cell has both of its own.
    """
    inside, mark = inside_cell(delimiter), re.escape(quote)
    spaced = re.compile(
        rf"(?:(?P<start>(?<!{inside}) *+)|(?<!{mark}))(?P<quotes>(?:{mark})++)(?P<space> ++)(?!{inside})"
    )

    def close(match: re.Match[str]) -> str:
        opens = match["start"] is not None
        is_closed = len(match["quotes"]) % 2 != opens
        return match[0].removesuffix(match["space"]) if is_closed else match[0]

    return spaced.sub(close, text)


def _unwrap(text: str) -> str:
    """`text` without the quotes around lines that are one quoted cell."""
    return _WRAPPED_LINE.sub(lambda match: match[1].replace(USUAL_QUOTE * 2, USUAL_QUOTE), text)


def _is_wrapped(top: str, delimiter: str | None) -> bool:
    """Whether the lines that are one quoted cell each are rows of a table, as are the others.

    A single column of "Smith, Ana" makes a table too, so it must hold contact data, or quoted cells of its own.
    """
    wrapped = "\n".join(match[0] for match in _WRAPPED_LINE.finditer(top))
    if wrapped.count("\n") + 1 < _MIN_WRAPPED_LINES:
        return False
    wrapped, whole = _unwrap(wrapped), _unwrap(top)
    for one in DELIMITERS if delimiter is None else (delimiter,):
        if one not in wrapped:
            continue
        part, table = _judge(wrapped, one, None), _judge(whole, one, None)
        quoting = choose_quoting(wrapped, one, None)
        is_telling = bool(part.contacts) or bool(quoting and quoting.telling)
        is_table = part.width == table.width > 1 and table.is_first_alike
        if is_table and is_telling and min(part.regular, table.regular) >= _MIN_WRAPPED_REGULAR:
            return True
    return False


def _doubles_ends(sample: str) -> bool:
    doubled = sample.count(_DOUBLED_END)
    return doubled > 1 and doubled == sample.count("\n") and 2 * doubled == sample.count("\r")


def _is_usable(character: str, apart_from: str) -> bool:
    return (
        len(character) == 1
        and character.encode(errors="ignore") != b""
        and character not in f"\r\n\0{apart_from}"
    )


def _whole_lines(text: str) -> str:
    """`text` without its last line, which is likely cut off; all of it when there is only that line to judge by."""
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _check_text(sample: str, apart_from: str) -> None:
    lost = sample.count(UNDECODABLE) + sample.count("\0")
    controls = len(_CONTROL.findall(sample)) - sum(
        sample.count(character) for character in apart_from if _CONTROL.match(character)
    )
    if lost > len(sample) * _MAX_LOST_SHARE or controls > len(sample) * _MAX_CONTROL_SHARE:
        raise refusal("not_a_table")


def _unusual_delimiters(top: str, quote: str | None) -> list[str]:
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
    return sorted(regular, key=lambda character: (_prior(character), shares[character]), reverse=True)[
        :_MAX_UNUSUAL
    ]


def _may_separate(character: str) -> bool:
    return (
        character not in DELIMITERS
        and character not in _NEVER_DELIMITERS
        and character not in "\r\n\0"
        and unicodedata.category(character) in _SEPARATING_CATEGORIES
    )


def _prior(delimiter: str) -> float:
    if delimiter in DELIMITERS:
        return _USUAL
    return _DISTRUSTED if delimiter in _AT_HOME_IN_CELLS else _UNUSUAL


def _choose_table(top: str, unusual: Sequence[str], quote: str | None) -> tuple[_Table, Decision]:
    """The best table that can be made of the sample, or one column of it."""
    tables = [_judge(top, one, quote) for one in DELIMITERS if one in top and one != quote]
    if _is_single_kind(top):
        # A date with a time may hold a comma, a number too; then so does the first row if it is to be a table.
        tables = [table for table in tables if table.is_first_alike]
    elif max((table.rank for table in tables), default=0.0) < _GOOD_SCORE:
        others = (_judge(top, one, quote) for one in unusual)
        tables += [table for table in others if _is_convincing(table)]
    tables.sort(key=lambda table: table.rank, reverse=True)
    best = tables[0] if tables else None
    if best is None or best.score < _MIN_SCORE:
        doubt = best.score / _MIN_SCORE / 2 if best else 0.0
        return _Table(_absent_delimiter(top), 1), Decision(round(_MAX_CONFIDENCE - doubt, 2), "single_column")
    runner_up = tables[1].rank if len(tables) > 1 else 0.0
    margin = best.rank / (best.rank + runner_up)
    # How far ahead of the next it is, how regular, and how much there is to go by.
    confidence = min(_MAX_CONFIDENCE, margin * (1 + best.regular) / 2 * min(1, _LEAST_CERTAIN + best.rank))
    by_shape = max(tables, key=lambda table: table.shape)
    return best, Decision(round(confidence, 2), "shape" if by_shape is best else "contacts")


def _is_convincing(table: _Table) -> bool:
    """Whether an unusual delimiter makes a table so regular that it is hardly chance."""
    if table.regular < _MIN_UNUSUAL_REGULAR or table.rows < 2:
        return False
    if table.delimiter in _AT_HOME_IN_CELLS:
        return table.is_first_alike and table.share >= _MIN_UNUSUAL_REGULAR and bool(table.contacts)
    return table.is_first_alike or (table.rows >= 3 and table.width >= 3)


def _is_single_kind(top: str) -> bool:
    """Whether each line as a whole, but for the first, looks like one value of the same kind."""
    lines = [line.strip(" \r\n") for line in split_lines(top) if line.strip()][: _GLANCED_RECORDS + 1]
    lines = lines[1:] or lines
    kinds = Counter(
        kind
        for line in lines
        if (kind := _glance(line)) in TYPED
        and not any(one in line for one in DELIMITERS if one != "," or kind not in _MAY_HOLD_COMMA)
    )
    return any(count >= _NEARLY_ALL * len(lines) for count in kinds.values())


def _absent_delimiter(sample: str) -> str:
    """What to split a single column by: preferably nothing that its cells contain."""
    return next((delimiter for delimiter in DELIMITERS if delimiter not in sample), "\x1f")


def _judge(top: str, delimiter: str, stated_quote: str | None) -> _Table:
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
        return _Table(delimiter, width, score=_MIN_SCORE * (width > 1))

    places = [place for place, record in enumerate(filled) if len(record) == width]
    body = filled[places[0] : places[-1] + 1]
    regular = len(places) / len(body)
    cut = sum(len(record) > 1 for record in body) / len(body)
    shape = (
        (0.75 * regular + 0.25 * cut)
        * (len(body) / len(filled)) ** 0.5
        * (1 - 1 / width)
        * (len(places) / (len(places) + 0.5))
        * _prior(delimiter)
    )
    first = len(filled[0])
    if first != width:
        shape *= _TITLE_FIRST if first == 1 else _OTHER_WIDTH_FIRST
    if _is_prose(top, delimiter):
        shape *= _PROSE

    rows = _spread([record for record in body if len(record) == width])
    worth, contacts = _judge_cells(rows, delimiter, quoting)
    return _Table(
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
    return records[:: max(1, len(records) // _GLANCED_RECORDS)][:_GLANCED_RECORDS]


def _is_prose(text: str, delimiter: str) -> bool:
    """Whether a space follows nearly every comma, and no quote follows that."""
    if delimiter == "\t":
        return False
    count = text.count(delimiter)
    return text.count(f"{delimiter} ") - text.count(f'{delimiter} "') > _NEARLY_ALL * count


def _judge_cells(
    rows: list[list[str]], delimiter: str, quoting: Quoting | None
) -> tuple[float, frozenset[Kind]]:
    """What the columns are worth on average, and the kinds of contact data that have one of their own."""
    quote = quoting.quote if quoting and quoting.paired else None
    worths: list[float] = []
    contacts: set[Kind] = set()
    for column in islice(zip(*rows, strict=True), _GLANCED_COLUMNS):
        glanced = [glance for cell in column if (glance := _appraise(cell, delimiter, quote))]
        if not glanced:
            worths.append(_BLANK_COLUMN)
            continue
        kind, count = Counter(kind for kind, _ in glanced).most_common(1)[0]
        is_typed = kind in TYPED and count >= _NEARLY_ALL * len(glanced)
        worths.append(_TYPED_COLUMN if is_typed else sum(worth for _, worth in glanced) / len(glanced))
        if kind in _CONTACT_KINDS and count >= _MOSTLY * len(glanced):
            contacts.add(kind)
    return sum(worths) / len(worths), frozenset(contacts)


def _cuts_addresses(records: list[list[str]], width: int) -> bool:
    """Whether most e-mail addresses share their cell with something else, or stand outside the table."""
    records = records[:: max(1, len(records) // _GLANCED_RECORDS)]
    found = apart = 0
    for record in records:
        cells = [cell for cell in record if _SOME_ADDRESS.search(cell)]
        found += bool(cells)
        apart += len(record) == width and any(map(_is_addresses, cells))
    return found >= 2 and apart < found / 2


def _is_addresses(cell: str) -> bool:
    cell = cell.replace(HIDDEN, ",").strip(_MARKS)
    return len(cell) <= _MAX_ADDRESSES_CHARS and all(
        _NAMED_ADDRESS.fullmatch(part.strip()) for part in _BETWEEN_ADDRESSES.split(cell)
    )


def _appraise(cell: str, delimiter: str, quote: str | None) -> tuple[Kind, float] | None:
    """What a cell looks like and what it is worth; None for a blank one."""
    cell = cell.strip()
    if quote and len(cell) > 1 and cell[0] == quote and cell[-1] == CLOSING.get(quote, quote):
        inner = cell[1:-1].replace(HIDDEN, delimiter).strip()
        if not inner:
            return None
        kind = _glance(inner)
        return kind, _TYPED_CELL if kind in TYPED else _WORDS
    if not cell:
        return None
    kind = _glance(cell)
    if kind in TYPED:
        return kind, _TYPED_CELL
    is_mess = (
        any(one in cell for one in DELIMITERS if one not in (",", delimiter))
        or cell.count('"') % 2 == 1
        or cell.startswith('"')
        or not any(map(str.isalnum, cell))
    )
    if is_mess:
        return kind, _MESS
    return kind, _COMMA_INSIDE if cell.count(",") > cell.count(", ") else _WORDS


def _glance(text: str) -> Kind:
    kind = kind_of(text)
    return Kind.TEXT if kind is Kind.EMAIL and not _ADDRESS.fullmatch(text) else kind


def _quote_decision(quoting: Quoting | None, stated: str | None) -> Decision:
    if stated is not None:
        return STATED
    if quoting is None:
        return Decision(0.9, "unused")
    if not quoting.paired:
        return Decision(_MAX_CONFIDENCE if not quoting.unpaired else 0.6, "unused")
    return Decision(round(min(_MAX_CONFIDENCE, quoting.share), 2), "pairs")
