# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Is a request covered? The charter as a table of rules: facts in, verdict out.

Nothing here knows the ORM: the caller gathers the facts of a request, whoever files it
and by whatever road; the first rule that applies gives the verdict, and what pays for
the work follows from it. Source: the charter.

>>> decide(Facts(category_scope=IN_SCOPE, has_subscription=True))
Verdict(scope='in_scope', reason='category_in_scope', coverage='subscription')
>>> training = Facts(category_scope=OUT_OF_SCOPE, has_subscription=True, has_pack=True)
>>> decide(training)
Verdict(scope='out_of_scope', reason='category_out_of_scope', coverage='hours_pack')
>>> decide(Facts(has_subscription=True)).reason
'no_category'
"""

from collections.abc import Callable
from dataclasses import dataclass

# Scopes
IN_SCOPE = "in_scope"
OUT_OF_SCOPE = "out_of_scope"
TO_QUALIFY = "to_qualify"
# What the subscription does with the custom module that a request is about
NOT_CONCERNED = "not_concerned"
MAINTAINED = "maintained"
OUTDATED = "outdated"
GROWN = "grown"
NOT_MAINTAINED = "not_maintained"
# What pays for the work
SUBSCRIPTION = "subscription"
FULL_SUPPORT = "full_support"
HOURS_PACK = "hours_pack"
NOTHING = "none"


@dataclass(frozen=True)
class Facts:
    """What is known of a request."""

    # The scope that somebody decided, if anybody did
    override: str | None = None
    # The scope of its category; None without a category
    category_scope: str | None = None
    # Whether a subscription was running on the day of filing
    has_subscription: bool = False
    custom_code: str = NOT_CONCERNED
    # Whether the plan is one of full support
    full_support: bool = False
    # Whether the customer has prepaid hours, or some pay for this request already
    has_pack: bool = False


@dataclass(frozen=True)
class Rule:
    """A row of the charter: when it applies, and what it says."""

    reason: str
    label: str  # in short, for lists
    applies: Callable[[Facts], bool]
    scope: str | None  # None: what somebody decided
    # Where the charter says so: in the "category", or in the part on "custom_code"
    clause: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a request is covered, why, and what pays for it."""

    scope: str
    reason: str
    coverage: str


# The order is that of the charter: what stands above goes first.
RULES = (
    Rule(
        "overridden",
        "Decided by an agent",
        lambda facts: bool(facts.override),
        None,
    ),
    Rule(
        "no_category",
        "Not qualified yet",
        lambda facts: facts.category_scope is None,
        TO_QUALIFY,
    ),
    Rule(
        "no_subscription",
        "No subscription running on the day of filing",
        lambda facts: not facts.has_subscription,
        TO_QUALIFY,
    ),
    Rule(
        "custom_code_not_maintained",
        "Custom code not maintained",
        lambda facts: facts.custom_code == NOT_MAINTAINED,
        OUT_OF_SCOPE,
        "custom_code",
    ),
    Rule(
        "custom_code_grown",
        "Custom code grown beyond what is maintained",
        lambda facts: facts.custom_code == GROWN,
        OUT_OF_SCOPE,
        "custom_code",
    ),
    Rule(
        "category_out_of_scope",
        "Not covered by the charter",
        lambda facts: facts.category_scope == OUT_OF_SCOPE,
        OUT_OF_SCOPE,
        "category",
    ),
    Rule(
        "category_in_scope",
        "Covered by the charter",
        lambda facts: True,
        IN_SCOPE,
        "category",
    ),
)
_CLAUSES = {rule.reason: rule.clause for rule in RULES}


def judge(facts):
    """Return the verdict of the first rule that applies.

    :param Facts facts: ``has_pack`` is not looked at
    :return: scope and reason
    :rtype: tuple[str, str]
    """
    rule = next(rule for rule in RULES if rule.applies(facts))
    return rule.scope or facts.override, rule.reason


def cover(scope, reason, facts):
    """Return what pays for a request with this verdict.

    Full support covers what the charter leaves out, but not custom code, whose
    maintenance is sold apart.

    :param str scope: the verdict
    :param str reason: its reason
    :param Facts facts: of the request
    :rtype: str
    """
    if scope == IN_SCOPE:
        return SUBSCRIPTION if facts.has_subscription else NOTHING
    if scope == OUT_OF_SCOPE:
        if facts.full_support and not is_custom_code(reason):
            return FULL_SUPPORT
        if facts.has_pack:
            return HOURS_PACK
    return NOTHING


def decide(facts):
    """Return the whole verdict on a request.

    :param Facts facts: all of them
    :rtype: Verdict
    """
    scope, reason = judge(facts)
    return Verdict(scope, reason, cover(scope, reason, facts))


def get_clause(reason):
    """Return which part of the charter a reason comes from.

    :return: "category", "custom_code" or None
    """
    return _CLAUSES.get(reason)


def is_custom_code(reason):
    """Say whether a verdict is about custom code, which no plan includes."""
    return get_clause(reason) == "custom_code"
