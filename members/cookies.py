"""The cookie that says which device this is. Its token means something only to the database."""

from flask import Response, current_app, request

from members import signing_in


def name() -> str:
    """Over https a browser takes a __Host- cookie from this very host only."""
    return "__Host-club" if current_app.config["CLUB"].secure else "club"


def token() -> str | None:
    return request.cookies.get(name())


def keep(response: Response, token: str, *, shared: bool = False) -> Response:
    """On a shared device it goes when the browser is closed."""
    response.set_cookie(
        name(),
        token,
        max_age=None if shared else signing_in.OWN_DEVICE,
        secure=current_app.config["CLUB"].secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def drop(response: Response) -> Response:
    secure = current_app.config["CLUB"].secure
    response.delete_cookie(name(), secure=secure, httponly=True, samesite="Lax")
    return response
