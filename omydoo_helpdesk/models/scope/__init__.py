from . import support_custom_module
from . import support_verdict_event
from . import helpdesk_ticket
from . import helpdesk_ticket_contest
from . import helpdesk_ticket_panel
from . import helpdesk_ticket_phone
