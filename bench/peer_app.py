"""Datasette over the file that BENCH_PEER names, for `uvicorn --workers`; in its own environment.

Its defaults, but for what would only cost it: no suggested facets, no limit to the size of a CSV
file, and our size of pages and facets. Immutable, so that it counts the rows of a table once.
"""

import os

from datasette.app import Datasette

app = Datasette(
    immutables=[os.environ["BENCH_PEER"]],
    settings={
        "suggest_facets": False,
        "max_csv_mb": 0,
        "default_page_size": 50,
        "default_facet_size": 20,
    },
).app()
