"""Which of the encodings that are told by their letters alone makes likely names and words of some lines.

chardet knows how often letters meet in the languages of each encoding, which tells scripts apart. Contact files have
few letters beyond ASCII and hardly a sentence, so what a name never looks like counts as much; and which of the
encodings of Latin letters it is, the alphabets of their languages tell.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import chardet

from imports.files.text.alphabets import CANDIDATES, END_OF_WORD, FREQUENT_LETTERS, LANGUAGES, Language

# With no more different letters than these, how common a codec is counts in full; with more, the less the more.
_FEW_LETTERS = 2

_UNFAMILIAR_SHARE = 0.1
# Mixtures of languages are rarer than any of them.
_WEIGHT_OF_MIXTURE = 0.88
# A text whose letters all fit a language is so many times likelier than one with none that does: ten.
_MIN_FIT = 0.1
_LEAST_LIKELIHOOD = 1e-6

# Old Macs ended lines so, and hardly anything else did.
_WEIGHT_OF_MAC_LINE_ENDS = 1.25

_SCRIPTS = frozenset({"LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "THAI"})
_INSIDE_WORDS = "\N{MIDDLE DOT}\N{ACUTE ACCENT}\N{RIGHT SINGLE QUOTATION MARK}"
_INVISIBLE = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
_BESIDE_WORDS = "\N{NO-BREAK SPACE}’«»–—"
_BEFORE_WORDS = "“‘‹¡¿"
_AFTER_WORDS = "”›…€£©®™°½¼¾"
_ORDINALS = "ªº"
_NEVER_WRITTEN = "¤¦¬"
_NEVER_FIRST = "ðßŮů"
_AFTER_VOWELS = "Ğğ"
_TURKISH_VOWELS = frozenset("aeıioöuüâîû")
_SMALL_AMONG_CAPITALS = "ßı"

# Where the Windows code pages have letters and ISO 8859 has nothing that is ever written.
_UPPER_CONTROL = re.compile("[\x80-\x9f]")
_WEIGHT_OF_ODDITY = 0.8
_WEIGHT_OF_ODDITY_SHARE = 0.8
_MAX_ODDITIES = 20
_DOUBTFUL_ODDITY_SHARE = 0.1
_MAX_ODDITY_SHARE = 0.5
# Candidates that chardet finds this much less likely than the best were never the right one.
_MIN_LIKELIHOOD_SHARE = 0.4
_PARTS = 8

_MIN_DECIDING_LETTERS = 3
_UNDECIDED_CONFIDENCE = 0.75

# In half-width katakana both of these ranges are letters of every other name. Capitals, or small letters, or the
# beginnings of words have one of them in the encodings of Cyrillic.
_HALF_WIDTH = re.compile("[ｦ-ﾟ]")
_FIRST_HALF_WIDTH = re.compile("[ｱ-ｿ]")
_LAST_HALF_WIDTH = re.compile("[ﾐ-ﾟ]")
_MIN_HALF_WIDTH_SHARE = 0.1
_MIN_FAMILIAR_SHARE = 0.5
_WEIGHT_OF_HALF_WIDTH = 0.85

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Guess:
    """A Python codec of `CANDIDATES` and how sure it is, from 0 to 1."""

    codec: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What one codec makes of the lines. `score` compares attempts at the same lines and means nothing else."""

    codec: str
    text: str
    score: float
    oddity_share: float
    different_letters: int


def guess_by_letters(lines: Sequence[bytes], has_mac_line_ends: bool = False) -> Guess | None:
    """The likeliest codec of `lines`, each of which has bytes beyond ASCII; None when each makes nonsense.

    `has_mac_line_ends` is whether lone carriage returns ended them.
    """
    attempts = _attempts(lines, has_mac_line_ends)
    if not attempts or attempts[0].oddity_share > _DOUBTFUL_ODDITY_SHARE:
        # A single damaged line is enough to rule out the right one.
        return _guess_by_parts(lines, has_mac_line_ends)
    best = attempts[0]
    second = next((one for one in attempts if one.text != best.text), None)
    alike = {one.codec for one in attempts if one.text == best.text}
    codec = next(codec for codec in CANDIDATES if codec in alike)
    confidence = min(
        _confidence(best.score, second.score if second else 0.0), 1 - 0.1 / best.different_letters
    )
    if _deciding_letters(best, second) < _MIN_DECIDING_LETTERS:
        confidence = min(confidence, _UNDECIDED_CONFIDENCE)
    return Guess(codec, confidence * (1 - best.oddity_share))


