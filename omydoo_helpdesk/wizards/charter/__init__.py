from . import support_start
