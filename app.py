"""create_app: wires settings, rooms, refusals and effects together. Nothing else."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

import db
import web
from config import Config
from members import access
from pools import queries as pools_queries

MEGABYTE = 1024 * 1024
csrf = CSRFProtect()


def create_app(config: Config) -> Flask:
    app = Flask(__name__)
    app.config.update(
        CLUB=config,
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-form" if config.secure else "form",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=[config.host],
        MAX_CONTENT_LENGTH=6 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,  # a form may be filled in over days
    )
    db.connect(config.database_url)
    csrf.init_app(app)
    web.init(app)
    app.url_value_preprocessor(pools_queries.find_pool)
    app.url_defaults(pools_queries.same_pool)
    app.before_request(access.guard)
    access.everyone(app.view_functions["static"])
    return app
