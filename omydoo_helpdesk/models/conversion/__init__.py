from . import support_conversion_target_mixin
from . import project_task
from . import support_conversion
from . import sale_order
from . import sale_order_project
from . import helpdesk_ticket
from . import helpdesk_ticket_values
from . import helpdesk_ticket_outcome
