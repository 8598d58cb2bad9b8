"""Which parts an engine has under which settings."""

from deployments.engine.parts import engine_parts
from deployments.settings import load_settings


def names(environ):
    return [part.name for part in engine_parts(load_settings(), environ)]


class TestEngineParts:
    def test_lists_everything_that_a_newcomer_needs(self):
        assert names({}) == ["postgres", "migrations", "prefect", "registration", "gateway", "worker", "carrier-desk"]

    def test_has_no_stand_in_carrier_desk_when_the_user_names_a_real_one(self):
        assert "carrier-desk" not in names({"REDRESS_CARRIER_DESK_URL": "https://desk.example"})

    def test_has_no_embedded_database_when_both_databases_are_foreign(self, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql://db.example/redress")
        monkeypatch.setenv("REDRESS_PREFECT_DATABASE_URL", "postgresql://db.example/prefect")

        assert "postgres" not in names({})

    def test_keeps_the_embedded_database_for_prefect_when_only_redress_s_is_foreign(self, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql://db.example/redress")

        assert "postgres" in names({})

    def test_has_no_prefect_server_when_the_user_runs_one(self):
        assert "prefect" not in names({"PREFECT_API_URL": "https://prefect.example/api"})

    def test_lists_each_part_after_those_it_needs(self):
        parts = engine_parts(load_settings(), {})

        for position, part in enumerate(parts):
            assert set(part.needs) <= {earlier.name for earlier in parts[:position]}

    def test_claims_each_port_under_the_variable_that_moves_it(self):
        claims = {part.port.number: part.port.variable for part in engine_parts(load_settings(), {}) if part.port}

        assert claims == {4200: "REDRESS_PREFECT_PORT", 8600: "REDRESS_GATEWAY_PORT", 8610: "REDRESS_CARRIER_DESK_PORT"}

    def test_never_takes_modules_from_the_current_folder(self):
        commands = [part.command for part in engine_parts(load_settings(), {}) if "-m" in part.command]

        assert commands
        assert all(command[1] == "-P" for command in commands)
