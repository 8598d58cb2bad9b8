"""Databases for tests, cloned from one that is prepared: a clone takes less than making it anew."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

import pytest
from cryptography.fernet import Fernet
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deployments.engine import postgres
from store.unit_of_work import dispose

_numbers = count(1)


@contextmanager
def cloned(cluster: postgres.Cluster, template: str, *, secret_key: str = "") -> Iterator[str]:
    """Clone a database, make it the store's with a key for what is sealed in it, and give its name."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with closing(cluster.connect("postgres")) as connection, connection.cursor() as cursor:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("REDRESS_DATABASE_URL", cluster.url(name, driver="psycopg2"))
            patched.setenv("REDRESS_SECRET_KEY", secret_key or Fernet.generate_key().decode())
            yield name
            dispose()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
