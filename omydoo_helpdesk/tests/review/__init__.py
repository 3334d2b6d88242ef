from . import test_portal_review
from . import test_review_draft
from . import test_review_oracle
from . import test_review_send
from . import test_service_review
