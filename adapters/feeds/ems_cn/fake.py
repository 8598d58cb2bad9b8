"""A stand-in for China EMS's query, checking the partner's key and version as it does, for tests and trials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import FastAPI, Header, Response

_NOT_ALLOWED = (
    "<response><version>{version}</version><status>error</status><code>V02</code>"
    "<description>示例：身份标识错误</description></response>"
)


@dataclass
class StandInEmsCn:
    """The key it knows, the traces it has by number, what it was asked, and how it misbehaves."""

    authenticate: str = "example_key"
    version: str = "international_eub_us_1.1"
    traces: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)  # time, address, remark
    asked: list[tuple[str, str]] = field(default_factory=list)  # language and number
    encoding: str = "utf-8"
    status: int = 200  # anything else is what it answers, with no body
    nonsense: bytes | None = None  # what it answers instead of what it knows
    answers: Event = field(default_factory=Event)  # it answers nobody until this is set

    def __post_init__(self) -> None:
        """Begin with answering at once."""
        self.answers.set()

    def reply(self, language: str, number: str) -> str:
        """Tell the traces of a number, or null."""
        self.asked.append((language, number))
        if number not in self.traces:
            return "null"
        return f"<traces>{''.join(_trace(*trace) for trace in self.traces[number])}</traces>"


def ems_cn_app(ems: StandInEmsCn) -> FastAPI:
    """Make the HTTP face of a stand-in China EMS."""
    app = FastAPI(title="Stand-in China EMS")

    @app.get("/partner/api/public/p/track/query/{language}/{number}")
    def query(
        language: str,
        number: str,
        authenticate: Annotated[str, Header()] = "",
        version: Annotated[str, Header()] = "",
    ) -> Response:
        ems.answers.wait(timeout=30)
        if ems.status != 200:
            return Response(status_code=ems.status)
        if ems.nonsense is not None:
            return Response(ems.nonsense)
        allowed = (authenticate, version) == (ems.authenticate, ems.version)
        said = ems.reply(language, number) if allowed else _NOT_ALLOWED.format(version=escape(ems.version))
        return Response(said.encode(ems.encoding), media_type="text/xml")

    return app


def _trace(time: str, address: str, remark: str) -> str:
    fields = (("acceptTime", time), ("acceptAddress", address), ("remark", remark))
    return f"<trace>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in fields)}</trace>"
