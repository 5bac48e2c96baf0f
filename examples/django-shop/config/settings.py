"""Django's settings, all from the environment; the README lists the variables."""

import os

from config.environment import database, flag, names, required

DEBUG = flag("DEBUG")
SECRET_KEY = required("SECRET_KEY")

# The loopback addresses stay allowed: /external calls the shop itself unless told otherwise.
ALLOWED_HOSTS = [*names("ALLOWED_HOSTS"), "127.0.0.1", "localhost"]

# TLS ends at the ingress, which is the only way in and sets this header itself.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATABASES = {"default": database(required("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["shop"]
MIDDLEWARE = [
    "shop.middleware.instance_header",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

USE_TZ = True
TIME_ZONE = "UTC"

# The service behind /external. By default the shop's own product list: its trace shows both ends of a call.
EXTERNAL_URL = os.environ.get("EXTERNAL_URL") or "http://127.0.0.1:8000/api/products"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
}
