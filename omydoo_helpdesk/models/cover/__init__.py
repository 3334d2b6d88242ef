from . import resource_calendar
from . import support_opening
from . import support_plan
from . import support_plan_oca_sla
from . import sale_subscription
from . import support_subscription_term
from . import support_custom_module
