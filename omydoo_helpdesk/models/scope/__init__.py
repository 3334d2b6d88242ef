from . import support_custom_module
from . import helpdesk_ticket
from . import helpdesk_ticket_panel
from . import helpdesk_ticket_phone
