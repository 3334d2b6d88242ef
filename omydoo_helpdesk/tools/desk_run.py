# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is kept in mind while a desk moves in: the mapping, what was found, the report.

Nothing here grows with the number of tickets but the list of what was kept back, of
which the first are named and the others counted.
"""

from collections import Counter
from dataclasses import dataclass, field

# What a name of the file may stand for here
KINDS = (
    "team",
    "stage",
    "category",
    "priority",
    "channel",
    "application",
    "user",
    "customer",
)
# Those that are made where nothing here has their name, if the manager says so
MADE = ("team", "stage", "category", "channel", "application")
# In the words of the file that the manager gives to the command
PLURALS = {
    "team": "teams",
    "stage": "stages",
    "category": "categories",
    "priority": "priorities",
    "channel": "channels",
    "application": "applications",
    "user": "users",
    "customer": "customers",
}
# Nobody is told of what happened elsewhere, and nothing of it happens again.
SILENT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_notify_force_send": False,
    "import_file": True,
}
# How many of those kept back are named
NAMED = 1_000


class Misfit(Exception):
    """Why a ticket of the file cannot be taken as it is, in words for the manager."""


@dataclass
class Run:
    """One reading of a file."""

    source: str
    header: dict = field(default_factory=dict)
    # By kind, for a name of the file that of a record here, "#" and its id, or nothing
    mapping: dict = field(default_factory=dict)
    makes: bool = False  # whether what lacks is made
    dry: bool = False  # whether nothing is written
    counts: Counter = field(default_factory=Counter)
    # Line, id of the ticket, why, of what was kept back
    kept: list = field(default_factory=list)
    # How many tickets name what, by kind and name
    names: Counter = field(default_factory=Counter)
    # By kind and name, the id here, or None
    found: dict = field(default_factory=dict)
    # By kind, those of the names that nothing here has
    lacking: dict = field(default_factory=dict)
    # Of the ticket at hand, in a dry run: all that does not fit, not the first only
    missed: list = field(default_factory=list)
    # Positions of the tickets that name others which come later in the file
    later: list = field(default_factory=list)
    done: bool = False

    def keep(self, line, name, reason):
        """Note what was kept back, and why.

        :param int line: in the file
        :param str name: id of the ticket, maybe empty
        :param str reason: a sentence
        """
        self.counts["kept"] += 1
        if len(self.kept) < NAMED:
            self.kept.append((line, name, reason))

    def miss(self, reason):
        """Note why the ticket at hand cannot be taken; look on in a dry run.

        :param str reason: a sentence
        :return: False
        :raise Misfit: unless it is a dry run
        """
        if not self.dry:
            raise Misfit(reason)
        self.missed.append(reason)
        return False

    def note(self, line, name, reason):
        """Note what of a ticket was left out, and why.

        :param int line: in the file
        :param str name: id of the ticket
        :param str reason: a sentence
        """
        self.counts["left_out"] += 1
        if len(self.kept) < NAMED:
            self.kept.append((line, name, reason))

    def use(self, kind, name):
        """Count a name.

        :param str kind: of ``KINDS``
        :param str name: as in the file
        """
        self.names[kind, name] += 1

    def get_target(self, kind, name):
        """Return what the manager says of a name.

        :param str kind: of ``KINDS``
        :param str name: as in the file
        :return: None if nothing is said, empty if it is to be left out
        :rtype: str or None
        """
        return self.mapping.get(kind, {}).get(name)


def parse_mapping(values):
    """Return a mapping that a manager wrote, by kind.

    :param values: as parsed from JSON: by the plural of each kind, names and targets
    :rtype: dict[str, dict[str, str]]
    :raise ValueError: naming what is none

    >>> parse_mapping({"stages": {"Won": "Done", "Lost": None}})
    {'stage': {'Won': 'Done', 'Lost': ''}}
    >>> parse_mapping({"steps": {}})
    Traceback (most recent call last):
        ...
    ValueError: steps
    """
    kinds = {plural: kind for kind, plural in PLURALS.items()}
    if not isinstance(values, dict):
        raise ValueError(str(values)[:80])
    mapping = {}
    for plural, targets in values.items():
        if plural not in kinds or not isinstance(targets, dict):
            raise ValueError(str(plural)[:80])
        for target in targets.values():
            if target is not None and not isinstance(target, str):
                raise ValueError(str(target)[:80])
        mapping[kinds[plural]] = {
            name: (target or "").strip() for name, target in targets.items()
        }
    return mapping
