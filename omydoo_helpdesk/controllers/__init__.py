from . import charter
from . import support
from . import home
from . import change
from . import ticket_page
from . import ticket_actions
from . import ticket_form
from . import ticket_list
