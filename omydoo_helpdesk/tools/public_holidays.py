# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The public holidays of a country, computed where the library for it is installed."""

try:
    import holidays
except ImportError:  # optional: without it, holidays are typed
    holidays = None


def can_compute():
    """Say whether the library is installed.

    :rtype: bool
    """
    return holidays is not None


def find_holidays(country, subdivision, years, lang):
    """Return the public holidays of a country, or of a part of it.

    Computed on this machine, by the library `holidays`; nothing is fetched.

    :param str country: its code of two letters (ISO 3166-1)
    :param str subdivision: the code of a part of it, which may have holidays of its
        own; left out where the library does not know it
    :param years: integers
    :param str lang: code of the language for their names, as ``fr_FR``; the country's
        own where the library does not know it
    :return: days and names in the order of time; None where nobody can tell, without
        the library or for a country that it does not know
    :rtype: list[tuple[date, str]]
    """
    if holidays is None or not country:
        return None
    try:
        of_country = holidays.country_holidays(country)
    except NotImplementedError:
        return None
    known = of_country.supported_languages
    language = next(
        (code for code in (lang, lang.split("_")[0]) if code in known), None
    )
    if language is None and lang.startswith("en"):
        language = next((code for code in known if code.startswith("en")), None)
    found = holidays.country_holidays(
        country,
        subdiv=subdivision if subdivision in of_country.subdivisions else None,
        years=list(years),
        language=language,
    )
    return sorted(found.items())
