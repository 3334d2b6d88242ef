from . import support_hold
from . import support_sla
from . import helpdesk_ticket_split