def _deciding_letters(best: _Attempt, second: _Attempt | None) -> int:
    """How many different letters beyond ASCII the likeliest two do not have in common."""
    if second is None or len(best.text) != len(second.text):
        return best.different_letters
    return len({one for one, other in zip(best.text, second.text, strict=True) if one != other})


def _guess_by_parts(lines: Sequence[bytes], has_mac_line_ends: bool) -> Guess | None:
    """What most parts of the lines agree on."""
    votes: defaultdict[str, float] = defaultdict(float)
    oddity_shares: defaultdict[str, list[float]] = defaultdict(list)
    parts = [part for start in range(_PARTS) if (part := lines[start::_PARTS])]
    for part in parts:
        attempts = _attempts(part, has_mac_line_ends)
        for one in attempts:
            votes[one.codec] += one.score / attempts[0].score
            oddity_shares[one.codec].append(one.oddity_share)
    if not votes:
        return None
    codec, *others = sorted(votes, key=votes.__getitem__, reverse=True)
    oddity_share = mean(oddity_shares[codec])
    if oddity_share > _MAX_ODDITY_SHARE:
        return None
    second = votes[others[0]] if others else 0.0
    return Guess(codec, _confidence(votes[codec], second) * (1 - oddity_share) * votes[codec] / len(parts))


def _confidence(best: float, second: float) -> float:
    # Measured on labelled tables: equal scores are right two times in three, a tenth apart nine times in ten. In the
    # same way, those with a single letter beyond ASCII were right nine times in ten.
    return min(0.99, 0.65 + 2.5 * (1 - second / best))


def _attempts(lines: Sequence[bytes], has_mac_line_ends: bool) -> list[_Attempt]:
    """The codecs that can decode `lines`, the likeliest first."""
    data = b"\n".join(lines)
    likelihoods = _likelihoods(data)
    least = max(likelihoods.values()) * _MIN_LIKELIHOOD_SHARE
    attempts = [
        _attempt(codec, likelihood * _weight_of_line_ends(codec, has_mac_line_ends), data)
        for codec, likelihood in likelihoods.items()
        if likelihood >= least or codec in LANGUAGES
    ]
    return sorted((one for one in attempts if one), key=lambda one: one.score, reverse=True)


def _weight_of_line_ends(codec: str, has_mac_line_ends: bool) -> float:
    return _WEIGHT_OF_MAC_LINE_ENDS if has_mac_line_ends and codec == "mac-roman" else 1.0


def _likelihoods(data: bytes) -> dict[str, float]:
    """How likely chardet finds each codec; those of Latin letters are all as likely as the likeliest of them."""
    found = {
        one["encoding"]: one["confidence"]
        for one in chardet.detect_all(
            data,
            ignore_threshold=True,
            max_bytes=len(data),
            compat_names=False,
            include_encodings=CANDIDATES,
        )
        if one["encoding"] in CANDIDATES
    }
    latin = max((found.get(codec, 0.0) for codec in LANGUAGES), default=0.0)
    likelihoods = {**found, **dict.fromkeys(LANGUAGES, max(latin, _LEAST_LIKELIHOOD))}
    if is_half_width_katakana(data):
        likelihoods["cp932"] = _WEIGHT_OF_HALF_WIDTH * max(likelihoods.values())
    return {codec: likelihoods[codec] for codec in CANDIDATES if codec in likelihoods}


