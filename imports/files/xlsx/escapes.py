"""Characters that XML cannot hold or would change, as workbooks write them: `_x000D_` (ECMA-376 part 1, 22.9.2.19)."""

import re

import polars as pl

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescaped(text: str) -> str:
    """The text that `text` stands for. Halves of a pair that have lost one another become U+FFFD."""
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    if _SURROGATE.search(plain):
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain


def unescape_all(texts: pl.Series) -> pl.Series:
    """The texts that `cell_texts` stand for."""
    odd = texts.filter(texts.str.contains(_ESCAPE.pattern)).unique()
    if not len(odd):
        return texts
    return texts.replace(odd, pl.Series([unescaped(text) for text in odd], dtype=pl.String))
