"""create_app: wires settings, rooms, cards, jobs, effects and ticks together. Nothing else."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import db
import web
from config import Config
from members import access, contact, data_views, going, letters, mail, naming, plan_views, stones
from members import views as members
from payments import doors, mine, said
from pools import home, jobs, outside_views, queries
from pools import views as pools
from pools.bands import views as bands
from pools.clubbing import queries as clubbing_queries
from pools.clubbing import rounds, start_views
from pools.clubbing import views as clubbing
from pools.decisions import proposals, reminders
from pools.decisions import queries as vote_queries
from pools.decisions import views as votes
from pools.demand import views as demand
from pools.packs import audit_views
from pools.packs import naming as bill_names
from pools.packs import views as packs
from pools.register import views as register
from pools.spending import (
    bill_queries,
    blueprints,
    book,
    question_queries,
    questions,
    warning,
    weekly,
)
from pools.spending.effects import SPEND
from tick import Tick, in_transaction

MEGABYTE = 1024 * 1024
ROOMS = (
    members.views, plan_views.views, data_views.views, pools.views, home.jobs_views,
    start_views.views, clubbing.views, demand.views, votes.views, *blueprints.ALL,
    *doors.PAGES, outside_views.views, register.views, packs.views,
    audit_views.views, bands.views,
)  # fmt: skip
EFFECTS = {"spend": SPEND}
CARDS = (
    (clubbing_queries.meter_card, "clubbing/card_meter.html"),
    (clubbing_queries.mine_card, "clubbing/card_mine.html"),
    (bill_queries.late_card, "money/card_late.html"),
    (vote_queries.card, "votes/card.html"),
    (book.card, "money/card.html"),
    (question_queries.card, "questions/card.html"),
)
JOBS = (
    jobs.letters,
    clubbing_queries.jobs,
    jobs.beginning,
    jobs.names,
    vote_queries.jobs,
    bill_queries.jobs,
    *doors.JOBS,
    question_queries.jobs,
    bill_names.jobs,
)
TICKS = (
    Tick("rounds", rounds.due, in_transaction(rounds.close)),
    Tick("votes", proposals.due, in_transaction(proposals.close, effects=EFFECTS)),
    Tick("vote reminders", reminders.due, in_transaction(reminders.remind)),
    Tick("questions", questions.due, in_transaction(questions.pass_on)),
    Tick("weekly letters", weekly.due, in_transaction(weekly.send)),
    Tick("weeks held", warning.due, in_transaction(warning.warn)),
    Tick("changed emails", contact.due, in_transaction(contact.finish)),
    Tick("erasing", going.due, in_transaction(going.go_on, rooms=mine.ROOMS)),
    Tick("list of who is gone", stones.due, stones.add),
    Tick("names", naming.due, in_transaction(naming.take_unlooked, rooms=mine.ROOMS)),
    Tick("past members", going.to_cut, in_transaction(going.cut, rooms=mine.ROOMS)),
    Tick("letters", mail.due, mail.deliver),
)
csrf = CSRFProtect()


def create_app(config: Config) -> Flask:
    app = Flask(__name__)
    app.config.update(settings(config))
    app.extensions.update(effects=EFFECTS, cards=CARDS, jobs=JOBS, ticks=TICKS, mine=mine.ROOMS)
    app.extensions["bank"] = said.of_bank  # what statements say of the bank
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies)  # type: ignore[method-assign]
    db.connect(config.database_url)
    csrf.init_app(app)
    web.init(app)
    app.url_value_preprocessor(queries.find_pool)
    app.url_defaults(queries.same_pool)
    app.before_request(access.guard)
    access.everyone(app.view_functions["static"])
    for room in ROOMS:
        app.register_blueprint(room)
    if config.demo:
        app.register_blueprint(letters.views)
    return app


def settings(config: Config) -> dict[str, object]:
    return {
        "CLUB": config,
        "SECRET_KEY": config.secret_key,
        "SESSION_COOKIE_NAME": "__Host-form" if config.secure else "form",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_HOSTS": [config.host],
        "MAX_CONTENT_LENGTH": 6 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,  # a form may be filled in over days
        "TESTING": config.testing,
    }
