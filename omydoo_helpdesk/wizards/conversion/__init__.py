from . import helpdesk_ticket_convert
from . import helpdesk_ticket_convert_check
from . import ways
from . import helpdesk_ticket_handover
