from . import helpdesk_ticket_contest_decision
from . import helpdesk_ticket_scope_override
