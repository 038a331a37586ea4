"""What a WSGI server loads: the application, once this process is known to see the storage that the workers see."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# Models can be imported only now.
from django.db import connections  # noqa: E402

from imports.storage.verification import verify_storage  # noqa: E402

verify_storage()
# Threads that serve open connections of their own.
connections.close_all()
