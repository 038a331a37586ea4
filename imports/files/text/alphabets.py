"""The encodings that are told by their letters, the languages written in each, and letters of names."""

# Python's codecs, and how common each is beside those that may be taken for it, as the logarithm of its odds: most
# users write in Western Europe and the Americas. Of codecs that make the same text of the lines it is the first.
# ISO 8859-10 and -16 can only be chosen by a person: hardly anything was written in them, and Romanian in the latter
# has the same bytes as in Windows-1250.
CANDIDATES: dict[str, float] = {
    "cp1252": 0.0,
    "cp1250": -3.4,
    "cp1251": 0.0,
    "cp1253": 0.0,
    "cp1254": -3.4,
    "cp1255": 0.0,
    "cp1256": 0.0,
    "cp1257": -4.4,
    "cp1258": -3.0,
    "cp874": 0.0,
    "cp932": -4.0,
    "euc_jis_2004": -4.0,
    "gb18030": -4.0,
    "big5hkscs": -4.0,
    "cp949": -4.0,
    "koi8-r": -1.0,
    "koi8-u": -1.1,
    "iso8859-15": -1.0,
    "iso8859-2": -5.0,
    "iso8859-5": -1.5,
    "iso8859-6": -1.0,
    "iso8859-7": -1.0,
    "iso8859-8": -1.0,
    "iso8859-13": -5.5,
    "mac-roman": -3.0,
    "cp850": -3.0,
    "cp852": -7.0,
    "cp857": -6.5,
    "cp866": -1.0,
    "cp437": -3.2,
    "iso8859-4": -8.0,
}

_WESTERN = ("en", "de", "fr", "es", "ca", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "et")
_CENTRAL_EUROPEAN = ("pl", "cs", "sk", "hu", "ro", "hr", "sl", "de")
_BALTIC = ("lt", "lv", "et", "de")
_TURKISH = ("tr", "de")
_CYRILLIC = ("ru", "uk", "bg", "sr", "mk", "be")

# The names of models in `letter_pairs.json`.
LANGUAGES: dict[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL_EUROPEAN,
    "cp1251": _CYRILLIC,
    "cp1253": ("el",),
    "cp1254": _TURKISH,
    "cp1255": ("he",),
    "cp1256": ("ar", "fa"),
    "cp1257": _BALTIC,
    "cp1258": ("vi",),
    "cp874": ("th",),
    "cp932": ("ja", "ja_half"),
    "euc_jis_2004": ("ja",),
    "gb18030": ("zh",),
    "big5hkscs": ("zh_Hant",),
    "cp949": ("ko",),
    "koi8-r": ("ru", "bg"),
    "koi8-u": ("uk", "ru"),
    "iso8859-15": _WESTERN,
    "iso8859-2": _CENTRAL_EUROPEAN,
    "iso8859-5": _CYRILLIC,
    "iso8859-6": ("ar",),
    "iso8859-7": ("el",),
    "iso8859-8": ("he",),
    "iso8859-13": _BALTIC,
    "mac-roman": _WESTERN,
    "cp850": _WESTERN,
    "cp852": _CENTRAL_EUROPEAN,
    "cp857": _TURKISH,
    "cp866": ("ru", "bg", "uk", "be"),
    "cp437": _WESTERN,
    "iso8859-4": _BALTIC,
}

# Letters that many names and addresses have. The encodings of East Asia share their bytes.
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
