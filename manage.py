#!/usr/bin/env python3
"""Django's command line, with the settings of development unless the environment names others."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.dev")
    execute_from_command_line(sys.argv)
