from . import support_hold
from . import support_sla
from . import helpdesk_ticket_split
from . import support_macro_send
from . import support_ticket_bulk
from . import support_start
