from . import helpdesk_ticket_subscription
from . import support_module_count
