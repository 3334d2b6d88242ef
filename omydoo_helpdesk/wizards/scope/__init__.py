from . import helpdesk_ticket_scope_override
