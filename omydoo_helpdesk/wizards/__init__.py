from . import helpdesk_ticket_convert_check
from . import helpdesk_ticket_convert
from . import helpdesk_ticket_scope_override
from . import support_sla_answer
from . import support_sla_correction
