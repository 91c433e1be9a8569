"""Three-letter codes of countries, as documents carry them, to two-letter ones (ISO 3166-1; ``D`` is Germany's in a zone)."""

from __future__ import annotations

_TWO = {
    "ARG": "AR", "AUS": "AU", "AUT": "AT", "BEL": "BE", "BOL": "BO", "BRA": "BR", "CAN": "CA", "CHE": "CH", "CHL": "CL",
    "CHN": "CN", "COL": "CO", "CRI": "CR", "CUB": "CU", "CZE": "CZ", "D": "DE", "DEU": "DE", "DNK": "DK", "DOM": "DO",
    "ECU": "EC", "ESP": "ES", "FIN": "FI", "FRA": "FR", "GBR": "GB", "GRC": "GR", "GTM": "GT", "HND": "HN", "HTI": "HT",
    "HUN": "HU", "IND": "IN", "IRL": "IE", "ISR": "IL", "ITA": "IT", "JPN": "JP", "KOR": "KR", "MEX": "MX", "NIC": "NI",
    "NLD": "NL", "NOR": "NO", "NZL": "NZ", "PAN": "PA", "PER": "PE", "POL": "PL", "PRT": "PT", "PRY": "PY", "ROU": "RO",
    "RUS": "RU", "SLV": "SV", "SWE": "SE", "TUR": "TR", "UKR": "UA", "URY": "UY", "USA": "US", "VEN": "VE", "ZAF": "ZA",
}  # fmt: skip


def alpha2(code: str) -> str:
    """Two letters, or empty for a code that is not listed here."""
    return _TWO.get(code.upper(), "")
