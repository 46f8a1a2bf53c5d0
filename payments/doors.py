"""What app.py takes of this room: its pages, and the jobs that wait in it."""

from payments import (
    closing_queries,
    closing_views,
    correction_queries,
    fix_views,
    queries,
    views,
)

PAGES = (views.views, closing_views.views, fix_views.views)
JOBS = (queries.jobs, closing_queries.jobs, correction_queries.jobs)
