"""How likely a text is in a language: which letters follow which, in which letter case, beside which signs.

Logarithms of probabilities throughout, so that what different encodings make of the same bytes can be compared: each
character is paid for once, whatever it is.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from imports.files.text.alphabets import FREQUENT_LETTERS

PAIRS = Path(__file__).with_name("letter_pairs.json")

# Letters, and the marks above, below and beside them that some scripts write by themselves.
WORD = re.compile(
    r"(?:[^\W\d_ªº²³¹¼½¾ﬁﬂ]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+"
)
EDGE = " "
_TONES = "\u0300\u0301\u0303\u0309\u0323"

# What any ASCII character costs where no language says more of it: about one in twenty.
ASCII_COST = -3.0
# How much a letter by itself counts beside the letter with the one before.
_ALONE_SHARE = 0.1
_FOREIGN_SHARE = 0.02
_SAME_SCRIPT = 1 / 100
_OTHER_SCRIPT = 1e-6

_TITLE, _UPPER, _LOWER, _ODD_CASE = -0.7, -1.2, -1.4, -5.0

_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_FULL_WIDTH = re.compile("[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]")
_FULL_WIDTH_COST = -6.5
_BESIDE_OTHER_SCRIPT = -7.0

_SIGN_COSTS = {
    **dict.fromkeys("’", -3.5),
    **dict.fromkeys("\xa0–№", -4.5),
    **dict.fromkeys("“”€°ºª", -5.0),
    **dict.fromkeys("‘…—£", -5.5),
    **dict.fromkeys("«»•™®©·´\u200e\u200f\u200c\u200d", -6.5),
    **dict.fromkeys("½¼¾§²³×„‚¿¡", -7.0),
    **dict.fromkeys("‹›±¹µ¶†‡‰¥¢¨¸", -8.5),
    **dict.fromkeys("ﬁﬂ", -18.0),
}
_OTHER_SIGN = -10.0
_NO_CHARACTER = -14.0

# Where each national standard has the characters that are written most: its first level.
_LEVELS: dict[str, tuple[str, int, int]] = {
    "ja": ("euc_jp", 0xB0, 0xCF),
    "zh": ("gb2312", 0xB0, 0xD7),
    "zh_Hant": ("big5", 0xA4, 0xC6),
    "ko": ("euc_kr", 0xB0, 0xC8),
}
_FREQUENT = {"ja": "cp932", "zh": "gb18030", "zh_Hant": "big5hkscs", "ko": "cp949"}
# How much each source says of a character: words of CLDR, letters of names, the first level, all there are.
_SHARES = (0.3, 0.4, 0.27, 0.03)
_LEVEL_SIZE, _ALL_SIZE = 3_000, 20_000
_KANA_SHARE, _KANA_SIZE = 0.15, 170


def with_tones_apart(text: str) -> str:
    """`text` as Windows-1258 has it: some letters with their tones, for the others the tones by themselves."""
    return "".join(map(_with_tone_apart, text))


@lru_cache(maxsize=1_000)
def _with_tone_apart(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in marks if mark in _TONES)
        return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)) + tones
    return letter


class PairModel:
    """A language with an alphabet: how likely each letter follows each, from counts of pairs in its words."""

    def __init__(self, name: str, counts: Mapping[str, int]) -> None:
        self._is_turkish = name == "tr"
        self._pairs = counts
        self._firsts: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for pair, count in counts.items():
            self._firsts[pair[0]] += count
            letters[pair[1]] += count
        total = letters.total()
        self._letters = {letter: count / total for letter, count in letters.items()}
        self._script = _script(letters.most_common(2)[1][0])
        self._words: dict[str, float] = {}

    def word(self, word: str) -> float:
        """The cost of `word`, letters and marks alone."""
        if (known := self._words.get(word)) is None:
            known = self._words[word] = self._cost(word)
        return known

    def _cost(self, word: str) -> float:
        text = word.replace("İ", "i")
        if self._is_turkish:
            text = text.replace("I", "ı")
        text = text.lower()
        total, before = _case_cost(word), EDGE
        for letter in (*text, EDGE):
            alone = self._letters.get(letter, 0.0) * (1 - _FOREIGN_SHARE) + _FOREIGN_SHARE * self._foreign(
                letter
            )
            pair = self._pairs.get(before + letter, 0) / max(1, self._firsts[before])
            total += math.log((1 - _ALONE_SHARE) * pair + _ALONE_SHARE * alone)
            before = letter
        return total

    def _foreign(self, letter: str) -> float:
        return _SAME_SCRIPT if _script(letter) == self._script else _OTHER_SCRIPT


class CharacterModel:
    """A language with thousands of characters: how common each is by itself."""

    def __init__(self, name: str, counts: Mapping[str, int]) -> None:
        self._name = name
        total = sum(counts.values())
        self._seen = {letter: count / total for letter, count in counts.items()}
        self._frequent = FREQUENT_LETTERS[_FREQUENT[name]]
        self._costs: dict[str, float] = {}

    def word(self, word: str) -> float:
        """The cost of `word`; letters of other scripts hardly ever stand beside its characters."""
        total, before = 0.0, ""
        for letter in word:
            is_ascii = letter.isascii()
            total += ASCII_COST if is_ascii else self._cost(letter)
            if before and is_ascii != before.isascii():
                total += _BESIDE_OTHER_SCRIPT
            before = letter
        return total

    def _cost(self, letter: str) -> float:
        if (known := self._costs.get(letter)) is None:
            known = self._costs[letter] = math.log(self._share(letter))
        return known

    def _share(self, letter: str) -> float:
        if not (_EAST_ASIAN.match(letter) or letter in "ｰー々〇"):
            return _OTHER_SCRIPT
        in_words, in_names, first_level, any_level = _SHARES
        share = in_words * self._seen.get(letter, 0.0) + any_level / _ALL_SIZE
        if letter in self._frequent:
            share += in_names / len(self._frequent)
        if self._name == "ja" and "ぁ" <= letter <= "ヿ":
            share += _KANA_SHARE / _KANA_SIZE
        elif self._is_on_first_level(letter):
            share += first_level / _LEVEL_SIZE
        return share

    def _is_on_first_level(self, letter: str) -> bool:
        codec, first, last = _LEVELS[self._name]
        try:
            code = letter.encode(codec)
        except UnicodeEncodeError:
            return False
        return len(code) == 2 and first <= code[0] <= last


Model = PairModel | CharacterModel


@cache
def model_of(name: str) -> Model:
    """The model of a language of `letter_pairs.json`."""
    counts = _all_pairs()[name]
    return CharacterModel(name, counts) if name in _LEVELS else PairModel(name, counts)


@cache
def _all_pairs() -> dict[str, dict[str, int]]:
    pairs: dict[str, dict[str, int]] = json.loads(PAIRS.read_text("utf-8"))
    return pairs


def sign_cost(sign: str) -> float:
    """The cost of a character beyond ASCII that is no letter."""
    if (cost := _SIGN_COSTS.get(sign)) is not None:
        return cost
    if _FULL_WIDTH.match(sign):
        return _FULL_WIDTH_COST
    return _NO_CHARACTER if unicodedata.category(sign).startswith("C") else _OTHER_SIGN


def _case_cost(word: str) -> float:
    cased = [letter for letter in word if letter.isupper() or letter.islower()]
    if not cased:
        return 0.0
    capitals = [letter.isupper() for letter in cased]
    if all(capitals):
        return _UPPER
    if not any(capitals):
        return _LOWER
    if capitals[0] and not any(capitals[1:]):
        return _TITLE
    # ß and ı have no capital in most encodings, and n of "nº" none at all.
    if all(is_capital or letter in "ßıŉ" for is_capital, letter in zip(capitals, cased, strict=True)):
        return _UPPER
    switches = sum(one != other for one, other in pairwise(capitals))
    return _ODD_CASE - switches


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
