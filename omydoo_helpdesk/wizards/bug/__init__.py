from . import support_upstream_bug
