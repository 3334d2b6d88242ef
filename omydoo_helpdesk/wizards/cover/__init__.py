from . import helpdesk_ticket_subscription
from . import support_module_count
from . import support_start
from . import support_start_plan
from . import support_start_customer
