from . import support_time
