"""Settings are read once from ELIJAH_*, and what cannot be used is named in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from indexer.settings import Settings
from indexer.store import Store
from matcher.errors import InputError


def test_without_anything_set_everything_lives_in_one_folder_and_listens_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ELIJAH_HOME")
    settings = Settings.read()
    assert settings.home == Path("elijah-data")
    assert make_url(settings.database).database == str(Path("elijah-data/elijah.db").absolute())
    assert settings.index_folder == Path("elijah-data/index")
    assert settings.gazetteer_file == Path("elijah-data/gazetteer.csv")
    assert settings.reports_folder == Path("elijah-data/reports")
    assert (settings.host, settings.port, settings.trust_network) == ("127.0.0.1", 8000, False)
    assert (settings.elasticsearch_url, settings.own_sources) == ("", frozenset())


def test_each_setting_is_a_variable_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "HOME": str(tmp_path), "DATABASE_URL": "postgresql://db/elijah", "ELASTICSEARCH_URL": "http://es:9200",
        "OWN_SOURCES": " shelter, police ,,", "HOST": "192.0.2.7", "PORT": "9000", "TRUST_NETWORK": "true", "CANDIDATES": "50",
        "KEPT_MEGABYTES": "256",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"ELIJAH_{name}", value)
    settings = Settings.read()
    assert (settings.home, settings.database) == (tmp_path, "postgresql://db/elijah")
    assert settings.elasticsearch_url == "http://es:9200"
    assert settings.own_sources == {"shelter", "police"}
    assert (settings.host, settings.port, settings.trust_network, settings.candidates) == ("192.0.2.7", 9000, True, 50)
    assert settings.kept_megabytes == 256


@pytest.mark.parametrize("name", ["HOME", "DATABASE_URL", "PORT", "OWN_SOURCES", "TRUST_NETWORK"])
def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("ELIJAH_HOME")
    plain = Settings.read()
    monkeypatch.setenv(f"ELIJAH_{name}", "")
    assert Settings.read() == plain


def test_a_blank_source_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELIJAH_OWN_SOURCES", ", ,")
    assert Settings.read().own_sources == frozenset()


def test_a_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ELIJAH_HOME", "~/children")
    assert Settings.read().home == tmp_path / "children"


@pytest.mark.parametrize("folder", ["with space", "ខ្មែរ", "a?b", "a#b", "100%25", "a;b", "C:\\x"])
def test_a_home_of_any_name_holds_its_database(tmp_path: Path, folder: str) -> None:
    settings = Settings(home=tmp_path / folder)
    with Store.open(settings.database) as store:
        assert store.count() == 0
    assert (tmp_path / folder / "elijah.db").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("TRUST_NETWORK", "perhaps"),
        ("CANDIDATES", "9"),
        ("KEPT_MEGABYTES", "0"),
        ("KEPT_MEGABYTES", "much"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_words_that_name_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ELIJAH_{name}", value)
    with pytest.raises(InputError, match=f"ELIJAH_{name} cannot be used: "):
        Settings.read()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1


def test_the_password_of_a_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELIJAH_DATABASE_URL", "postgresql://elijah:hunter2@db/elijah")
    assert "hunter2" not in repr(Settings.read())
    assert "hunter2" not in str(Settings.read())


def test_variables_of_other_programs_and_later_versions_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELIJAH_SOMETHING_NEW", "x")
    monkeypatch.setenv("PORT", "1")
    assert Settings.read().port == 8000


def test_elasticsearch_has_its_settings_and_its_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "URL": "https://es1:9200, https://es2:9200", "USER": "elijah", "PASSWORD": "hunter2", "API_KEY": "c2VjcmV0",
        "CA": "/etc/ca.pem", "SHARDS": "3", "REPLICAS": "2",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"ELIJAH_ELASTICSEARCH_{name}", value)
    settings = Settings.read()
    assert (settings.elasticsearch_url, settings.elasticsearch_user) == (given["URL"], "elijah")
    assert (settings.elasticsearch_password, settings.elasticsearch_api_key) == ("hunter2", "c2VjcmV0")
    assert (settings.elasticsearch_ca, settings.elasticsearch_shards, settings.elasticsearch_replicas) == (
        "/etc/ca.pem",
        3,
        2,
    )
    assert settings.index_backend == "elasticsearch"
    assert "hunter2" not in f"{settings} {settings!r}"
    assert "c2VjcmV0" not in f"{settings} {settings!r}"


@pytest.mark.parametrize(
    "url", ["es:9200", "ftp://es:9200", "https://", "https://elijah:hunter2@es:9200", "https://es:9200,", "nonsense"]
)
def test_an_address_of_elasticsearch_that_is_none_or_holds_a_password_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ELIJAH_ELASTICSEARCH_URL", url)
    with pytest.raises(InputError, match=r"ELIJAH_ELASTICSEARCH_URL cannot be used: .*https://host:9200") as caught:
        Settings.read()
    assert "hunter2" not in caught.value.message
