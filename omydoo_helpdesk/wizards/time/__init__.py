from . import support_budget_extend
from . import support_ticket_time
