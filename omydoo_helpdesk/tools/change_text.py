# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The text of a production change, as its agreement is compared."""

import hashlib


def hash_text(text):
    """Return the fingerprint of a text.

    :param str text: exactly as it was shown
    :return: SHA-256 of its UTF-8 bytes, in hexadecimal
    :rtype: str
    """
    return hashlib.sha256(text.encode()).hexdigest()
