"""The one environment of every part and command."""

from dataclasses import replace

import pytest
from prefect.settings.models.root import Settings as PrefectSettings

from deployments.engine.credentials import ensure_credentials
from deployments.engine.environment import HomeMissing, engine_environment, enter_environment, plan_services
from deployments.settings import load_settings


@pytest.fixture
def environment_from(settings):
    """Build the environment that follows from a user's."""

    def build(**users):
        return engine_environment(settings, ensure_credentials(settings), {"PATH": "/usr/bin", **users})

    return build


class TestEngineEnvironment:
    def test_points_prefect_at_the_engine_s_own_server_and_folder(self, environment_from, settings):
        environment = environment_from()

        assert environment["PREFECT_API_URL"] == f"http://127.0.0.1:{settings.prefect_port}/api"
        assert environment["PREFECT_HOME"] == str(settings.home / "prefect")

    def test_is_understood_by_prefect_as_it_is_meant(self, environment_from, monkeypatch):
        for name, value in environment_from().items():
            if name.startswith("PREFECT_"):
                monkeypatch.setenv(name, value)

        understood = PrefectSettings()

        assert understood.server.analytics_enabled is False
        assert understood.server.services.pause_expirations.enabled is False
        assert understood.server.ui.show_promotional_content is False
        assert understood.worker.query_seconds == 1
        assert understood.server.database.connection_url.get_secret_value().startswith("postgresql+asyncpg://")

    def test_tells_every_part_where_redress_s_database_is(self, environment_from, settings):
        url = environment_from()["REDRESS_DATABASE_URL"]

        assert url == f"postgresql+psycopg2://postgres@/redress?host={settings.home}/postgres&port=5432"

    def test_hands_on_the_secrets_of_feeds_unless_the_user_gives_another(self, settings):
        credentials = replace(ensure_credentials(settings), others={"REDRESS_A": "kept", "REDRESS_B": "kept"})

        environment = engine_environment(settings, credentials, {"REDRESS_B": "given"})

        assert (environment["REDRESS_A"], environment["REDRESS_B"]) == ("kept", "given")

    def test_lets_no_part_report_to_anybody(self, environment_from):
        assert environment_from(DO_NOT_TRACK="0")["DO_NOT_TRACK"] == "1"

    def test_hands_on_what_the_user_set_besides(self, environment_from):
        environment = environment_from(TZ="Europe/Paris", REDRESS_PROFILE="jd")

        assert (environment["TZ"], environment["REDRESS_PROFILE"]) == ("Europe/Paris", "jd")

    def test_leaves_the_time_zone_of_the_machine_alone(self, environment_from):
        assert "TZ" not in environment_from()

    def test_keeps_a_company_s_proxy_out_of_calls_between_the_parts(self, environment_from):
        environment = environment_from(NO_PROXY="intranet.example")

        assert environment["NO_PROXY"] == environment["no_proxy"] == "intranet.example,127.0.0.1,localhost"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PREFECT_WORKER_QUERY_SECONDS", "5"),
            ("PREFECT_HOME", "/srv/prefect"),
            ("PREFECT_SERVER_ANALYTICS_ENABLED", "true"),
            ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://db.example/prefect"),
        ],
    )
    def test_lets_a_prefect_variable_of_the_user_win(self, name, value, environment_from):
        assert environment_from(**{name: value})[name] == value

    @pytest.mark.parametrize(
        ("older_name", "newer_name"),
        [
            ("PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"),
            (
                "PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
                "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
            ),
        ],
    )
    def test_lets_an_older_name_of_a_prefect_variable_win_too(self, older_name, newer_name, environment_from):
        environment = environment_from(**{older_name: "the user's"})

        assert environment[older_name] == "the user's"
        assert newer_name not in environment


class TestPlanServices:
    def test_brings_both_databases_and_prefect_s_server_when_nothing_is_given(self, settings):
        services = plan_services(settings, {})

        assert services.embedded_databases == ("redress", "prefect")
        assert services.runs_prefect_server

    def test_brings_no_database_of_its_own_where_a_foreign_one_is_given(self, settings, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql://db.example/redress")

        services = plan_services(load_settings(), {})

        assert services.embedded_databases == ("prefect",)
        assert services.redress_url == "postgresql+psycopg2://db.example/redress"

    @pytest.mark.parametrize(
        "users",
        [
            {"PREFECT_API_DATABASE_CONNECTION_URL": "postgresql+asyncpg://db.example/prefect"},
            {"PREFECT_SERVER_DATABASE_HOST": "db.example"},
            {"PREFECT_API_URL": "https://prefect.example/api"},
        ],
    )
    def test_brings_no_database_for_a_prefect_that_has_its_own(self, users, settings):
        assert plan_services(settings, users).embedded_databases == ("redress",)

    def test_runs_no_prefect_server_where_the_user_has_one(self, settings):
        assert not plan_services(settings, {"PREFECT_API_URL": "https://prefect.example/api"}).runs_prefect_server

    def test_is_the_same_for_a_process_that_has_entered_the_environment(self, settings, environment_from, monkeypatch):
        before = plan_services(settings, {})
        entered = environment_from()
        for name in ("REDRESS_DATABASE_URL", "PREFECT_API_URL"):
            monkeypatch.setenv(name, entered[name])

        assert plan_services(load_settings(), entered) == before


class TestCsrf:
    def test_is_not_asked_for_of_the_engines_own_server(self, environment_from):
        assert environment_from()["PREFECT_CLIENT_CSRF_SUPPORT_ENABLED"] == "false"

    def test_is_left_alone_where_the_user_has_switched_it_on(self, environment_from):
        environ = environment_from(PREFECT_SERVER_CSRF_PROTECTION_ENABLED="true")

        assert "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED" not in environ

    def test_is_left_to_the_client_where_the_server_is_another(self, environment_from):
        environ = environment_from(PREFECT_API_URL="https://prefect.example.com/api")

        assert "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED" not in environ


class TestEnterEnvironment:
    def test_says_what_to_do_where_nothing_was_ever_started(self, settings):
        with pytest.raises(HomeMissing, match="redress up --detach"):
            enter_environment(settings, {})

    def test_gives_a_command_the_environment_of_the_parts(self, settings, environment_from):
        environ = {"PATH": "/usr/bin"}
        expected = environment_from()

        enter_environment(settings, environ)

        assert environ == expected
