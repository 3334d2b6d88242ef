from . import ir_http
from . import ir_attachment
from . import ir_default
from . import support_mail_receipt
from . import mail_thread
from . import support_thread_mixin
from . import mail_message
from . import support_untranslated_mixin
