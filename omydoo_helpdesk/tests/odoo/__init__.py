from . import test_default_of_everybody
from . import test_field_access
from . import test_harmless_files
from . import test_harmless_html
from . import test_least_rights
from . import test_mail_queue
