# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time zones by the names that the database holds, whether or not they exist."""

import pytz


def find_zone(*names):
    """Return the first time zone that exists.

    Zones are renamed and removed, and what people have chosen stays in the database.

    :param names: of zones, or nothing where none was chosen
    :return: that zone, UTC if there is none
    :rtype: pytz.BaseTzInfo

    >>> find_zone(False, "Mars/Olympus", "Europe/Paris").zone
    'Europe/Paris'
    >>> find_zone("Mars/Olympus").zone
    'UTC'
    """
    for name in names:
        try:
            return pytz.timezone(name)
        except (pytz.UnknownTimeZoneError, AttributeError):
            continue
    return pytz.utc
