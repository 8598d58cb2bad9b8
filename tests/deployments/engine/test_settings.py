"""What an installation may set."""

from pathlib import Path

import pytest

from deployments.settings import SettingsInvalid, load_settings


class TestEngineSettings:
    def test_puts_the_home_into_the_current_folder_and_makes_it_absolute(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        settings = load_settings()

        assert settings.home == tmp_path / ".redress"
        assert settings.notices == tmp_path / ".redress" / "outbox" / "notices.log"

    def test_gives_a_newcomer_the_documented_ports_and_zone(self):
        settings = load_settings()

        assert (settings.prefect_port, settings.gateway_port, settings.carrier_desk_port) == (4200, 8600, 8610)
        assert settings.time_zone == "Asia/Shanghai"

    def test_takes_an_empty_variable_for_one_that_is_not_set(self, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", "")

        assert load_settings().database_url is None

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
    def test_names_the_driver_in_the_store_s_url(self, scheme, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", f"{scheme}://anna@db.example/redress")

        url = load_settings().database_url

        assert url is not None
        assert url.get_secret_value() == "postgresql+psycopg2://anna@db.example/redress"

    def test_names_the_driver_in_the_url_of_prefect_s_server(self, monkeypatch):
        monkeypatch.setenv("REDRESS_PREFECT_DATABASE_URL", "postgresql://anna@db.example/prefect")

        url = load_settings().prefect_database_url

        assert url is not None
        assert url.get_secret_value() == "postgresql+asyncpg://anna@db.example/prefect"


class TestSettingsInvalid:
    @pytest.mark.parametrize(
        ("variable", "value", "said"),
        [
            ("REDRESS_GATEWAY_PORT", "eighty", "REDRESS_GATEWAY_PORT: Input should be a valid integer"),
            ("REDRESS_GATEWAY_PORT", "70000", "REDRESS_GATEWAY_PORT: Input should be less than or equal to 65535"),
            ("REDRESS_GATEWAY_PORT", "4200", "must differ"),
            ("REDRESS_TIME_ZONE", "Asia/Nowhere", "REDRESS_TIME_ZONE: is not a time zone"),
            ("REDRESS_DATABASE_URL", "mysql://db/redress", "REDRESS_DATABASE_URL: must begin with postgresql://"),
        ],
    )
    def test_names_the_variable_and_what_is_wrong_with_it(self, variable, value, said, monkeypatch):
        monkeypatch.setenv(variable, value)

        with pytest.raises(SettingsInvalid) as invalid:
            load_settings()

        assert said in str(invalid.value)
        assert "\n" not in str(invalid.value)

    def test_never_repeats_a_secret(self, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", "mysql://anna:open-sesame@db/redress")

        with pytest.raises(SettingsInvalid) as invalid:
            load_settings()

        assert "open-sesame" not in str(invalid.value)


def test_the_home_may_begin_with_a_tilde(monkeypatch):
    monkeypatch.setenv("REDRESS_HOME", "~/redress")

    assert load_settings().home == (Path.home() / "redress").resolve()
