from . import test_custom_code_count
from . import test_module_count_wizard
from . import test_oca_sla_import
from . import test_portal_promise
from . import test_reader_language
from . import test_subscription
from . import test_support_plan
from . import test_start_cover
