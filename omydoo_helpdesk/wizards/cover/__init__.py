from . import helpdesk_ticket_subscription
from . import helpdesk_ticket_subscription_line
from . import support_module_count
from . import support_module_count_line
