# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Days and times as a language writes them.

Babel parses its patterns each time, for a tenth of a millisecond, and a page tells the
same days again and again: what is written is kept for a while.
"""

from functools import lru_cache

import babel.dates

from odoo.tools.misc import babel_locale_parse

from .text import write_first_day

KEPT = 4096  # of each kind, about half a megabyte


@lru_cache(KEPT)
def write_day(day, lang):
    """Return a day in words.

    :param date day: the day
    :param str lang: code
    :rtype: str

    >>> from datetime import date
    >>> write_day(date(2026, 12, 1), "fr_FR")
    'mardi 1er décembre 2026'
    """
    locale = babel_locale_parse(lang)
    return write_first_day(babel.dates.format_date(day, "full", locale=locale), lang)


@lru_cache(KEPT)
def write_time(time, lang):
    """Return a time of the day, to the minute.

    :param time time: local, naive
    :param str lang: code
    :rtype: str

    >>> from datetime import time
    >>> write_time(time(15, 4), "fr_FR")
    '15:04'
    """
    locale = babel_locale_parse(lang)
    return babel.dates.format_time(time, "short", locale=locale)


@lru_cache(KEPT)
def write_moment(moment, lang):
    """Return a day and a time in short, to the minute.

    :param datetime moment: local, naive
    :param str lang: code
    :rtype: str

    >>> from datetime import datetime
    >>> write_moment(datetime(2026, 12, 1, 15, 4), "fr_FR")
    '01/12/2026 15:04'
    """
    locale = babel_locale_parse(lang)
    return babel.dates.format_datetime(moment, "short", locale=locale)
