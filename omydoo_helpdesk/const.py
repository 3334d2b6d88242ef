# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What two rooms or more share: names, states, groups, labels."""

from datetime import timedelta

# The key of whatever is guarded: an object, which no RPC client can send, whatever
# context it forges. See support.guarded.mixin.
GUARD = object()
SEALED = "sealed"
COMPUTED = "computed"
GIVEN = "given"

DOWNLOADED_TYPE = "application/octet-stream"
HOLD_PARTIES = [
    ("customer", "Customer"),
    ("editor", "Editor"),
    ("third_party", "Third party"),
    ("update", "Weekly update"),
]
# Whose turn it is: a held ticket's is that of whom it waits for.
TURNS = [("us", "Us"), *HOLD_PARTIES]
LINES_PER_UNIT = 100  # Odoo SA sells maintenance per 100 lines, rounded up
SCOPES = [
    ("in_scope", "In scope"),
    ("out_of_scope", "Out of scope"),
    ("to_qualify", "To qualify"),
]
# What happens to a verdict that the customer contests
CONTESTED = "contested"
CONTEST_OPEN = "open"
CONTEST_UPHELD = "upheld"
CONTEST_OVERTURNED = "overturned"
CONTEST_LAPSED = "lapsed"
CONTEST_ENDS = [
    (CONTEST_UPHELD, "Upheld"),
    (CONTEST_OVERTURNED, "Overturned"),
    (CONTEST_LAPSED, "Changed meanwhile"),
]
COVERAGES = [
    ("subscription", "Subscription"),
    ("full_support", "Full support"),
    ("hours_pack", "Hours pack"),
    ("none", "Not covered"),
]
CUSTOM_CODE_STATES = [
    ("not_concerned", "Not concerned"),
    ("maintained", "Maintained"),
    ("outdated", "Count outdated"),
    ("grown", "Grown beyond what is sold"),
    ("not_maintained", "Not maintained"),
]
MANAGER_GROUP = "helpdesk_mgmt.group_helpdesk_manager"
CONVERSION_GROUP = "omydoo_helpdesk.support_group_project_manager"
CONVERSION_MODELS = [
    ("sale.order", "Sales Order"),
    ("project.project", "Project"),
    ("project.task", "Task"),
]
# A default of a wizard that depends on its tickets and that its user may change.
EDITABLE = {"compute_sudo": False, "store": True, "readonly": False}
LOST = ("refused", "cancelled", "expired")
OUTCOMES = [
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
]
QUOTATION_STATES = [("preparing", "In preparation"), ("sent", "Sent"), *OUTCOMES]
# What the customer agrees to: an edit of any of these voids the agreement.
CONTENT_FIELDS = (
    "name",
    "database",
    "environment",
    "description",
    "reason",
    "risk",
    "rollback",
    "self_service",
    "is_significant",
    "user_id",
    "planned_at",
    "approver_ids",
    "backup_by",
    "backup_at",
    "backup_checked_at",
    "backup_checked_by",
    "restore_by",
)
# Nobody pages further; what is more is told as "10 000+".
PORTAL_COUNT_LIMIT = 10_000


class ReplyToMemo(dict):
    """Answers remembered while one batch of tickets is created.

    A class of its own, so that no RPC client can send one in its context.
    """


class TrackedMemo(list):
    """What is to be noted in threads, kept while changes are gone through.

    A class of its own, for the same reason.
    """


class CreatedMemo:
    """What is to be told of tickets that are created in one call.

    A class of its own, for the same reason.
    """

    def __init__(self):
        self.posting = None  # the ticket whose message is being made
        self.posts = []  # tickets, each with the values of its message
        self.found = {}  # by what was looked up, what was found
        self.recipients = {}  # by ticket, whoever is to be told


# When a mail that could not be made or sent is tried again.
RETRY_AFTER = timedelta(minutes=10)


class ReceiptMemo:
    """Whether the receipt of a request is written down to leave after its filing.

    A class of its own, so that no RPC client can send one in its context.
    """

    is_noted = False


class FoundHours(dict):
    """By calendar what its hours depend on, as just looked up.

    A class of its own, so that no RPC client can send one in its context.
    """


# The priority of what stops the customer's activity
HIGH = "3"
# The receipt of a request, which a setting of the company switches off
ACKNOWLEDGEMENT = "omydoo_helpdesk.mail_template_received"
# The look of the mails that leave the desk
MAIL_LAYOUT = "omydoo_helpdesk.mail_layout"
# What a macro may say of its ticket, written {{ name }}: no other expression is known.
MACRO_PLACEHOLDERS = (
    "customer",
    "company",
    "agent",
    "desk",
    "number",
    "subject",
    "response_due",
    "resolution_due",
    "link",
)
# Who takes a ticket once a macro or a bulk edit is done
ASSIGNMENTS = [
    ("me", "Me"),
    ("user", "Somebody"),
    ("team", "Whom the team's method chooses"),
    ("nobody", "Nobody"),
]
