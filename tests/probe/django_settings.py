"""Settings for the example of conditional requests in drf-extensions: a store in a file, and nothing else."""

import os

SECRET_KEY = "of-the-test"
ALLOWED_HOSTS = ["127.0.0.1"]
EXAMPLE = "tests_app.tests.functional._concurrency.conditional_request"
INSTALLED_APPS = ["django.contrib.contenttypes", "rest_framework", "rest_framework_extensions", EXAMPLE]
ROOT_URLCONF = f"{EXAMPLE}.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DJANGO_DATABASE"]}}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
