# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What may happen to a production change, in which state, and where it leads.

Source: the charter. Nothing is done in production without the customer's agreement,
which is given once, to what is asked, and may be taken back until it is applied.
"""

import hashlib
from types import MappingProxyType

OPEN_STATES = ("awaiting", "agreed")
FINAL_STATES = ("applied", "undone", "cancelled")

# For each kind of event of the ledger that is a move: from which state to which.
MOVES = MappingProxyType(
    {
        # What was agreed to is asked again only once the agreement does not hold any
        # more: that is looked at by whoever asks.
        "asked": {
            "draft": "awaiting",
            "refused": "awaiting",
            "withdrawn": "awaiting",
            "agreed": "awaiting",
        },
        "agreed": {"awaiting": "agreed"},
        "refused": {"awaiting": "refused"},
        "question": {"awaiting": "awaiting"},
        # Asked again or not: a question is not left without its answer.
        "answered": {
            state: state
            for state in (
                "draft",
                "awaiting",
                "agreed",
                "refused",
                "withdrawn",
                "applied",
                "undone",
                "cancelled",
            )
        },
        "withdrawn": {"agreed": "withdrawn"},
        "voided": {"awaiting": "draft", "agreed": "draft"},
        "expired": {"awaiting": "draft", "agreed": "draft"},
        "phone": {"draft": "agreed", "awaiting": "agreed"},
        "seconded": {"agreed": "agreed"},
        "confirmed": {"agreed": "agreed", "applied": "applied", "undone": "undone"},
        # What is applied already stays applied, and disputed.
        "disputed": {"agreed": "refused", "applied": "applied", "undone": "undone"},
        "applied": {"agreed": "applied"},
        "undone": {"applied": "undone"},
        "cancelled": {
            "draft": "cancelled",
            "awaiting": "cancelled",
            "agreed": "cancelled",
            "refused": "cancelled",
            "withdrawn": "cancelled",
        },
    }
)
# The words between the contacts and the desk: whose turn it is changes with them.
TALK = frozenset({"question", "answered"})

# Who is told: the contacts who were asked, by mail; who is in charge, by an activity;
# and whoever did it, by a receipt.
TOLD_TO_CONTACTS = frozenset(
    {"asked", "phone", "voided", "expired", "cancelled", "applied", "undone"}
)
RECEIPTS = frozenset(
    {"agreed", "refused", "question", "withdrawn", "confirmed", "disputed"}
)
TOLD_TO_DESK = frozenset(
    {
        "agreed",
        "refused",
        "question",
        "withdrawn",
        "confirmed",
        "disputed",
        "voided",
        "expired",
    }
)


def get_target(kind, state):
    """Return where a move leads.

    >>> get_target("agreed", "awaiting")
    'agreed'
    >>> get_target("agreed", "applied") is None
    True

    :param str kind: of ``MOVES``
    :param str state: in which the change is
    :return: the state it leads to, None if it is not to be made from there
    :rtype: str or None
    :raise KeyError: if the move is unknown
    """
    return MOVES[kind].get(state)


def is_told_to_contacts(kind, state):
    """Say whether the contacts are told of a move.

    Of what is given up only those hear who are asked, or have agreed.

    >>> is_told_to_contacts("cancelled", "draft")
    False
    >>> is_told_to_contacts("cancelled", "awaiting")
    True

    :param str kind: of ``MOVES``
    :param str state: in which the change was
    :rtype: bool
    """
    return kind in TOLD_TO_CONTACTS and (kind != "cancelled" or state in OPEN_STATES)


def hash_text(text):
    """Return the fingerprint of a text.

    :param str text: exactly as it was shown
    :return: SHA-256 of its UTF-8 bytes, in hexadecimal
    :rtype: str
    """
    return hashlib.sha256(text.encode()).hexdigest()
