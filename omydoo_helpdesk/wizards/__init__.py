from . import desk
from . import cover
from . import scope
from . import sla
from . import time
from . import conversion
from . import change
from . import bug
