from . import test_accessibility_change
from . import test_change_gate
from . import test_change_once
from . import test_change_probes
from . import test_change_tours
from . import test_portal_change
from . import test_production_change