def is_half_width_katakana(data: bytes) -> bool:
    """Whether `data` makes half-width katakana in Shift-JIS, alone or among Japanese that names have.

    chardet takes it for other languages, and two letters of it can be one of UTF-8.
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
        and (wide.isascii() or _familiar_share(wide, FREQUENT_LETTERS["cp932"]) >= _MIN_FAMILIAR_SHARE)
    )


def _attempt(codec: str, likelihood: float, data: bytes) -> _Attempt | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    if _UPPER_CONTROL.search(text):
        return None
    padded = f"\n\n{text}\n\n"
    windows = Counter(padded[at - 2 : at + 3] for at in map(re.Match.start, _BEYOND_ASCII.finditer(padded)))
    oddities = sum(count for window, count in windows.items() if _is_odd(window))
    different_letters = max(1, len({window[2] for window in windows}))
    commonness = CANDIDATES[codec] ** min(1, _FEW_LETTERS / different_letters)
    oddity_share = oddities / max(1, windows.total())
    score = likelihood * commonness * _WEIGHT_OF_ODDITY ** min(oddities, _MAX_ODDITIES)
    score *= 1 - _WEIGHT_OF_ODDITY_SHARE * oddity_share
    if frequent := FREQUENT_LETTERS.get(codec):
        score *= _UNFAMILIAR_SHARE + _familiar_share(text, frequent)
    if languages := LANGUAGES.get(codec):
        score *= _MIN_FIT + (1 - _MIN_FIT) * _fit(windows, languages)
    return _Attempt(
        codec=codec,
        text=text,
        score=score,
        oddity_share=oddity_share,
        different_letters=different_letters,
    )


def _familiar_share(text: str, frequent: frozenset[str]) -> float:
    east_asian = [letter for letter in text if letter >= "\N{CJK RADICAL REPEAT}"]
    familiar = sum(
        letter in frequent or "ぁ" <= letter <= "ヿ" or "ｦ" <= letter <= "ﾟ" for letter in east_asian
    )
    return familiar / max(1, len(east_asian))


def _fit(windows: Counter[str], languages: tuple[Language, ...]) -> float:
    """How well the letters in the middle of `windows` fit one of the languages, or a mixture of them: 0 to 1."""
    pairs: Counter[tuple[str, str]] = Counter()
    for window, count in windows.items():
        if window[2].isalpha() and window[2] not in _ORDINALS:
            after = window[3].lower()[:1]
            pairs[window[2].lower()[:1], after if after.isalpha() else END_OF_WORD] += count
    if not pairs:
        return 1.0
    times: Counter[str] = Counter()
    for (letter, _), count in pairs.items():
        times[letter] += count
    fits = [
        [pairs[pair] / times[pair[0]] * _is_written(*pair, language) for language in languages]
        for pair in pairs
    ]
    alone = max(
        language.weight * sum(shares)
        for language, shares in zip(languages, zip(*fits, strict=True), strict=True)
    )
    mixed = _WEIGHT_OF_MIXTURE * sum(
        max(share for share, language in zip(shares, languages, strict=True) if language.weight == 1.0)
        for shares in fits
    )
    return max(alone, mixed) / len(times)


def _is_written(letter: str, after: str, language: Language) -> bool:
    return letter in language.letters and after in language.followers.get(letter, after)


def _is_odd(window: str) -> bool:
    """Whether names and words hardly ever have the letter in the middle, which is beyond ASCII, between the others."""
    before, letter, after = window[1], window[2], window[3]
    if _is_combining(letter):
        return not (before.isalpha() or _is_combining(before))
    if letter in _ORDINALS:
        return after.isalpha() or before.islower()
    if letter.isalpha():
        return _is_odd_letter(window)
    return _is_odd_sign(before, letter, after)


def _is_odd_sign(before: str, letter: str, after: str) -> bool:
    category = unicodedata.category(letter)
    if category.startswith("C"):
        return letter not in _INVISIBLE
    if before.isalpha() and after.isalpha():
        if letter == "\N{NO-BREAK SPACE}":
            return after.islower()
        return letter not in _INSIDE_WORDS
    if letter in _BESIDE_WORDS:
        return False
    if letter in _AFTER_WORDS:
        return after.isalpha()
    if letter in _BEFORE_WORDS or category in ("Ps", "Pi"):
        return before.isalpha()
    if letter in _NEVER_WRITTEN or category == "Sk":
        return True
    return "─" <= letter <= "▟" or before.isalpha() or after.isalpha()


def _is_odd_letter(window: str) -> bool:
    before, letter, after = window[1], window[2], window[3]
    scripts = {_script(one) for one in (before, letter, after)} & _SCRIPTS
    if len(scripts) > 1:
        return True
    if _script(letter) in _SCRIPTS and not (before.isalpha() or _is_combining(after) or after.isalpha()):
        # By itself, a sign is likelier.
        return True
    if letter in _NEVER_FIRST and not before.isalpha():
        return True
    if letter in _AFTER_VOWELS and before.lower() not in _TURKISH_VOWELS:
        return True
    if _script(letter) == "LATIN" and all(one.isalpha() and not one.isascii() for one in (before, after)):
        # Not even Polish or Turkish words often have three of them in a row; other scripts misread have only those.
        return True
    return _is_odd_case(window)


def _is_odd_case(window: str) -> bool:
    """Whether capitals and small letters meet as they do in no word."""
    before, letter, after = window[1], window[2], window[3]
    begins_inside = after.isupper() and window[4].islower()
    if letter.isupper():
        return before.islower() or (before.isalpha() and (after.islower() or begins_inside))
    if not letter.islower():
        return False
    is_among_capitals = before.isupper() and after.isupper() and letter not in _SMALL_AMONG_CAPITALS
    return is_among_capitals or begins_inside


def _is_combining(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
