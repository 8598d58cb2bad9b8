"""Texts that go out, as templates: how one is written from what its reader may know (R65).

A template `NAME.zh.j2` has its subject in the first line and its body below; what nodes read is one template,
`NAME.zh-en.j2`. It sees the fields that rules/disclosure.py lets through to its reader, and asking for any other is an
error: a text cannot tell by accident what its reader may not know. Each procedure has a book of its own.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from jinja2 import DictLoader, StrictUndefined, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rules.disclosure import disclosed
from schemas.disclosure import Audience

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
BOTH = "zh-en"
"""Chinese first, English behind it: what nodes read, for a subcontractor abroad reads the same letter."""


class Rendered(NamedTuple):
    """A text as it goes out."""

    subject: str
    body: str


class TextBook:
    """The templates of one folder, and who reads each."""

    def __init__(self, folder: Path, reader: Mapping[str, Audience]) -> None:
        """Read the templates.

        Raises:
            ValueError: one lacks a language or a reader.
        """
        self.reader = reader
        self._texts = {path.name.removesuffix(".j2"): path.read_text("utf-8") for path in folder.glob("*.j2")}
        self._asked: dict[str, frozenset[str]] = {}
        self.check(self._texts)

    @cached_property
    def environment(self) -> ImmutableSandboxedEnvironment:
        """Give what renders: plain text, for what is written is a message and no page."""
        made = ImmutableSandboxedEnvironment(
            loader=DictLoader(self._texts),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.globals.clear()  # no text needs them, and each would be handed to every one
        return made

    def languages_of(self, name: str) -> tuple[str, ...]:
        """Give the languages in which a text is there, a template for each."""
        return (BOTH,) if self.reader[name] is Audience.OUTLET else LANGUAGES

    def check(self, found: Collection[str]) -> None:
        """Refuse templates of which one lacks a language or a reader.

        Raises:
            ValueError: one does.
        """
        wanted = {f"{name}.{language}" for name in self.reader for language in self.languages_of(name)}
        if strays := wanted ^ set(found):
            raise ValueError(
                f"a text has a template in both languages and a reader: {sorted(strays)} missing or too many"
            )

    def asked_for(self, template: str) -> frozenset[str]:
        """Name the fields that a template asks for."""
        source = self._texts[template]
        if source not in self._asked:
            self._asked[source] = frozenset(meta.find_undeclared_variables(self.environment.parse(source)))
        return self._asked[source]

    def render(self, name: str, facts: Mapping[str, Any], *, language: str) -> Rendered:
        """Write a text from the facts, of which it sees what its reader may know.

        Raises:
            UndefinedError: the template asks for what its reader may not know, or for what nobody told.
        """
        template = f"{name}.{language}"
        wanted = (*self.asked_for(template), "type")
        seen = disclosed({field: facts[field] for field in wanted if field in facts}, to=self.reader[name])
        subject, _, body = self.environment.get_template(template).render(seen).partition("\n")
        return Rendered(subject=subject.strip(), body=body.strip())
