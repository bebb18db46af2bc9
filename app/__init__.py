"""SISMUNI: from what communities say to what the district funds, and back."""

import os

# Workbooks come from anybody. Where lxml is installed, for other documents, openpyxl would read
# them with it and let entities pass; without it, it reads by defusedxml, which refuses them.
os.environ["OPENPYXL_LXML"] = "False"
