"""Bring the database to the newest tables: the one-shot that the supervisor runs before anything reads them.

A process of its own, so that the supervisor, which lives as long as the engine, never loads SQLAlchemy.
"""

import sys

from deployments.settings import SettingsInvalid, load_settings


def main() -> None:
    """Migrate the database that REDRESS_DATABASE_URL names."""
    from store.migrate import upgrade  # noqa: PLC0415 - a wrong setting is told before a second of imports

    url = load_settings().database_url
    if url is None:
        raise SettingsInvalid("REDRESS_DATABASE_URL is not set")
    upgrade(url.get_secret_value())


if __name__ == "__main__":
    try:
        main()
    except SettingsInvalid as invalid:
        sys.exit(str(invalid))
