from . import support_ticket_event
from . import helpdesk_ticket_log
from . import helpdesk_ticket
from . import helpdesk_ticket_answer
from . import helpdesk_ticket_notice
from . import support_hold_reason
from . import helpdesk_ticket_hold
from . import helpdesk_ticket_silence
