"""Control characters that are letters and quotation marks of Windows, read as ISO 8859 once: put right, and said.

U+0092 in "O\u0092Brien" is the byte of an apostrophe in Windows-1252. Nothing else is ever written there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl

from imports.files.blocks import Block, FrameBlock, Table, TextBlock
from imports.files.file_problems import ProblemLog

_CONTROL = re.compile("[\x80-\x9f]")
_CONTROL_PATTERN = r"[\x{80}-\x{9f}]"
# What each of them begins with in UTF-8.
_FIRST_BYTE = b"\xc2"
_LETTER = re.compile(r"[^\W\d_]")
_LAST_OF_LATIN_1 = "\xff"
# Letters of ISO 8859-2, whose control characters are those of Windows-1250.
_CENTRAL_EUROPEAN = frozenset("ĄąĆćĘęŁłŃńŚśŹźŻżŐőŰűČčĎďĚěŇňŘřŤťŮůĽľĹĺŔŕĂăŞşŢţĐđ")


def _letters(codec: str) -> dict[str, str]:
    """What each control character is in that encoding of Windows, where it is something."""
    found = {}
    for code in range(0x80, 0xA0):
        try:
            found[chr(code)] = bytes([code]).decode(codec)
        except UnicodeDecodeError:
            continue
    return found


_WESTERN, _CENTRAL = _letters("cp1252"), _letters("cp1250")
# Of the other encodings of Windows, signs alone stand in the same places.
_SIGNS = {
    control: sign
    for control, sign in _WESTERN.items()
    if not sign.isalpha() and _CENTRAL.get(control, sign) == sign and sign not in "€ˆ˜"
}


def cleaned_blocks(table: Table, log: ProblemLog) -> Iterator[Block]:
    """The blocks of `table`, with the letters that such control characters are; each row that had some is noted."""
    for block in table.blocks(log):
        yield _cleaned(block, log)


def _cleaned(block: Block, log: ProblemLog) -> Block:
    counts: dict[int, int] = {}

    def clean(texts: pl.Series) -> pl.Series:
        return _clean_series(texts, lambda index, count: counts.update({index: counts.get(index, 0) + count}))

    cleaned: Block = block
    if isinstance(block, TextBlock):
        cleaned = replace(block, records=clean(block.records))
    elif isinstance(block, FrameBlock):
        columns = [clean(one) if one.dtype == pl.String else one for one in block.cells_by_column]
        if counts:
            cleaned = replace(block, cells_by_column=pl.DataFrame(columns))
    for index, count in sorted(counts.items()):
        log.add(block.first_row + index, "control_letters", count=count)
    return cleaned


def _clean_series(texts: pl.Series, note: Callable[[int, int], None]) -> pl.Series:
    # To look for a byte is several times as fast as to look for a range of characters.
    if not texts.cast(pl.Binary).bin.contains(_FIRST_BYTE).any():
        return texts
    places = texts.str.contains(_CONTROL_PATTERN).fill_null(value=False).arg_true()
    if not len(places):
        return texts
    values = texts.to_list()
    for index in places:
        values[index], count = clean_text(values[index])
        if count:
            note(index, count)
    return pl.Series(texts.name, values, dtype=pl.String)


def clean_text(text: str) -> tuple[str, int]:
    """`text` with the letters and signs that its control characters are, and how many they were.

    Which encoding of Windows it was is told from the other letters; a control character that is nothing there stays.
    """
    letters = {letter for letter in _LETTER.findall(text) if letter > _LAST_OF_LATIN_1}
    meanings = _WESTERN if not letters else _CENTRAL if letters <= _CENTRAL_EUROPEAN else _SIGNS
    count = 0

    def meaning(match: re.Match[str]) -> str:
        nonlocal count
        letter = meanings.get(match[0])
        count += letter is not None
        return letter or match[0]

    return _CONTROL.sub(meaning, text), count
