import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.production")
application = get_wsgi_application()

# The search's modules can be imported only now that the applications are ready.
from kb_site.postgresql.deadline import DEADLINE  # noqa: E402
from search.finding.warming import WARMING  # noqa: E402

DEADLINE.seconds = settings.DATABASE_TIMEOUT
# A server listens to readers only after this module has been imported, so nobody has to wait for the index.
WARMING.warm()
connection.close()
