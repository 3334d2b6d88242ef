# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who takes a ticket: a pure choice among people, by what they have and know.

Whether somebody is at work, and what they have to do, is for the caller to find out.
"""

from dataclasses import dataclass, field

TURN = "turn"
LOAD = "load"
SKILL = "skill"
METHODS = (TURN, LOAD, SKILL)
# What an open ticket weighs, by its priority: a blocking one keeps somebody four times
# as busy as a question.
WEIGHTS = {"0": 1, "1": 2, "3": 4}
DEFAULT_WEIGHT = 2


@dataclass(frozen=True)
class Skill:
    """What somebody knows; an empty set is whatever there is.

    >>> Skill(topics=frozenset({1})).fits(Work(topic=1, application=7))
    True
    >>> Skill(topics=frozenset({1}), applications=frozenset({8})).fits(Work(topic=1))
    False
    """

    topics: frozenset = frozenset()
    applications: frozenset = frozenset()

    def fits(self, work):
        """Say whether this is enough for some work.

        :rtype: bool
        """
        return (not self.topics or work.topic in self.topics) and (
            not self.applications or work.application in self.applications
        )


@dataclass(frozen=True)
class Work:
    """A ticket: what it is about, and what it weighs."""

    topic: object = None
    application: object = None
    weight: int = DEFAULT_WEIGHT


@dataclass
class Person:
    """Somebody of a team, with the work they have; ``key`` says whose turn it is."""

    key: int
    load: int = 0
    count: int = 0
    skills: tuple = field(default_factory=tuple)

    def knows(self, work):
        """Say whether one of their skills is enough for some work.

        :rtype: bool
        """
        return any(skill.fits(work) for skill in self.skills)


def distribute(method, people, works, last=None, limit=0):
    """Choose who takes each of some tickets.

    In turn: in the order of the keys, beginning after who was last; who is full is
    passed by. By load: who has the least, the heaviest tickets first, so that the loads
    differ by one light ticket at most; of equals, whose turn it is. By skill: likewise,
    among those who know what the ticket is about.

    >>> distribute(TURN, [Person(1), Person(2), Person(3)], [Work()] * 4, last=2)
    ([3, 1, 2, 3], 3)
    >>> distribute(LOAD, [Person(1, load=2, count=1), Person(2)], [Work()] * 3)
    ([2, 1, 2], 2)
    >>> distribute(LOAD, [Person(1, count=5)], [Work()], last=9, limit=5)
    ([None], 9)

    :param str method: one of ``METHODS``
    :param list[Person] people: who is at work; what they take is added to what they
        have
    :param list[Work] works: the tickets
    :param last: key of who was given the last ticket before, if anybody was
    :param int limit: of open tickets for each person; 0 for none
    :return: for each ticket the key of who takes it, or None; then who was last
    :rtype: tuple[list, object]
    :raise ValueError: if the method is none
    """
    if method not in METHODS:
        raise ValueError(f"no such method: {method!r}")
    people = sorted(people, key=lambda person: person.key)
    order = range(len(works))
    if method != TURN:
        order = sorted(order, key=lambda index: -works[index].weight)
    chosen = [None] * len(works)
    for index in order:
        work = works[index]
        able = [
            person
            for person in people
            if (not limit or person.count < limit)
            and (method != SKILL or person.knows(work))
        ]
        if not able:
            continue
        person = min(able, key=lambda one: _rank(one, method, last))
        person.count += 1
        person.load += work.weight
        chosen[index] = last = person.key
    return chosen, last


def _rank(person, method, last):
    """Return what is smallest for who is to be given the next ticket."""
    turn = (last is not None and person.key <= last, person.key)
    return turn if method == TURN else (person.load, person.count, *turn)
