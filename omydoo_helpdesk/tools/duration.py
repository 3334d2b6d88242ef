# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long something takes, as people say it."""


def format_hours(hours):
    """Return a number of hours in words that English and French share.

    :param float hours: rounded to the minute
    :rtype: str

    >>> format_hours(1.5), format_hours(2), format_hours(0.75), format_hours(0)
    ('1 h 30', '2 h', '45 min', '0 min')
    >>> format_hours(1.9999), format_hours(-0.5), format_hours(7 / 60)
    ('2 h', '-30 min', '7 min')
    """
    total = round(hours * 60)
    sign = "-" if total < 0 else ""
    whole, minutes = divmod(abs(total), 60)
    if not whole:
        return f"{sign}{minutes} min"
    return f"{sign}{whole} h {minutes:02}" if minutes else f"{sign}{whole} h"
