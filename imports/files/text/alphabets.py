"""The encodings that are told by their letters, and the letters of the languages that are written in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Python's codecs, and how common each is beside those that may be taken for it: most users write in Western Europe and
# the Americas. Of codecs that make the same text of the lines it is the first. ISO 8859-10 and -16 can only be chosen
# by a person: hardly anything was written in them, and Romanian in the latter has the same bytes as in Windows-1250.
CANDIDATES: dict[str, float] = {
    "cp1252": 1.0,
    "cp1250": 0.93,
    "cp1251": 1.0,
    "cp1253": 1.0,
    "cp1254": 0.94,
    "cp1255": 1.0,
    "cp1256": 1.0,
    "cp1257": 0.93,
    "cp1258": 0.94,
    "cp874": 1.0,
    "cp932": 1.0,
    "euc_jis_2004": 1.0,
    "gb18030": 1.0,
    "big5hkscs": 1.0,
    "cp949": 1.0,
    "koi8-r": 1.0,
    "koi8-u": 0.99,
    "iso8859-15": 0.98,
    "iso8859-2": 0.91,
    "iso8859-5": 0.99,
    "iso8859-6": 0.99,
    "iso8859-7": 0.99,
    "iso8859-8": 0.99,
    "iso8859-13": 0.91,
    "mac-roman": 0.925,
    "cp850": 0.92,
    "cp852": 0.9,
    "cp857": 0.9,
    "cp866": 0.99,
    "cp437": 0.91,
    "iso8859-4": 0.75,
}
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
FREQUENT_LETTERS: dict[str, frozenset[str]] = {
    "cp932": frozenset(_JAPANESE),
    "euc_jis_2004": frozenset(_JAPANESE),
    "gb18030": frozenset(_SIMPLIFIED_CHINESE),
    "big5hkscs": frozenset(_TRADITIONAL_CHINESE),
    "cp949": frozenset(_KOREAN),
}

_VOWELS = "aeiouyáâäæåàéèêíóôöøúü"
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
END_OF_WORD = "\n"


@dataclass(frozen=True, slots=True)
class Language:
    """The small letters beyond ASCII of a language; and for some, the only ones that follow them or `END_OF_WORD`.

    `weight` is less than 1 for one that is rare in its encodings, and so rarer still beside others.
    """

    letters: str
    followers: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0


_GERMAN = Language("äöüßé")
_WESTERN = (
    # Spanish, Catalan, Portuguese, French, Italian, German, Dutch, Danish and Norwegian, Swedish and Finnish, Icelandic
    Language("áéíóúüñ", {"ñ": _VOWELS}),
    Language("àáèéíïòóúüçñ", {"ñ": _VOWELS}),
    Language("áâàãçéêíóôõúü", {"ã": "oeis" + END_OF_WORD, "õ": "e"}),
    Language(
        "éèêëàâîïôûùçœæÿ",
        {
            "è": _CONSONANTS,
            "ê": _CONSONANTS,
            "û": "lmnrst",
            "à": END_OF_WORD,
            "ù": END_OF_WORD,
            "œ": "uincstdr",
            "æ": "ltr",
        },
    ),
    Language("àèéìòù", dict.fromkeys("àèéìòù", END_OF_WORD)),
    _GERMAN,
    Language("ëéïöüè"),
    Language("æøåéö"),
    Language("åäöéü"),
    Language("áéíóúýðþæö", weight=0.9),
)
_ESTONIAN = Language("äöõüšž", weight=0.9)
_CENTRAL_EUROPEAN = (
    # Polish, Czech, Slovak, Hungarian, Romanian, Croatian and Slovenian
    Language("ąćęłńóśźż", dict.fromkeys("ąćęńśź", _CONSONANTS + "łż" + END_OF_WORD)),
    Language("áčďéěíňóřšťúůýž"),
    Language("áäčďéíľňóôšťúýž"),
    Language("áéíóöőúüű"),
    Language("ăâîşţ"),
    Language("čćđšž"),
    _GERMAN,
)
_BALTIC = (
    # Lithuanian, Latvian, Estonian
    Language("ąčęėįšųūž"),
    Language("āčēģīķļņšūž"),
    Language("äöõüšž"),
    _GERMAN,
)
# The capital of i has its dot there.
_TURKISH = (Language("çğıiöşüâî"), _GERMAN)

# The encodings of Latin letters have many letters in the same places, and chardet knows too few names to tell them
# apart: Spanish ñ and Polish ń are one byte, and only one of them has vowels after it.
LANGUAGES: dict[str, tuple[Language, ...]] = {
    "cp1252": (*_WESTERN, _ESTONIAN),
    "iso8859-15": (*_WESTERN, _ESTONIAN),
    "mac-roman": _WESTERN,
    "cp850": _WESTERN,
    "cp437": _WESTERN,
    "cp1250": _CENTRAL_EUROPEAN,
    "iso8859-2": _CENTRAL_EUROPEAN,
    "cp852": _CENTRAL_EUROPEAN,
    "cp1257": _BALTIC,
    "iso8859-13": _BALTIC,
    "iso8859-4": _BALTIC,
    "cp1254": _TURKISH,
    "cp857": _TURKISH,
}
