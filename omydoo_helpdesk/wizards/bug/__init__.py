from . import support_upstream_bug
from . import support_update_fail
