"""Reads settings from environment variables, with errors that say how to mend them."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

DATABASE_URL_FORMS = "postgresql://user:password@host:5432/name, or sqlite:///path for tests"


class SettingError(Exception):
    """A missing or malformed environment variable.

    Not Django's ImproperlyConfigured: the OpenTelemetry instrumentation, which loads the settings first,
    takes that one for "no settings here" and goes on with empty settings, so the cause would never be seen.
    """


def required(name: str) -> str:
    """The variable's value; an empty one counts as missing."""
    value = os.environ.get(name, "")
    if not value:
        raise SettingError(f"The environment variable {name} is not set; the shop can't start without it.")
    return value


def flag(name: str) -> bool:
    """True for 1, true, yes and on in any case; False otherwise and when not set."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def names(name: str) -> list[str]:
    """The comma-separated values, without blanks and empty ones."""
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]


def database(url: str) -> dict[str, object]:
    """Django's database settings from a URL; its query (`?sslmode=require`) becomes connection options."""
    parts = urlsplit(url)
    if parts.scheme in {"postgresql", "postgres"} and parts.hostname and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname,
            "PORT": parts.port or 5432,
            # At login, so that Django needs no query of its own to set it on each new connection.
            "OPTIONS": {"options": "-c TimeZone=UTC", **dict(parse_qsl(parts.query))},
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    if parts.scheme == "sqlite" and parts.path:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path.removeprefix("/")}
    # The URL itself is not shown: it holds a password.
    raise SettingError(
        f"DATABASE_URL can't be read (scheme {parts.scheme!r}); expected {DATABASE_URL_FORMS}."
    )
