from . import test_budget
from . import test_pack
from . import test_pack_sold
from . import test_portal_pack
from . import test_time_charge
from . import test_time_guard
from . import test_timer
