from . import support_coverage_report
from . import support_pack_report
from . import support_time_report
from . import support_conversion_report
from . import support_included_report
from . import support_earning_report
from . import helpdesk_ticket_my_desk
from . import helpdesk_ticket_overview
