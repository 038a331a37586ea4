"""How an OpenDocument spreadsheet shows numbers: the styles of cells that give their digits places (16.29)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imports.files.workbooks.digits import MAX_PATTERN_CHARS, MAX_PATTERNS, DigitPattern, pattern_of

_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0 "

# What changes no text, and the numbers' own style around it all.
_SILENT = frozenset({f"{_STYLE}text-properties", f"{_NUMBER}number-style"})
_MAX_STYLES = 1 << 16
_MAX_NAME_CHARS = 255
_MAX_DIGITS_OF_COUNT = 3


@dataclass(slots=True)
class _Draft:
    """A style for numbers, as far as it was met: text, the number, text in the midst of its digits, text."""

    name: str
    places: int = 0
    before: str = ""
    after: str = ""
    embedded: dict[int, str] = field(default_factory=dict)
    position: int | None = None
    is_in_text: bool = False
    # Something in it is more than text and places.
    is_other: bool = False

    def pattern(self) -> DigitPattern | None:
        """The places for digits that it has; None if it has none, or more to it than them."""
        texts = {self.places: self.before, **self.embedded}
        chars = self.places + sum(map(len, texts.values())) + len(self.after)
        is_misplaced = any(not 0 < position < self.places for position in self.embedded)
        if self.is_other or not self.places or is_misplaced or chars > MAX_PATTERN_CHARS:
            return None
        starts = sorted(texts, reverse=True)
        ends = [*starts[1:], 0]
        groups = [(texts[start], start - end) for start, end in zip(starts, ends, strict=True)]
        return pattern_of(groups, self.after)


class NumberStyles:
    """Gathers the styles from the elements of a document before its tables, in their order."""

    def __init__(self) -> None:
        self._patterns: dict[str, DigitPattern] = {}
        self._of_cells: dict[str, str] = {}
        self._draft: _Draft | None = None

    def pattern(self, cell_style: str) -> DigitPattern | None:
        """The places for digits that cells of this style have."""
        return self._patterns.get(self._of_cells.get(cell_style, ""))

    @property
    def has_patterns(self) -> bool:
        """Whether any style gives digits places."""
        return bool(self._patterns)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        draft = self._draft
        if name == f"{_STYLE}style":
            self._add_cell_style(attributes)
        elif name == f"{_NUMBER}number-style":
            self._draft = _Draft(attributes.get(f"{_STYLE}name", ""))
        elif draft is None:
            return
        elif name == f"{_NUMBER}number":
            is_whole = attributes.get(f"{_NUMBER}decimal-places") == "0"
            is_grouped = attributes.get(f"{_NUMBER}grouping") == "true"
            draft.is_other |= bool(draft.places) or is_grouped or not is_whole
            draft.places = _count(attributes.get(f"{_NUMBER}min-integer-digits", ""))
        elif name == f"{_NUMBER}embedded-text":
            draft.position = _count(attributes.get(f"{_NUMBER}position", ""))
        elif name == f"{_NUMBER}text":
            draft.is_in_text = True
        elif name not in _SILENT:
            draft.is_other = True

    def end(self, name: str) -> None:
        """An element ends."""
        draft = self._draft
        if draft is None:
            return
        if name == f"{_NUMBER}number-style":
            pattern = draft.pattern()
            if pattern is not None and len(self._patterns) < MAX_PATTERNS:
                self._patterns[draft.name[:_MAX_NAME_CHARS]] = pattern
            self._draft = None
        elif name == f"{_NUMBER}embedded-text":
            draft.position = None
        elif name == f"{_NUMBER}text":
            draft.is_in_text = False

    def characters(self, text: str) -> None:
        """Text stands between the elements."""
        draft = self._draft
        if draft is None or draft.is_other:
            return
        if len(text) > MAX_PATTERN_CHARS or len(draft.before) + len(draft.after) > MAX_PATTERN_CHARS:
            draft.is_other = True
        elif draft.position is not None:
            draft.embedded[draft.position] = draft.embedded.get(draft.position, "") + text
            draft.is_other = len(draft.embedded[draft.position]) > MAX_PATTERN_CHARS
        elif draft.is_in_text and draft.places:
            draft.after += text
        elif draft.is_in_text:
            draft.before += text

    def _add_cell_style(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get(f"{_STYLE}name", "")
        of_numbers = attributes.get(f"{_STYLE}data-style-name", "")
        is_short = max(len(name), len(of_numbers)) <= _MAX_NAME_CHARS
        if of_numbers and is_short and len(self._of_cells) < _MAX_STYLES:
            self._of_cells[name] = of_numbers


def _count(written: str) -> int:
    is_count = written.isascii() and written.isdigit() and len(written) <= _MAX_DIGITS_OF_COUNT
    return int(written) if is_count else 0
