"""Every page of this room, gathered for app.py."""

from pools.spending import (
    choosing_views,
    export_views,
    fund_views,
    money_views,
    my_money_views,
    question_views,
    report_views,
    views,
    weekly_views,
)

ALL = (
    views.views, money_views.views, my_money_views.views, choosing_views.views,
    report_views.views, export_views.views,
    fund_views.views, question_views.views, weekly_views.views,
)  # fmt: skip
