"""Which of the encodings that are told by their letters alone makes likely names and words of some lines.

Each candidate reads the same cells, and what it makes of them is weighed as a text of its languages: which letters
follow which, in which letter case, beside which signs. The difference to the next best says how sure the best is.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imports.files.text.alphabets import CANDIDATES, LANGUAGES
from imports.files.text.likelihood import ASCII_COST, WORD, model_of, sign_cost
from imports.files.text.oddities import is_odd

# More tells nothing new, and takes its time.
_MAX_CELLS = 600
_MAX_FIRST_CELLS = 60
# Candidates this far behind after the first cells never come back.
_MAX_BEHIND = 120.0

_BETWEEN_CELLS = re.compile(rb'[\t,;"]+')
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Where the Windows code pages have letters and ISO 8859 has nothing that is ever written.
_UPPER_CONTROL = re.compile("[\x80-\x9f\ue000-\uf8ff]")

_ODDITY = -6.5
_MAX_ODDITIES_A_CELL = 3
# What it costs a word that it may be of any of the languages.
_MIXTURE = 1.0
# A cell that cannot be decoded is damage, or shows that the encoding is another.
_UNDECODABLE_CELL = -20.0
_UNDECODABLE_BYTE = -6.0
_MAX_UNDECODABLE_SHARE = 0.5
_MAX_COST = -12.0
_MAX_ODD_SHARE = 0.33

# Old Macs ended lines so, and hardly anything else did.
_MAC_LINE_ENDS = 4.0

# Names are no sentences, and what is unlike the words that were counted is so over and over: the difference of the
# likelihoods says too much.
_TEMPERATURE = 4.0
_MAX_CONFIDENCE = 0.99
_MIN_DECIDING_LETTERS = 3
_UNDECIDED_CONFIDENCE = 0.75

# In half-width katakana both of these ranges are letters of every other name. Capitals, or small letters, or the
# beginnings of words have one of them in the encodings of Cyrillic.
_HALF_WIDTH = re.compile("[ｦ-ﾟ]")
_FIRST_HALF_WIDTH = re.compile("[ｱ-ｿ]")
_LAST_HALF_WIDTH = re.compile("[ﾐ-ﾟ]")
_MIN_HALF_WIDTH_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Guess:
    """A Python codec of `CANDIDATES` and how sure it is, from 0 to 1."""

    codec: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What one codec makes of the cells: `score` compares attempts at the same cells and means nothing else."""

    codec: str
    texts: tuple[str | None, ...]
    """A cell's text, or None where it cannot be decoded."""
    score: float
    odd_share: float
    different_letters: int


def guess_by_letters(
    lines: Sequence[bytes], has_mac_line_ends: bool = False, beside: Sequence[str] = ()
) -> Guess | None:
    """The likeliest codec of `lines`, each of which has bytes beyond ASCII; None when each makes nonsense.

    `has_mac_line_ends` is whether lone carriage returns ended them. `beside` is text of the same file whose encoding
    is known: it tells the language.
    """
    cells = _telling_cells(lines)
    known = {word for text in beside for word in WORD.findall(text) if not word.isascii()}
    priors = {
        codec: cost + _words_cost(Counter(known), LANGUAGES[codec]) for codec, cost in CANDIDATES.items()
    }
    if has_mac_line_ends:
        priors["mac-roman"] += _MAC_LINE_ENDS
    attempts = _attempts(cells, priors)
    if not attempts:
        return None
    best = attempts[0]
    beyond_ascii = sum(byte > 0x7F for cell in cells for byte in cell)
    expected = priors[best.codec] - CANDIDATES[best.codec]
    expected += _MAX_COST * (beyond_ascii + 1) + ASCII_COST * sum(map(len, cells))
    if best.score < expected or best.odd_share > _MAX_ODD_SHARE:
        return None
    second = next((one for one in attempts if one.texts != best.texts), None)
    alike = {one.codec for one in attempts if one.texts == best.texts}
    codec = next(codec for codec in CANDIDATES if codec in alike)
    return Guess(codec, _confidence(best, second))


def _confidence(best: _Attempt, second: _Attempt | None) -> float:
    ahead = (best.score - second.score) / _TEMPERATURE if second else math.inf
    confidence = min(_MAX_CONFIDENCE, 1 / (1 + math.exp(-ahead)), 1 - 0.1 / max(1, best.different_letters))
    if _deciding_letters(best, second) < _MIN_DECIDING_LETTERS:
        confidence = min(confidence, _UNDECIDED_CONFIDENCE)
    return confidence * (1 - best.odd_share)


