from . import test_contest
from . import test_coverage_report
from . import test_custom_code
from . import test_portal_verdict
from . import test_scope
from . import test_scope_cases
from . import test_scope_panel
