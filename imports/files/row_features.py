"""Records with what their cells look like: what the layout of a file is told from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from imports.files.evidence import TYPED, CellKind, kind_of, may_reach
from imports.files.headers import name_key

Record = tuple[int, list[str]]
"""A row's number and its cells."""

CONTACT_KINDS = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.LINK})
"""A row with one of these in it may well be a contact, whatever else it lacks."""

_MAX_SAMPLED_CELLS = 1_000
# A row of the table has this share of its width filled; titles and notes have less.
_MIN_FILL = 0.5
_DOMINANT = 0.6


@dataclass(frozen=True)
class RowFeatures:
    """A record with what its cells look like. `reach` is how far its last filled cell lies from the left."""

    number: int
    cells: list[str]
    kinds: list[CellKind]
    fill: int
    reach: int

    @classmethod
    def of(cls, number: int, cells: list[str]) -> "RowFeatures":
        kinds = [kind_of(cell) for cell in islice(cells, _MAX_SAMPLED_CELLS)]
        places = [place for place, kind in enumerate(kinds) if kind is not CellKind.BLANK]
        return cls(number, cells, kinds, len(places), places[-1] + 1 if places else 0)

    def kind(self, place: int) -> CellKind:
        return self.kinds[place] if place < len(self.kinds) else CellKind.BLANK

    def cell(self, place: int) -> str:
        return self.cells[place].strip() if place < len(self.cells) else ""

    @property
    def is_words(self) -> bool:
        """Whether it holds nothing that must be a value: `y` and `no` may be words."""
        return not any(kind in TYPED and kind is not CellKind.FLAG for kind in self.kinds)

    @property
    def may_be_contact(self) -> bool:
        """Whether it holds what contacts are reached by, however damaged or among whatever words."""
        return any(
            kind in CONTACT_KINDS or (kind is CellKind.TEXT and may_reach(cell))
            for kind, cell in zip(self.kinds, self.cells, strict=False)
        )

    @cached_property
    def name_keys(self) -> frozenset[str]:
        """What its cells would be called by, however they are spelled."""
        return frozenset(name_key(self.cell(place)) for place in self.places()) - {""}

    def places(self) -> list[int]:
        return [place for place, kind in enumerate(self.kinds) if kind is not CellKind.BLANK]


def least_fill(width: int) -> float:
    """How many cells a row of a table of `width` columns has filled at least."""
    return max(1.0 if width < 2 else 2.0, width * _MIN_FILL)


def dominant_kind(rows: Iterable[RowFeatures], place: int) -> CellKind | None:
    """What most of the filled cells of a column look like; None when all are blank."""
    counts = Counter(row.kind(place) for row in rows)
    del counts[CellKind.BLANK]
    if not counts:
        return None
    kind, count = counts.most_common(1)[0]
    return kind if count >= _DOMINANT * counts.total() else CellKind.TEXT