def _deciding_letters(best: _Attempt, second: _Attempt | None) -> int:
    """How many different letters beyond ASCII the likeliest two do not have in common."""
    if second is None:
        return best.different_letters
    different: set[str] = set()
    for one, other in zip(best.texts, second.texts, strict=True):
        if one is None or one == other:
            continue
        if other is None or len(one) != len(other):
            different |= set(_BEYOND_ASCII.findall(one))
        else:
            different |= {mine for mine, theirs in zip(one, other, strict=True) if mine != theirs}
    return len(different)


def _telling_cells(lines: Sequence[bytes]) -> list[bytes]:
    """The different cells with bytes beyond ASCII, from all over `lines`: none twice, and not too many."""
    found = dict.fromkeys(
        cell for line in lines for cell in _BETWEEN_CELLS.split(line) if cell and not cell.isascii()
    )
    cells = list(found)
    step = max(1, len(cells) // _MAX_CELLS)
    return cells[::step]


def _attempts(cells: Sequence[bytes], priors: Mapping[str, float]) -> list[_Attempt]:
    """What the codecs make of `cells`, the likeliest first; `priors` is how likely each is before that."""
    first = cells[:: max(1, len(cells) // _MAX_FIRST_CELLS)]
    tried = _tried(first, priors)
    if len(first) == len(cells) or not tried:
        return tried
    near = {one.codec: priors[one.codec] for one in tried if one.score > tried[0].score - _MAX_BEHIND}
    return _tried(cells, near)


def _tried(cells: Sequence[bytes], priors: Mapping[str, float]) -> list[_Attempt]:
    attempts = (_attempt(codec, cells, prior) for codec, prior in priors.items())
    return sorted((one for one in attempts if one), key=lambda one: one.score, reverse=True)


def _attempt(codec: str, cells: Sequence[bytes], prior: float) -> _Attempt | None:
    texts = tuple(_decoded(cell, codec) for cell in cells)
    if texts.count(None) > len(texts) * _MAX_UNDECODABLE_SHARE:
        return None
    score = prior + sum(
        _UNDECODABLE_CELL + _UNDECODABLE_BYTE * len(cell)
        for cell, text in zip(cells, texts, strict=True)
        if text is None
    )
    words: Counter[str] = Counter()
    letters: set[str] = set()
    odd = beyond = 0
    for text in texts:
        if text is None:
            continue
        marks = _BEYOND_ASCII.findall(text)
        letters.update(marks)
        beyond += len(marks)
        cell_odd = 0
        padded = f"\n\n{text}\n\n"
        for match in _BEYOND_ASCII.finditer(padded):
            cell_odd += is_odd(padded[match.start() - 2 : match.start() + 3])
        odd += cell_odd
        score += _ODDITY * min(cell_odd, _MAX_ODDITIES_A_CELL)
        end = 0
        for word in WORD.finditer(text):
            score += _between(text[end : word.start()])
            if (
                word[0].isascii()
                and text[end : word.start()][-1:].isascii()
                and text[word.end() :][:1].isascii()
            ):
                score += ASCII_COST * len(word[0])
            else:
                words[word[0]] += 1
            end = word.end()
        score += _between(text[end:])
    score += _words_cost(words, LANGUAGES[codec])
    return _Attempt(
        codec=codec, texts=texts, score=score, odd_share=odd / max(1, beyond), different_letters=len(letters)
    )


def _between(text: str) -> float:
    if text.isascii():
        return ASCII_COST * len(text)
    return sum(ASCII_COST if sign.isascii() else sign_cost(sign) for sign in text)


def _words_cost(words: Counter[str], languages: Sequence[str]) -> float:
    """The cost of `words` in the language that fits best, or in a mixture of them."""
    models = [model_of(language) for language in languages]
    costs = {word: [model.word(word) for model in models] for word in words}
    alone = max(
        sum(costs[word][index] * count for word, count in words.items()) for index in range(len(models))
    )
    mixed = sum(
        count * (math.log(sum(math.exp(cost - max(costs[word])) for cost in costs[word])) + max(costs[word]))
        - count * _MIXTURE
        for word, count in words.items()
    )
    return max(alone, mixed)


def _decoded(cell: bytes, codec: str) -> str | None:
    try:
        text = cell.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if _UPPER_CONTROL.search(text) else text


def is_half_width_katakana(data: bytes) -> bool:
    """Whether `data` makes half-width katakana in Shift-JIS, alone or among Japanese that names have.

    Two letters of it can be one of UTF-8.
    """
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    wide, half_width = _HALF_WIDTH.subn("", text)
    least = max(1, half_width * _MIN_HALF_WIDTH_SHARE)
    return (
        len(_FIRST_HALF_WIDTH.findall(text)) >= least
        and len(_LAST_HALF_WIDTH.findall(text)) >= least
        and (wide.isascii() or _is_japanese(wide))
    )


def _is_japanese(text: str) -> bool:
    model = model_of("ja")
    words = [word for word in WORD.findall(text) if not word.isascii()]
    return sum(map(model.word, words)) > -9.0 * sum(map(len, words))
