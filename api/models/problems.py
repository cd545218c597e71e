"""What every error looks like: RFC 9457, `application/problem+json`."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Wrong(BaseModel):
    """One thing that is wrong with what was sent; the value itself is never repeated."""

    where: str = Field(
        description="path into what was sent, as `body.example.sex`, `query.limit`", examples=["body.sex"]
    )
    message: str = Field(description="what is wrong and what to do")


class Problem(BaseModel):
    """An error. `detail` is written for the person at the screen."""

    type: str = "about:blank"
    title: str = Field(description="the status in words", examples=["Not Found"])
    status: int = Field(description="the HTTP status", examples=[404])
    detail: str = Field(description="what is wrong and what to do", examples=["there is no such record"])
    errors: list[Wrong] = Field(default=[], description="every place that is wrong, where there are several")
