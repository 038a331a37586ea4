r"""How a text file separates, quotes and escapes its cells, judged by the table that comes of it.

Every character that could separate cells is tried on the top of the file. The table it makes is the better, the
more its rows are alike in width, and the more its columns hold one kind of thing each: addresses, telephone
numbers, dates, plain words. Files with a comma in every line and semicolons between the cells, or with one
column of telephone numbers with spaces, are told apart by that.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from imports.files.decisions import STATED, Decision
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingOptions
from imports.files.text.delimiters import MAX_CONFIDENCE, absent_delimiter, choose_table, unusual_delimiters
from imports.files.text.encodings import UNDECODABLE
from imports.files.text.judging import judge
from imports.files.text.lines import END_OF_FILE
from imports.files.text.quoting import (
    CLOSING,
    USUAL_QUOTE,
    Quoting,
    best_quoting,
    choose_quoting,
    inside_cell,
)
from imports.files.text.wrapping import (
    DOUBLED_END,
    doubles_line_ends,
    is_wrapped_in_quotes,
    trailing_marks,
    unwrap,
    without_trailing,
)

if TYPE_CHECKING:
    from _csv import Reader

SAMPLE_CHARS = 262_144
# What separates the cells shows at the top; how they are quoted may show only where the first quote stands.
_TOP_CHARS = 65_536


# Excel's own line before the table, which it does not count as a row.
_DECLARATION = re.compile(
    r'"?sep=(?P<delimiter>\\t|[^\r\n\0"\ud800-\udfff])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE
)


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
    `trailing` stands at the end of every line, that of the names of the columns too, and separates nothing.
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
    trailing: str = ""
    decisions: dict[str, Decision] = field(default_factory=dict, compare=False)


def detect_dialect(beginning: str, options: ReadingOptions) -> Dialect:
    """The dialect of a file that begins with `beginning`, as far as `options` leave it open.

    Raises FileRefusedError when the text is not text after all, or an option cannot be.
    """
    sample = beginning[:SAMPLE_CHARS]
    declared = _DECLARATION.match(sample)
    declaration = declared[0] if declared else ""
    sample = sample.removeprefix(declaration)
    sample = _whole_lines(sample) if len(beginning) > SAMPLE_CHARS else sample.rstrip(END_OF_FILE)
    doubles_ends = doubles_line_ends(sample)
    if doubles_ends:
        sample = sample.replace(DOUBLED_END, "\r\n")

    delimiter, decision = options.delimiter, STATED
    if delimiter is None and declared:
        is_named = len(declared["delimiter"]) > 1
        delimiter, decision = "\t" if is_named else declared["delimiter"], Decision(0.98, "declared")
    if delimiter is not None and not _is_usable(delimiter, apart_from=USUAL_QUOTE):
        raise refusal("bad_delimiter", delimiter=delimiter)
    if options.quote and not _is_usable(options.quote, apart_from=delimiter or ""):
        raise refusal("bad_quote", quote=options.quote)
    top = _whole_lines(sample[:_TOP_CHARS]) if len(sample) > _TOP_CHARS else sample
    is_wrapped = options.quote in (None, USUAL_QUOTE) and is_wrapped_in_quotes(top, delimiter)
    if is_wrapped:
        sample, top = unwrap(sample), unwrap(top)

    if delimiter is None:
        unusual = unusual_delimiters(top, options.quote)
        _check_text(sample, apart_from="".join(unusual))
        table, decision = choose_table(top, unusual, options.quote)
        if table.width == 1:
            table = replace(table, delimiter=absent_delimiter(sample + (options.quote or "")))
    else:
        _check_text(sample, apart_from=delimiter)
        table = judge(top, delimiter, options.quote)
    trailing = trailing_marks(sample, table.delimiter)
    if trailing:
        sample, top = without_trailing(sample, trailing), without_trailing(top, trailing)
        table = judge(top, table.delimiter, options.quote)
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
        trailing=trailing,
        decisions={"delimiter": decision, "quote": _quote_decision(quoting, options.quote)},
    )


def _width_before_open_quote(sample: str, quoting: Quoting | None) -> int:
    """The width of the table above a cell that goes on beyond the sample, whose lines may be prose; 0 without one."""
    if quoting is None or not quoting.open_chars:
        return 0
    above = _whole_lines(sample[: len(sample) - quoting.open_chars])
    width = judge(above[-_TOP_CHARS:], quoting.delimiter, quoting.quote).width
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
        text = text.replace(DOUBLED_END, "\r\n")
    if dialect.is_wrapped:
        text = unwrap(text)
    if dialect.trailing:
        text = without_trailing(text, dialect.trailing)
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


def _quote_decision(quoting: Quoting | None, stated: str | None) -> Decision:
    if stated is not None:
        return STATED
    if quoting is None:
        return Decision(0.9, "unused")
    if not quoting.paired:
        return Decision(MAX_CONFIDENCE if not quoting.unpaired else 0.6, "unused")
    return Decision(round(min(MAX_CONFIDENCE, quoting.share), 2), "pairs")
