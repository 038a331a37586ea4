"""How the cells of a text file are quoted, told from how quotes stand around them."""

import re
from dataclasses import dataclass

from imports.files.text.lines import split_lines

ESCAPE = "\\"

# The marks that enclose cells, and what closes each. All but the first only where whole cells come in pairs.
CLOSING = {
    '"': '"',
    "'": "'",
    "#": "#",
    "$": "$",
    "`": "`",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{DOUBLE LOW-9 QUOTATION MARK}": "\N{LEFT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
}
USUAL_QUOTE = '"'
_MIN_PAIRED_SHARE = 0.9
# So many lines that have the same number of delimiters are no chance.
_MIN_ROWS = 3
_MAX_FIRST_CHARS = 65_536
# Once is a slip.
_MIN_HABIT = 2

_LINE = re.compile(r"[^\r\n]++")

# Stands for a delimiter inside a quoted cell while the sample is judged.
HIDDEN = "\ue000"


@dataclass(frozen=True, slots=True)
class Quoting:
    """A way to quote the cells that `delimiter` separates, and what comes of it.

    `skips_space` is whether spaces may stand between a delimiter and a quote, on either side of the cell.
    `paired` counts the cells that are enclosed, `telling` those of them that hold a delimiter or a line end;
    `rest` is the sample without them.
    """

    quote: str
    escape: str | None
    skips_space: bool
    pattern: re.Pattern[str]
    paired: int
    telling: int
    delimiter: str
    rest: str
    lone: int
    """The cells that are the quote and nothing else: `5,",6`."""

    @property
    def leftover(self) -> int:
        """The quotes that no cell is enclosed by."""
        return self.rest.count(self.quote)

    @property
    def unpaired(self) -> int:
        """The cells that begin with the quote and are not enclosed."""
        return len(re.findall(_opening(self.delimiter, self.quote), self.rest))

    @property
    def open_chars(self) -> int:
        """How long the end of the sample is that a quote opens and nothing closes, without another quote in it."""
        last = self.rest.rfind(self.quote)
        opening = re.compile(_opening(self.delimiter, self.quote))
        return len(self.rest) - last if last >= 0 and opening.match(self.rest, last) else 0

    @property
    def share(self) -> float:
        """The share of the cells that begin with the quote which it encloses."""
        return self.paired / max(1, self.paired + self.unpaired)

    @property
    def is_text(self) -> bool:
        """Whether the quote is mostly part of the text, as in `"Bob" Smith`, or a cell of its own.

        `"Bob "Al" Smith"` is a quoted cell whose inner quotes are not doubled: there the second one opens something.
        """
        if self.lone > 1 and self.lone >= 2 * self.paired:
            return True
        mark, edge = re.escape(self.quote), re.escape(self.delimiter)
        opening, inside = _opening(self.delimiter, self.quote), inside_cell(self.delimiter)
        inner = rf"(?<=[\s(\[]{mark})(?=\S)"
        wrapping = rf"{opening}[^{mark}{edge}\r\n]++{mark}(?={inside})(?!{inner})"
        count = len(re.findall(wrapping, self.rest))
        return not self.telling and count >= _MIN_HABIT and count > (self.paired + self.unpaired) / 2


def choose_quoting(sample: str, delimiter: str, stated: str | None) -> Quoting | None:
    """How cells that `delimiter` separates are quoted; None when nothing quotes them."""
    if stated == "":
        return None
    if stated:
        return best_quoting(sample, delimiter, stated)
    usual = best_quoting(sample, delimiter, USUAL_QUOTE)
    rows = sum(1 for line in split_lines(sample) if line.strip())
    for quote in CLOSING:
        if quote in (USUAL_QUOTE, delimiter):
            continue
        if len(re.findall(_opening(delimiter, quote), sample)) <= usual.paired:
            continue
        other = best_quoting(sample, delimiter, quote)
        if other.paired <= usual.paired or other.paired < _MIN_HABIT or other.share < _MIN_PAIRED_SHARE:
            continue
        if other.lone >= other.paired:
            continue
        # The first row may hold the names of the columns, unquoted.
        if other.paired >= _MIN_PAIRED_SHARE * (rows - 1) or other.telling > other.paired / 2:
            return other
    return None if usual.is_text else usual


def best_quoting(sample: str, delimiter: str, quote: str) -> Quoting:
    """Of the ways to write quotes inside cells and spaces around them, the one that leaves fewest unexplained."""
    best = _try_quoting(sample, delimiter, quote)
    if best.leftover and ESCAPE not in (quote, delimiter):
        spaced = " " not in (delimiter, quote) and _spaced_quote(delimiter, quote).search(sample)
        escapes = (None, ESCAPE) if ESCAPE + quote in sample else (None,)
        others = (
            _try_quoting(sample, delimiter, quote, escape, skips_space)
            for skips_space in ((False, True) if spaced else (False,))
            for escape in escapes
            if escape or skips_space
        )
        best = min((best, *others), key=lambda quoting: quoting.leftover)
    return best


def _try_quoting(
    sample: str, delimiter: str, quote: str, escape: str | None = None, skips_space: bool = False
) -> Quoting:
    pattern = _quoted_cell(delimiter, quote, escape, skips_space)
    paired = telling = end = 0
    separating = _count_in_first_line(sample, delimiter)
    between, enclosed = [], []
    for match in pattern.finditer(sample):
        if _holds_rows(match[0], delimiter, separating):
            continue
        paired += 1
        telling += delimiter in match[0] or "\n" in match[0] or "\r" in match[0]
        if delimiter in match[0]:
            enclosed.append(match.span())
        between.append(sample[end : match.start()])
        end = match.end()
    between.append(sample[end:])
    inside, mark = inside_cell(delimiter), re.escape(quote)
    lone = len(re.findall(rf"{mark}(?<!{inside}{mark})(?!{inside})", sample)) if paired else 0
    lone -= 2 * _count_bare_delimiters(sample, delimiter, enclosed, separating)
    return Quoting(quote, escape, skips_space, pattern, paired, telling, delimiter, "".join(between), lone)


def _holds_rows(cell: str, delimiter: str, separating: int) -> bool:
    """Whether the lines inside a quoted cell are rows of the table: a stray quote above them opened it.

    `separating` is how many delimiters the first line of the file has, which names the columns as a rule. Prose may
    have a delimiter in every line, and hardly ever that number of them in many.
    """
    if not separating or cell.count("\n") + cell.count("\r") < _MIN_ROWS:
        return False
    return all(line.count(delimiter) == separating for line in cell.splitlines()[1:-1])


def _count_bare_delimiters(
    sample: str, delimiter: str, enclosed: list[tuple[int, int]], separating: int
) -> int:
    """How many quoted cells hold delimiters and nothing else, `","`: two marks that only seem to be cells of their own.

    `enclosed` says where the quoted cells with a delimiter are. Ditto marks in neighbouring columns look the same; so
    the line must be as wide as the first one, which names the columns as a rule, without what its cells enclose.
    """
    bare = {cell for cell in enclosed if not sample[cell[0] + 1 : cell[1] - 1].strip(delimiter)}
    if not bare:
        return 0
    count = place = 0
    for line in _LINE.finditer(sample):
        within = []
        while place < len(enclosed) and enclosed[place][0] < line.end():
            if line.start() <= enclosed[place][0] and enclosed[place][1] <= line.end():
                within.append(enclosed[place])
            place += 1
        hidden = sum(sample.count(delimiter, *cell) for cell in within)
        if within and line[0].count(delimiter) - hidden == separating:
            count += len(bare.intersection(within))
    return count


def _count_in_first_line(sample: str, delimiter: str) -> int:
    return next((line.count(delimiter) for line in sample[:_MAX_FIRST_CHARS].splitlines() if line.strip()), 0)


def _quoted_cell(delimiter: str, quote: str, escape: str | None, skips_space: bool) -> re.Pattern[str]:
    """The pattern of a quoted cell. Nothing in it is ever tried in a second way, so it takes time in proportion."""
    inside, mark = inside_cell(delimiter), re.escape(quote)
    closing = re.escape(CLOSING.get(quote, quote))
    begin = rf"(?<!{inside}) *+{mark}" if skips_space else _opening(delimiter, quote)
    if closing != mark:
        enclosed = rf"[^{mark}{closing}\r\n]*+"
    elif escape is None:
        enclosed = rf"[^{mark}]*+(?:{mark * 2}[^{mark}]*+)*+"
    else:
        plain = rf"[^{mark}{re.escape(escape)}]*+"
        enclosed = rf"{plain}(?:(?:{mark * 2}|{re.escape(escape)}.){plain})*+"
    space = " *+" if skips_space else ""
    return re.compile(rf"{begin}{enclosed}{closing}{space}(?!{inside})", re.DOTALL)


def _spaced_quote(delimiter: str, quote: str) -> re.Pattern[str]:
    """The pattern of spaces that stand between a delimiter, or a line's end, and a quote."""
    edge, mark, closing = map(re.escape, (delimiter, quote, CLOSING.get(quote, quote)))
    return re.compile(rf"{edge} ++{mark}|{closing} ++(?!{inside_cell(delimiter)})")


def _opening(delimiter: str, quote: str) -> str:
    """The pattern of a quote that begins a cell: looked back from, because a search for a plain character is fast."""
    mark = re.escape(quote)
    return rf"{mark}(?<!{inside_cell(delimiter)}{mark})"


def inside_cell(delimiter: str) -> str:
    """The pattern of a character that is neither the delimiter nor a line end: a cell goes on with it."""
    return rf"[^{re.escape(delimiter)}\r\n]"


def hide_quoted(text: str, delimiter: str, quoting: Quoting) -> str:
    """`text` without the delimiters and line ends inside its quoted cells, so that it can simply be split."""
    separating = _count_in_first_line(text, delimiter)
    hidden = str.maketrans({delimiter: HIDDEN, "\n": " ", "\r": " "})

    def hide(match: re.Match[str]) -> str:
        cell = match[0]
        is_telling = delimiter in cell or "\n" in cell or "\r" in cell
        return cell.translate(hidden) if is_telling and not _holds_rows(cell, delimiter, separating) else cell

    return quoting.pattern.sub(hide, text) if quoting.telling else text
