"""The one object of settings, read once from `ELIJAH_*` and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL

from matcher.errors import InputError


class Settings(BaseSettings):
    """Where an installation lives and how it behaves. Every field is the environment variable `ELIJAH_<FIELD>`."""

    # A variable that is set to nothing is not set: compose files pass on what the host has not defined as blank.
    model_config = SettingsConfigDict(env_prefix="ELIJAH_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(default=Path("elijah-data"), description="folder of the database, the index and the reports")
    # May hold a password: never shown.
    database_url: str = Field(default="", repr=False, description="SQLAlchemy URL; blank: SQLite under the home")
    elasticsearch_url: str = Field(
        default="", description="blank: the embedded index under the home; nodes of one cluster are separated by commas"
    )
    elasticsearch_user: str = Field(default="", description="who asks Elasticsearch, with the password")
    elasticsearch_password: str = Field(default="", repr=False, description="the user's password")
    elasticsearch_api_key: str = Field(default="", repr=False, description="an API key, instead of user and password")
    elasticsearch_ca: str = Field(default="", description="file of the authority that signed the server's certificate")
    elasticsearch_shards: int = Field(
        default=1, ge=1, le=100, description="parts of a new index: more for many millions"
    )
    elasticsearch_replicas: int = Field(
        default=1, ge=0, le=10, description="copies of each part on other nodes; 0 where there is one node only"
    )
    own_sources: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="sources, separated by commas, whose children without consent this installation may find",
    )
    host: str = Field(default="127.0.0.1", description="address the server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port the server listens on")
    workers: int | None = Field(
        default=None, ge=1, le=64, description="processes that serve; blank: as many as there are processors, at most 4"
    )
    trust_network: bool = Field(
        default=False, description="let other machines in without sign-in: only behind a proxy that signs people in"
    )
    kept_megabytes: int = Field(
        default=64, ge=1, le=1_000_000, description="memory of each process for the records that were candidates lately"
    )
    candidates: int = Field(default=200, ge=10, le=5000, description="candidates brought up for one query")

    @field_validator("own_sources", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("elasticsearch_url")
    @classmethod
    def _plain_addresses(cls, value: str) -> str:
        """Only addresses: the URL is shown in messages, so that a password has no place in it."""
        for url in value.split(",") if value else ():
            parts = urlsplit(url.strip())
            if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
                raise ValueError("write it as https://host:9200; user and password have variables of their own")
        return value

    @field_validator("home")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @classmethod
    def read(cls) -> Self:
        """The settings of this process's environment. Raises `InputError` naming the variable that cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = f"ELIJAH_{'_'.join(str(part) for part in first['loc'])}".upper()
            raise InputError(f"{name} cannot be used: {first['msg']}") from error

    @property
    def database(self) -> str:
        """The database's URL."""
        if self.database_url:
            return self.database_url
        file = (self.home / "elijah.db").absolute()
        return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)

    @property
    def index_backend(self) -> str:
        """Which candidate index is in use."""
        return "elasticsearch" if self.elasticsearch_url else "embedded"

    @property
    def index_folder(self) -> Path:
        """Where the embedded index keeps its snapshot."""
        return self.home / "index"

    @property
    def gazetteer_file(self) -> Path:
        """The imported official gazetteer, where there is one."""
        return self.home / "gazetteer.csv"

    @property
    def model_file(self) -> Path:
        """The installation's own model (`elijah fit`), where there is one."""
        return self.home / "model.json"

    @property
    def models_folder(self) -> Path:
        """The own models that were in use before."""
        return self.home / "models"

    @property
    def reports_folder(self) -> Path:
        """Where the night job leaves its morning reports."""
        return self.home / "reports"
