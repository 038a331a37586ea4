"""Names of columns that come again further down, as where exports were put together: what is below them is read by
them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from imports.files.blocks import Block
from imports.files.evidence import TYPED, CellKind, names_kind
from imports.files.file_problems import ProblemLog
from imports.files.header_search import looks_like_names, rows_under
from imports.files.headers import name_key, named_width
from imports.files.layout import Layout
from imports.files.reading import SURE_NAMES
from imports.files.row_features import RowFeatures, dominant_kind

_MAX_AROUND = 20
_MAX_KNOWN = 10_000
_SPELLING = r"[\s_.\-]*"
# A pattern has its limit, and so has the time to make it.
_MAX_PATTERN_CHARS, _MIN_NAME_CHARS = 8_000, 6
_MOSTLY = 0.6
_NEARLY_ALL = 0.8
_TELLING = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.DATE})
# What columns of addresses and numbers are called, so that rows of names are found by it in any language.
_ANY_LANGUAGE = (
    r"mail|courriel|correo|poczt|почт|メール|邮|메일|phone|telef|t[ée]l[ée]ph|mobil|handy|m[óo]vil|celular|cellulare"
    r"|komórk|телефон|電話|电话"
)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one header.

    `order[i]` is where the cells of column `i` stand in these rows, None where they have none; no `order` means that
    they stand where those of the first header do. `width` is up to where columns are named; `unnamed` are places
    that no column of the file is read from unless something is there.
    """

    header_row: int
    width: int
    code: str = ""
    order: tuple[int | None, ...] | None = None
    unnamed: tuple[int, ...] = ()

    def ordered(self, cells: Sequence[str]) -> list[str]:
        """The cells of one of the rows, in the order of the columns."""
        if self.order is None:
            return list(cells)
        return [cells[place] if place is not None and place < len(cells) else "" for place in self.order]


@dataclass
class Surplus:
    """Columns that only later headers have, by what they are called: they come after those of the first."""

    names: dict[str, str] = field(default_factory=dict)

    def place(self, key: str, name: str) -> int:
        """Which of them is called so; it is one of them from now on."""
        self.names.setdefault(key, name)
        return list(self.names).index(key)

    def add_unnamed(self, place: int) -> None:
        """Have what stands at `place` below a header without a name for it in a column of its own."""
        self.place(_unnamed_key(place), "")


def width_of_first(layout: Layout, head: Sequence[RowFeatures], limit: int) -> int:
    """How far the rows at the top reach that stand under the first header, as far as `limit`."""
    named = named_width(layout.names)
    sections = Sections(layout, head, named, Surplus())
    reaches = [
        named_width(row.cells)
        for row in head
        if not layout.is_header(row.number)
        and not sections.begins(row.number, row.cells)
        and sections.current.order is None
    ]
    return max(named, min(limit, max(reaches, default=0)))


