from . import support_ticket_event
from . import helpdesk_ticket_log
from . import helpdesk_ticket
from . import helpdesk_ticket_answer
from . import helpdesk_ticket_notice
from . import helpdesk_ticket_queue
