"""The one object of settings, read once from `ELIJAH_*` and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Where an installation lives and how it behaves. Every field is the environment variable `ELIJAH_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="ELIJAH_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("elijah-data"), description="folder of the database, the index and the reports")
    database_url: str = Field(default="", description="SQLAlchemy URL; blank: SQLite under the home")
    elasticsearch_url: str = Field(default="", description="blank: the embedded index under the home")
    own_sources: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="sources, separated by commas, whose children without consent this installation may find",
    )
    host: str = Field(default="127.0.0.1", description="address the server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port the server listens on")
    trust_network: bool = Field(
        default=False, description="let other machines in without sign-in: only behind a proxy that signs people in"
    )
    candidates: int = Field(default=200, ge=10, le=5000, description="candidates brought up for one query")

    @field_validator("own_sources", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.home / 'elijah.db').absolute()}"

    @property
    def index_folder(self) -> Path:
        """Where the embedded index keeps its snapshot."""
        return self.home / "index"

    @property
    def gazetteer_file(self) -> Path:
        """The imported official gazetteer, where there is one."""
        return self.home / "gazetteer.csv"

    @property
    def reports_folder(self) -> Path:
        """Where the night job leaves its morning reports."""
        return self.home / "reports"
