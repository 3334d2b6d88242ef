from . import project_task
from . import support_conversion
from . import sale_order
from . import sale_order_project
from . import helpdesk_ticket
from . import helpdesk_ticket_handover
from . import helpdesk_ticket_outcome
