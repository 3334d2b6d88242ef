from . import helpdesk_ticket_known_bug
from . import support_update_fail
from . import support_upstream_bug_merge
