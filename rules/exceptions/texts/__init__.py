"""The texts that go out, as templates in both languages, and how one is written from what its reader may know.

A template `NAME.zh.j2` has its subject in the first line and its body below; what nodes read is one template,
`NAME.zh-en.j2`. It sees the fields that rules/disclosure.py lets through to its reader, and asking for any other is an
error: a text cannot tell by accident what its reader may not know. Which words stand for a type, a cause or a measure:
wording.py. Which text goes out when: the playbooks.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from jinja2 import DictLoader, StrictUndefined, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rules.disclosure import disclosed
from rules.tables import require_words
from schemas.disclosure import Audience
from schemas.playbooks import Texts

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
BOTH = "zh-en"
"""Chinese first, English behind it: what nodes read, for a subcontractor abroad reads the same letter."""

READER: dict[str, Audience] = {
    "trouble": Audience.CUSTOMER,  # before he notices (R7, R11)
    "trouble_reply": Audience.CUSTOMER,  # the same, and he is to say something
    "trouble_customs": Audience.CUSTOMER,  # the same, and customs waits for papers (R92)
    "update": Audience.CUSTOMER,  # while it goes on (R16)
    "result": Audience.CUSTOMER,  # result, basis, amount, and when the money arrives (R19, R44)
    "explained": Audience.CUSTOMER,  # explained, not agreed: reasons, and the way to the regulator (R46)
    "cured": Audience.CUSTOMER,
    "department": Audience.DEPARTMENT,  # R18, R20
    "question": Audience.OUTLET,  # to any node that is asked (R22, R39)
    "reminder": Audience.OUTLET,
}
"""Who reads each text."""
READ_BY: dict[str, Audience] = {
    **dict.fromkeys(("opened", "update", "result", "explained", "cured"), Audience.CUSTOMER),
    "department": Audience.DEPARTMENT,
    **dict.fromkeys(("question", "reminder"), Audience.OUTLET),
}
"""To whom each occasion of a playbook writes: a text for another reader is none for it (R65)."""
require_words(READ_BY, Texts.model_fields)

_TEXTS = {path.name.removesuffix(".j2"): path.read_text("utf-8") for path in Path(__file__).parent.glob("*.j2")}


def languages_of(name: str) -> tuple[str, ...]:
    """Give the languages in which a text is there, a template for each."""
    return (BOTH,) if READER[name] is Audience.OUTLET else LANGUAGES


def check(found: Collection[str]) -> None:
    """Refuse templates of which one lacks a language or a reader.

    Raises:
        ValueError: one does.
    """
    if strays := {f"{name}.{language}" for name in READER for language in languages_of(name)} ^ set(found):
        raise ValueError(f"a text has a template in both languages and a reader: {sorted(strays)} missing or too many")


check(_TEXTS)
_LOADER = DictLoader(_TEXTS)
ENVIRONMENT = ImmutableSandboxedEnvironment(  # plain text: what is written is a message, no page
    loader=_LOADER,
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.globals.clear()  # no text needs them, and each would be handed to every one


@cache
def asked_for(source: str) -> frozenset[str]:
    """Name the fields that a template asks for."""
    return frozenset(meta.find_undeclared_variables(ENVIRONMENT.parse(source)))


class Rendered(NamedTuple):
    """A text as it goes out."""

    subject: str
    body: str


def render(name: str, facts: Mapping[str, Any], *, language: str) -> Rendered:
    """Write a text from the facts, of which it sees what its reader may know.

    Raises:
        UndefinedError: the template asks for what its reader may not know, or for what nobody told.
    """
    template = f"{name}.{language}"
    asked = asked_for(_LOADER.mapping[template])
    seen = disclosed({field: facts[field] for field in (*asked, "type") if field in facts}, to=READER[name])
    subject, _, body = ENVIRONMENT.get_template(template).render(seen).partition("\n")
    return Rendered(subject=subject.strip(), body=body.strip())
