from . import quotation
from . import project
from . import task