class Sections:
    """Cuts the rows below the first header where names of columns come again.

    `width` is how many columns there are without those that only later headers have, which are `surplus`.
    """

    def __init__(self, layout: Layout, head: Sequence[RowFeatures], width: int, surplus: Surplus) -> None:
        header = [row for row in head if layout.is_header(row.number)]
        filled = [row for row in head if row.fill]
        contacts = rows_under(filled, filled.index(header[-1])) if header and header[-1].fill else ()
        around = [
            row
            for row in head
            if row.fill
            and not layout.is_header(row.number)
            and (row.number < layout.first_data_row or row.number in layout.left_out)
            and not row.may_be_contact
        ]
        self._first = Section(layout.header_row, named_width(layout.names))
        self._width = width
        self.surplus = surplus
        self._columns = _columns_by_key(layout, header)
        self._codes = {_keys(row.cells): "note_again" for row in around if header}
        self._codes |= {_keys(row.cells): "names_again" for row in header[:-1]}
        self._kinds = {place: dominant_kind(contacts, place) for place in range(len(layout.names))}
        self._is_sure = bool(header) and layout.decisions["header_row"].confidence >= SURE_NAMES
        self._looks = _pattern([*header, *around[:_MAX_AROUND]]) if header else ""
        self._known: dict[tuple[str, ...], Section | None] = {}
        self.current = self._first

    def parts(self, block: Block, log: ProblemLog) -> Iterator[tuple[Block, Section, int]]:
        """The parts of `block` under one header each, and after each the row that is left out there, 0 for none:
        the rows of headers. What there is to say of them goes to `log`."""
        start = 0
        for index in block.matching(self._looks, without="@") if self._looks else ():
            row, above = block.first_row + index, self.current
            section = self._section(row, block.cells(index))
            if section is None:
                continue
            if not self._is_sure:
                log.add(row, "may_be_names_again")
                continue
            if section.width:
                self.current = section
            log.add(row, section.code)
            yield block.part(start, index), above, row
            start = index + 1
        yield block.part(start, len(block)), self.current, 0

    def begins(self, row: int, cells: Sequence[str]) -> bool:
        """Whether `row` is left out because names of columns come again in it; the rows below it are then theirs."""
        section = self._section(row, cells) if self._looks and self._is_sure else None
        if section and section.width:
            self.current = section
        return section is not None

    def _section(self, row: int, cells: Sequence[str]) -> Section | None:
        """The section that a row of these `cells` begins; None when it is a contact."""
        keys = _keys(cells)
        if keys not in self._known and len(self._known) < _MAX_KNOWN:
            self._known[keys] = self._begun(keys, cells)
        known = self._known[keys] if keys in self._known else self._begun(keys, cells)
        return replace(known, header_row=row) if known else None

    def _begun(self, keys: tuple[str, ...], cells: Sequence[str]) -> Section | None:
        if keys in self._codes:
            return Section(0, 0, self._codes[keys])
        row = RowFeatures.of(0, list(cells))
        if not row.fill or not row.is_words or row.may_be_contact:
            return None
        found = self._places(keys)
        if self._is_header(row, found):
            return self._ordered(row, found)
        return self._in_other_words(row)

    def _places(self, keys: Sequence[str]) -> dict[int, int]:
        """Which column each cell names: of several of one name, one after another."""
        left = {key: list(columns) for key, columns in self._columns.items()}
        found = {}
        for place, key in enumerate(keys):
            columns = left.get(key)
            if key and columns:
                found[place] = columns.pop(columns.index(place) if place in columns else 0)
        return found

    def _is_header(self, row: RowFeatures, found: dict[int, int]) -> bool:
        """Whether the cells of `row`, some of which name columns, are a header and no contact's."""
        named = sum(map(len, self._columns.values()))
        if len(found) < min(2, named) or len(found) < row.fill * _MOSTLY:
            return False
        telling = [column for column in found.values() if self._kinds.get(column) in TYPED]
        return bool(telling) or len(found) >= named * _NEARLY_ALL

    def _ordered(self, row: RowFeatures, found: dict[int, int]) -> Section:
        """The section begun by `row`, of which the cells in `found` name columns of the first header."""
        others = [place for place in row.places() if place not in found]
        is_moved = any(place != column for place, column in found.items())
        if not others and not is_moved:
            return Section(0, row.reach, "names_again")
        order: list[int | None] = [None] * self._width
        unnamed = []
        for place, column in found.items():
            order[column] = place
        for place in range(max(row.reach, self._width)):
            if place in found:
                continue
            name = row.cell(place)
            key = name_key(name) or _unnamed_key(place)
            if not name and self._first.width <= place < self._width:
                order[place] = place
            elif name or key in self.surplus.names:
                column = self._width + self.surplus.place(key, name)
                order += [None] * (column + 1 - len(order))
                order[column] = place
            else:
                unnamed.append(place)
        code = "names_again_moved" if is_moved else "names_again_more"
        return Section(0, row.reach, code, tuple(order), tuple(unnamed))

    def _in_other_words(self, row: RowFeatures) -> Section | None:
        """The section begun by names in another language: they can be told, and their order only where each stands
        where the same is named above."""
        telling = {place: kind for place, kind in self._kinds.items() if kind in _TELLING}
        if not telling or not looks_like_names(row) or row.fill < self._first.width * _MOSTLY:
            return None
        is_same = all(
            names_kind(row.cell(place), kind) for place, kind in telling.items() if kind is not None
        )
        return Section(0, row.reach, "names_again_other_words" if is_same else "names_again_unclear")


def _keys(cells: Sequence[str]) -> tuple[str, ...]:
    keys = [name_key(cell) or cell.strip() for cell in cells]
    while keys and not keys[-1]:
        keys.pop()
    return tuple(keys)


def _unnamed_key(place: int) -> str:
    return f"\x1f{place}"


def _columns_by_key(layout: Layout, header: Sequence[RowFeatures]) -> dict[str, list[int]]:
    """The columns by what they may be called once more: by the last row of the header that names each."""
    columns: dict[str, list[int]] = {}
    for place, name in enumerate(layout.names):
        below = header[-1].cell(place) if header else ""
        if key := name_key(below) or name_key(name):
            columns.setdefault(key, []).append(place)
    return columns


def _pattern(rows: Sequence[RowFeatures]) -> str:
    """A regular expression for whole cells, one of which every row like `rows` has: their words however they are
    spelled, and what columns of addresses are called in any language."""
    words = {row.cell(place) for row in rows for place in row.places()}
    # Of long names their beginnings will do, because what they let through is looked at again.
    chars = max(_MIN_NAME_CHARS, _MAX_PATTERN_CHARS // max(1, len(words)))
    known = "|".join(
        sorted(
            _SPELLING.join(map(re.escape, parts)) + ("(?s:.*)" if len(word) > chars else "")
            for word in words
            if (parts := _parts(word[:chars]))
        )
    )
    return rf"(?i:{known}|[^\d]{{0,30}}(?:{_ANY_LANGUAGE})[^\d]{{0,30}})"


def _parts(word: str) -> list[str]:
    """The words of a name, also of `FirstName` and `first_name`."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word))
