from . import support_ticket_timer
from . import sale_order_line
from . import sale_order_line_alert
from . import account_analytic_line
from . import account_analytic_line_included
from . import account_analytic_line_overrun
from . import helpdesk_ticket
from . import helpdesk_ticket_project
