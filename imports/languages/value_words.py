"""Words that stand beside numbers, as patterns: currencies, and what an extension of a telephone begins with."""

CURRENCY_WORDS = (
    *(r"(?:US|AU|A|CA|C|NZ|HK|S|SG|R|NT|MX)\$", r"kr\.?", "zł", "Kč", "Ft", r"S?Fr\.?", "RM", r"Rp\.?"),
    *(r"Rs\.?", "lei", "din", "euros?", r"dollars?", "pounds?"),
)

EXTENSION_WORDS = r"(?i:;?ext=|extension|extn\.?|ext\.?|x|#|durchwahl|dw\.?|poste|int\.)"
