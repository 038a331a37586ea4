"""Countries by code and by name, for the phone numbers of their rows."""

import phonenumbers
import polars as pl

from imports.contacts.cells import trim

# ISO 3166-1 two-letter code: three-letter code, then names in English, German, and their own language.
COUNTRIES: dict[str, tuple[str, ...]] = {
    "AE": ("ARE", "United Arab Emirates", "UAE", "Vereinigte Arabische Emirate"),
    "AR": ("ARG", "Argentina", "Argentinien"),
    "AT": ("AUT", "Austria", "Österreich", "Oesterreich"),
    "AU": ("AUS", "Australia", "Australien"),
    "BE": ("BEL", "Belgium", "Belgien", "België", "Belgique"),
    "BG": ("BGR", "Bulgaria", "Bulgarien"),
    "BR": ("BRA", "Brazil", "Brasilien", "Brasil"),
    "CA": ("CAN", "Canada", "Kanada"),
    "CH": ("CHE", "Switzerland", "Schweiz", "Suisse", "Svizzera"),
    "CL": ("CHL", "Chile"),
    "CN": ("CHN", "China", "People's Republic of China", "Volksrepublik China"),
    "CO": ("COL", "Colombia", "Kolumbien"),
    "CY": ("CYP", "Cyprus", "Zypern"),
    "CZ": ("CZE", "Czech Republic", "Czechia", "Tschechien", "Tschechische Republik", "Česko"),
    "DE": ("DEU", "Germany", "Deutschland", "BRD"),
    "DK": ("DNK", "Denmark", "Dänemark", "Daenemark", "Danmark"),
    "EE": ("EST", "Estonia", "Estland", "Eesti"),
    "EG": ("EGY", "Egypt", "Ägypten"),
    "ES": ("ESP", "Spain", "Spanien", "España"),
    "FI": ("FIN", "Finland", "Finnland", "Suomi"),
    "FR": ("FRA", "France", "Frankreich"),
    "GB": (
        *("GBR", "United Kingdom", "UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales"),
        *("Northern Ireland", "Vereinigtes Königreich", "Grossbritannien", "Großbritannien", "Schottland"),
    ),
    "GR": ("GRC", "Greece", "Griechenland", "Ελλάδα"),
    "HK": ("HKG", "Hong Kong", "Hongkong"),
    "HR": ("HRV", "Croatia", "Kroatien", "Hrvatska"),
    "HU": ("HUN", "Hungary", "Ungarn", "Magyarország"),
    "ID": ("IDN", "Indonesia", "Indonesien"),
    "IE": ("IRL", "Ireland", "Republic of Ireland", "Irland", "Éire"),
    "IL": ("ISR", "Israel"),
    "IN": ("IND", "India", "Indien"),
    "IS": ("ISL", "Iceland", "Island", "Ísland"),
    "IT": ("ITA", "Italy", "Italien", "Italia"),
    "JP": ("JPN", "Japan", "日本"),
    "KE": ("KEN", "Kenya", "Kenia"),
    "KR": ("KOR", "South Korea", "Republic of Korea", "Korea", "Südkorea"),
    "LI": ("LIE", "Liechtenstein"),
    "LT": ("LTU", "Lithuania", "Litauen", "Lietuva"),
    "LU": ("LUX", "Luxembourg", "Luxemburg"),
    "LV": ("LVA", "Latvia", "Lettland", "Latvija"),
    "MA": ("MAR", "Morocco", "Marokko"),
    "MT": ("MLT", "Malta"),
    "MX": ("MEX", "Mexico", "Mexiko", "México"),
    "MY": ("MYS", "Malaysia"),
    "NG": ("NGA", "Nigeria"),
    "NL": ("NLD", "Netherlands", "The Netherlands", "Holland", "Niederlande", "Nederland"),
    "NO": ("NOR", "Norway", "Norwegen", "Norge"),
    "NZ": ("NZL", "New Zealand", "Neuseeland"),
    "PH": ("PHL", "Philippines", "Philippinen"),
    "PK": ("PAK", "Pakistan"),
    "PL": ("POL", "Poland", "Polen", "Polska"),
    "PT": ("PRT", "Portugal"),
    "RO": ("ROU", "Romania", "Rumänien", "România"),
    "RS": ("SRB", "Serbia", "Serbien"),
    "SA": ("SAU", "Saudi Arabia", "Saudi-Arabien"),
    "SE": ("SWE", "Sweden", "Schweden", "Sverige"),
    "SG": ("SGP", "Singapore", "Singapur"),
    "SI": ("SVN", "Slovenia", "Slowenien", "Slovenija"),
    "SK": ("SVK", "Slovakia", "Slowakei", "Slovensko"),
    "TH": ("THA", "Thailand"),
    "TR": ("TUR", "Turkey", "Türkiye", "Türkei", "Tuerkei"),
    "TW": ("TWN", "Taiwan"),
    "UA": ("UKR", "Ukraine"),
    "US": (
        *("USA", "United States", "United States of America", "U.S.", "U.S.A.", "America"),
        *("Vereinigte Staaten", "Vereinigte Staaten von Amerika"),
    ),
    "VN": ("VNM", "Vietnam"),
    "ZA": ("ZAF", "South Africa", "Südafrika", "RSA"),
}

REGIONS: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The two-letter codes of all regions that have phone numbers."""

_CODES = {code.lower(): code for code in sorted(REGIONS)} | {
    name.lower(): code for code, names in COUNTRIES.items() for name in names
}


def read_region(country: pl.Expr) -> pl.Expr:
    """The two-letter codes of cells that hold countries by code or name, in any letter case; null for
    others."""
    return trim(country).str.to_lowercase().replace_strict(_CODES, default=None, return_dtype=pl.String)
