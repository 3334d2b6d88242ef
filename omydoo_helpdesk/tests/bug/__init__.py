from . import test_bug_delay
from . import test_bug_release
from . import test_bug_tour
from . import test_maintenance_window
from . import test_portal_bug
from . import test_update_news
from . import test_upstream_bug
