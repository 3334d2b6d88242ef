from . import support_move_link
from . import support_move_match
from . import helpdesk_ticket
from . import helpdesk_ticket_belongings
from . import helpdesk_ticket_export
