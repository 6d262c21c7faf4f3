import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.production")
application = get_wsgi_application()

# The search's modules can be imported only now that the applications are ready.
from search.finding import warming  # noqa: E402

warming.begin()
