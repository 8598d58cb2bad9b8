"""Tables that refuse to be loaded when a word of the vocabulary is missing from them, or has two meanings."""

import runpy
from enum import StrEnum
from types import ModuleType, SimpleNamespace

import pytest

import rules.exceptions.pack
import schemas.custody
import schemas.evidence
import schemas.exceptions
import schemas.inquiries
import schemas.quality
import schemas.tracking
from rules import evidence
from rules.exceptions import custody_wording, handovers, playbook_data, playbooks, remedies, triggers, wording
from rules.exceptions.playbooks import OWN
from rules.inquiries import answers, reminders
from rules.inquiries import wording as inquiry_wording
from rules.reporting import improvements, waiting
from rules.reporting import words as reporting_words
from rules.supervision import escalation, levels
from rules.tracking import alerting, fold
from schemas.custody import GapKind, HolderKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType, Measure, State
from schemas.inquiries import AnswerCode, Node
from schemas.quality import AlertKind
from schemas.tracking import Event, Reason


def with_stray(words: type[StrEnum]) -> type[StrEnum]:
    """Make the same enum with one more member."""
    return StrEnum(words.__name__, {**{word.name: word.value for word in words}, "STRAY": "STRAY"})


def load(module: ModuleType) -> None:
    """Load a table anew; the one of playbooks is data, which is read apart from the code."""
    loaded = runpy.run_path(module.__file__)
    if module is playbook_data:
        loaded["load_playbooks"](OWN)


class TestTable:
    @pytest.mark.parametrize(
        ("module", "vocabulary", "words"),
        [
            pytest.param(playbook_data, schemas.exceptions, ExceptionType, id="type without a playbook"),
            pytest.param(playbook_data, schemas.exceptions, Measure, id="measure without a cost"),
            pytest.param(triggers, schemas.exceptions, ExceptionType, id="type without a cure"),
            pytest.param(wording, schemas.exceptions, ExceptionType, id="type without words"),
            pytest.param(wording, schemas.exceptions, Measure, id="measure without words"),
            pytest.param(wording, schemas.tracking, Reason, id="party without words"),
            pytest.param(fold, schemas.tracking, Event, id="event without a phase"),
            pytest.param(handovers, schemas.tracking, Event, id="event that says nothing about custody"),
            pytest.param(custody_wording, schemas.custody, GapKind, id="gap without words"),
            pytest.param(custody_wording, schemas.custody, HolderKind, id="holder without words"),
            pytest.param(alerting, schemas.quality, AlertKind, id="alert without words"),
            pytest.param(reporting_words, schemas.exceptions, ExceptionType, id="type without a name in reports"),
            pytest.param(reporting_words, schemas.tracking, Reason, id="reason without a name in reports"),
            pytest.param(improvements, schemas.exceptions, ExceptionType, id="type without an improvement"),
            pytest.param(waiting, schemas.exceptions, State, id="state in which nobody is waited for"),
            pytest.param(evidence, schemas.evidence, EvidenceKind, id="kind of evidence without words"),
            pytest.param(evidence, schemas.inquiries, Node, id="node without words"),
            pytest.param(inquiry_wording, schemas.inquiries, AnswerCode, id="answer without words"),
            pytest.param(answers, schemas.inquiries, AnswerCode, id="answer without a claim"),
        ],
    )
    def test_is_refused_with_a(self, monkeypatch, module, vocabulary, words):
        monkeypatch.setattr(vocabulary, words.__name__, with_stray(words))

        with pytest.raises(ValueError, match=r"declared .*STRAY"):
            load(module)

    def test_is_refused_when_one_event_and_reason_would_open_two_types(self, monkeypatch):
        twins = StrEnum("Reason", {word.name: word.value for word in Reason} | {"CARRIER_LOST": "carrier.damaged"})
        monkeypatch.setattr(schemas.tracking, "Reason", twins)

        with pytest.raises(ValueError, match=r"EXCEPTION with reason carrier\.damaged would open two types"):
            runpy.run_path(triggers.__file__)

    def test_is_refused_when_the_bands_of_approval_do_not_rise(self, monkeypatch):
        pack = SimpleNamespace(pick=lambda *_asked, **_named: SimpleNamespace(value=1))
        monkeypatch.setattr(rules.exceptions.pack, "EXCEPTION_PACK", pack)

        with pytest.raises(ValueError, match="must begin at zero and rise"):
            runpy.run_path(levels.__file__)

    def test_is_refused_when_a_reminder_would_tell_a_level_that_there_is_not(self, monkeypatch):
        monkeypatch.setattr(escalation, "LEVELS", ("outlet", "province"))

        with pytest.raises(ValueError, match="headquarters"):
            runpy.run_path(reminders.__file__)

    @pytest.mark.parametrize(
        "module", [playbooks, remedies, triggers, wording, fold, levels], ids=lambda module: module.__name__
    )
    def test_is_loaded_as_it_stands(self, module):
        assert runpy.run_path(module.__file__)
