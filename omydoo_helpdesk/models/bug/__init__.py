from . import res_company
from . import support_upstream_bug
from . import support_upstream_bug_delay
from . import support_upstream_bug_release
from . import support_maintenance_window
from . import support_update
from . import support_update_line
from . import helpdesk_ticket
