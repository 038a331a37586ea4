"""Which of the encodings that are told by their letters alone makes likely names and words of some lines.

chardet knows how often letters meet in the languages of each encoding, which decides between long texts. Contact
files have few letters beyond ASCII and hardly a sentence, so what a name never looks like counts as much.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import chardet

# Python's codecs, and how common each is beside those that may be taken for it. Of codecs that make the same text of
# the lines it is the first. ISO 8859-10 and -16 can only be chosen by a person: hardly anything was written in them,
# and Romanian in the latter has the same bytes as in Windows-1250.
CANDIDATES: dict[str, float] = {
    "cp1252": 1.0,
    "cp1250": 0.94,
    "cp1251": 1.0,
    "cp1253": 1.0,
    "cp1254": 0.94,
    "cp1255": 1.0,
    "cp1256": 1.0,
    "cp1257": 0.94,
    "cp1258": 0.94,
    "cp874": 1.0,
    "cp932": 1.0,
    "euc_jis_2004": 1.0,
    "gb18030": 1.0,
    "big5hkscs": 1.0,
    "cp949": 1.0,
    "koi8-r": 1.0,
    "koi8-u": 0.99,
    "iso8859-15": 0.99,
    "iso8859-2": 0.93,
    "iso8859-5": 0.99,
    "iso8859-6": 0.99,
    "iso8859-7": 0.99,
    "iso8859-8": 0.99,
    "iso8859-13": 0.92,
    "mac-roman": 0.99,
    "cp850": 0.99,
    "cp852": 0.93,
    "cp866": 0.99,
    "cp437": 0.985,
    "iso8859-4": 0.75,
}
# With no more different letters than these, how common a codec is counts in full; with more, the less the more.
_FEW_LETTERS = 2

# Letters that many names and addresses have. The encodings of East Asia share their bytes, and chardet, which
# weighs prose, takes Japanese names for Chinese.
_JAPANESE = (
    "田山本村中川木小井藤原野大高松林佐斎斉伊加鈴橋渡辺吉石清上下内島岡森池前後長谷和三崎東西南北京都府県"
    "市区郡町丁目番地号道子美郎一二太恵香陽真由明直健介樹也幸智翔佳裕浩治学横浜千葉神奈名古屋福札幌広仙台"
    "央新宮沢平阪戸港桃"
)
_SIMPLIFIED_CHINESE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕伟芳娜秀英敏静丽强磊"
    "军洋勇艳杰娟涛明超兰霞平刚桂建国文华玉红省市区县镇村路街号东西南北中山京上海广州深圳成都杭武汉安天津"
    "重庆苏长沙江河新大和金"
)
_TRADITIONAL_CHINESE = (
    "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴"
    "淑美雅怡志家俊建明文國華玉秀英惠芬玲雯婷君宏偉豪傑市縣區鄉鎮里路街段巷弄號樓臺台北中南東西雄新竹桃園"
    "基隆嘉義花蓮港九龍"
)
_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송유홍전고문손양배백허남심노하곽성차주우구민진지수현준영은경미희호"
    "동재상철혜선연아나원석기용인환훈도시군읍면로길대울부산광역특별세종천제해중앙"
)
_FREQUENT: dict[str, frozenset[str]] = {
    "cp932": frozenset(_JAPANESE),
    "euc_jis_2004": frozenset(_JAPANESE),
    "gb18030": frozenset(_SIMPLIFIED_CHINESE),
    "big5hkscs": frozenset(_TRADITIONAL_CHINESE),
    "cp949": frozenset(_KOREAN),
}
_UNFAMILIAR_SHARE = 0.1

# The letters beyond ASCII of the languages that each was made for. They have Western ones too, in the same places as
# Windows-1252, so a few names of the West make an unlikely mixture in them, and chardet may not mind.
_CENTRAL_EUROPEAN = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžäôľĺŕőűöüăâîşţđß")
_BALTIC = frozenset("ąčęėįšųūžāēģīķļņõäöü")
_TURKISH = frozenset("çğıöşüâîû")
_ALPHABETS: dict[str, frozenset[str]] = {
    "cp1250": _CENTRAL_EUROPEAN,
    "iso8859-2": _CENTRAL_EUROPEAN,
    "cp852": _CENTRAL_EUROPEAN,
    "cp1257": _BALTIC,
    "iso8859-13": _BALTIC,
    "iso8859-4": _BALTIC,
    "cp1254": _TURKISH,
}
_WEIGHT_OF_FOREIGN_LETTERS = 0.5

_SCRIPTS = frozenset({"LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "THAI"})
_INSIDE_WORDS = "\N{MIDDLE DOT}\N{ACUTE ACCENT}\N{RIGHT SINGLE QUOTATION MARK}"
_INVISIBLE = "\N{SOFT HYPHEN}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
_BESIDE_WORDS = "\N{NO-BREAK SPACE}“‘”’«»‹›–—€£"
_AFTER_WORDS = "©®™°"
_SMALL_AMONG_CAPITALS = "ßı"

# Where the Windows code pages have letters and ISO 8859 has nothing that is ever written.
_UPPER_CONTROL = re.compile("[\x80-\x9f]")
_WEIGHT_OF_ODDITY = 0.8
_MAX_ODDITIES = 20
_DOUBTFUL_ODDITY_SHARE = 0.1
_MAX_ODDITY_SHARE = 0.5
# Candidates that chardet finds this much less likely than the best were never the right one.
_MIN_LIKELIHOOD_SHARE = 0.4
_PARTS = 8


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


def guess_by_letters(lines: Sequence[bytes]) -> Guess | None:
    """The likeliest codec of `lines`, each of which has bytes beyond ASCII; None when each makes nonsense."""
    attempts = _attempts(lines)
    if not attempts or attempts[0].oddity_share > _DOUBTFUL_ODDITY_SHARE:
        # A single damaged line is enough to rule out the right one.
        return _guess_by_parts(lines)
    best = attempts[0]
    second = next((one.score for one in attempts if one.text != best.text), 0.0)
    alike = {one.codec for one in attempts if one.text == best.text}
    codec = next(codec for codec in CANDIDATES if codec in alike)
    confidence = min(_confidence(best.score, second), 1 - 0.1 / best.different_letters)
    return Guess(codec, confidence * (1 - best.oddity_share))


def _guess_by_parts(lines: Sequence[bytes]) -> Guess | None:
    """What most parts of the lines agree on."""
    votes: defaultdict[str, float] = defaultdict(float)
    oddity_shares: defaultdict[str, list[float]] = defaultdict(list)
    parts = [part for start in range(_PARTS) if (part := lines[start::_PARTS])]
    for part in parts:
        attempts = _attempts(part)
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


def _attempts(lines: Sequence[bytes]) -> list[_Attempt]:
    """The codecs that can decode `lines`, the likeliest first."""
    data = b"\n".join(lines)
    likelihoods = chardet.detect_all(
        data,
        ignore_threshold=True,
        max_bytes=len(data),
        compat_names=False,
        include_encodings=CANDIDATES,
    )
    attempts = [
        _attempt(found["encoding"], found["confidence"], data)
        for found in likelihoods
        if found["encoding"] in CANDIDATES
        and found["confidence"] > likelihoods[0]["confidence"] * _MIN_LIKELIHOOD_SHARE
    ]
    return sorted((one for one in attempts if one), key=lambda one: one.score, reverse=True)


def _attempt(codec: str, likelihood: float, data: bytes) -> _Attempt | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    if _UPPER_CONTROL.search(text):
        return None
    padded = f"\n{text}\n"
    triples = Counter(zip(padded, text, padded[2:], strict=False))
    beyond_ascii = {triple: count for triple, count in triples.items() if not triple[1].isascii()}
    oddities = sum(count for triple, count in beyond_ascii.items() if _is_odd(*triple))
    different_letters = max(1, len({letter for _, letter, _ in beyond_ascii}))
    commonness = CANDIDATES[codec] ** min(1, _FEW_LETTERS / different_letters)
    score = likelihood * commonness * _WEIGHT_OF_ODDITY ** min(oddities, _MAX_ODDITIES)
    if frequent := _FREQUENT.get(codec):
        score *= _UNFAMILIAR_SHARE + _familiar_share(text, frequent)
    if alphabet := _ALPHABETS.get(codec):
        score *= 1 - _WEIGHT_OF_FOREIGN_LETTERS * _foreign_share(text, alphabet)
    return _Attempt(
        codec=codec,
        text=text,
        score=score,
        oddity_share=oddities / max(1, sum(beyond_ascii.values())),
        different_letters=different_letters,
    )


def _familiar_share(text: str, frequent: frozenset[str]) -> float:
    east_asian = [letter for letter in text if letter >= "\N{CJK RADICAL REPEAT}"]
    familiar = sum(letter in frequent or "ぁ" <= letter <= "ヿ" for letter in east_asian)
    return familiar / max(1, len(east_asian))


def _foreign_share(text: str, alphabet: frozenset[str]) -> float:
    different = {letter for letter in text.lower() if letter.isalpha() and not letter.isascii()}
    return len(different - alphabet) / max(1, len(different))


def _is_odd(before: str, letter: str, after: str) -> bool:
    """Whether names and words hardly ever have `letter`, which is beyond ASCII, between the other two."""
    if _is_combining(letter):
        return not (before.isalpha() or _is_combining(before))
    if letter.isalpha():
        return _is_odd_letter(before, letter, after)
    category = unicodedata.category(letter)
    if category.startswith("C"):
        return letter not in _INVISIBLE
    if before.isalpha() and after.isalpha():
        return letter not in _INSIDE_WORDS
    if letter in _BESIDE_WORDS:
        return False
    if letter in _AFTER_WORDS:
        return after.isalpha()
    if category in ("Ps", "Pi"):
        return before.isalpha()
    return "─" <= letter <= "▟" or before.isalpha() or after.isalpha()


def _is_odd_letter(before: str, letter: str, after: str) -> bool:
    scripts = {_script(one) for one in (before, letter, after)} & _SCRIPTS
    if len(scripts) > 1:
        return True
    if _script(letter) in _SCRIPTS and not (before.isalpha() or _is_combining(after) or after.isalpha()):
        # By itself, a sign is likelier.
        return True
    if letter.isupper():
        return before.islower() or (before.isalpha() and after.islower())
    is_among_capitals = before.isupper() and letter.islower() and after.isupper()
    return is_among_capitals and letter not in _SMALL_AMONG_CAPITALS


def _is_combining(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
