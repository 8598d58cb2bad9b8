"""Playbooks as data: how texts are put together, and what is refused with file, table and key."""

import re
from datetime import date

import pytest

from rules.exceptions.playbook_data import Playbooks, PlaybookText, UnusablePlaybooks, load_playbooks
from rules.exceptions.playbooks import OWN, estimated_cost, mode_of, playbook_for
from schemas.disclosure import Audience
from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType, Measure
from schemas.inquiries import Node
from schemas.playbooks import Mode

DAMAGED, LOST = ExceptionType.DAMAGED, ExceptionType.LOST


def with_own(text: str, **known) -> Playbooks:
    """Load the playbooks with a carrier's own text over them."""
    return load_playbooks(OWN, PlaybookText("own.toml", text), **known)


def changed(before: str, after: str) -> Playbooks:
    """Load the playbooks with one thing in their own text changed."""
    assert before in OWN.text
    return load_playbooks(PlaybookText("playbooks.toml", OWN.text.replace(before, after, 1)))


class TestCarriersText:
    def test_says_only_what_differs(self):
        usual, own = load_playbooks(OWN), with_own("[LOST]\nupdate_hours = 6")

        assert playbook_for(LOST, books=own).update_hours == 6
        assert {key for key in usual.books if usual.books[key] != own.books[key]} == {
            (LOST, mode)
            for mode in Mode
            if mode is not Mode.INTERNATIONAL  # which has its own figure for all types
        }

    def test_replaces_a_list(self):
        own = with_own('[LOST]\nremedies = [{ measures = ["APOLOGISE"] }]')

        assert [remedy.measures for remedy in playbook_for(LOST, books=own).remedies] == [(Measure.APOLOGISE,)]

    def test_adds_to_a_list(self):
        own = with_own('[LOST]\nmore_evidence = [{ kind = "loss_list", of = "sender", source = "terms 7.2" }]')

        assert playbook_for(LOST, books=own).evidence[:-1] == playbook_for(LOST).evidence
        assert playbook_for(LOST, books=own).evidence[-1].kind is EvidenceKind.LOSS_LIST

    def test_names_one_text_anew_and_keeps_the_others(self):
        texts = playbook_for(LOST, books=with_own('[LOST]\nmore_texts = { opened = "trouble_reply" }')).texts

        assert (texts.opened, texts.result) == ("trouble_reply", "result")

    def test_speaks_for_all_types_in_defaults_and_for_a_mode_below_it(self):
        own = with_own("[defaults]\nupdate_hours = 20\n[defaults.ltl]\nupdate_hours = 30")

        assert playbook_for(DAMAGED, books=own).update_hours == 20
        assert playbook_for(DAMAGED, mode=Mode.LTL, books=own).update_hours == 30
        assert playbook_for(LOST, books=own).update_hours == 12

    def test_puts_its_own_costs_in_their_place(self):
        own = with_own(
            """
            [costs]
            REROUTE = [
                { value = "9.50", source = "2026 contract", verified = "contract", valid_to = 2027-01-01 },
                { value = "11", source = "2027 contract", verified = "contract", valid_from = 2027-01-01 },
                { mode = "air", value = "0", source = "flown back for nothing", verified = "contract" },
            ]
            """
        )

        costs = [
            estimated_cost([Measure.REROUTE], on=day, mode=mode, books=own)
            for day, mode in (
                (date(2026, 12, 31), Mode.EXPRESS), (date(2027, 1, 1), Mode.EXPRESS), (date(2027, 1, 1), Mode.AIR),
            )
        ]  # fmt: skip
        assert [str(cost) for cost in costs] == ["9.50", "11", "0"]

    def test_names_its_version_its_currency_and_its_products(self):
        own = with_own(
            '[settings]\nversion = "acme-3"\ncurrency = "EUR"\nirreversible = []\n[products]\nltl = ["stueckgut"]'
        )

        assert (own.version, own.currency, own.irreversible) == ("acme-3", "EUR", frozenset())
        assert mode_of(product="stueckgut", books=own) is Mode.LTL

    def test_may_name_clocks_that_the_caller_knows_of(self):
        own = with_own('[LOST]\nclock_profile = "acme"', clock_profiles=["acme", "seed-outlet"])

        assert playbook_for(LOST, books=own).clock_profile == "acme"

    def test_may_name_the_clocks_of_redress_and_none_again_in_one_mode(self):
        own = with_own('[LOST]\nclock_profile = "standard"\n[LOST.ltl]\nclock_profile = ""')

        assert [playbook_for(LOST, mode=mode, books=own).clock_profile for mode in (Mode.AIR, Mode.LTL)] == [
            "standard", "",
        ]  # fmt: skip


NEED = '{ kind = "loss_list", of = "sender", source = "x" }'
ASK = '{ to = "sender", within_hours = 1, zh = "问", en = "ask" }'
COST = 'source = "x", verified = "contract"'


class TestUnusableText:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            pytest.param("[LOST]\n[LOST]", r"own.toml: .*(line 2|twice|declare)", id="a table twice"),
            pytest.param("[LOST]\nupdate_hours = 1\nupdate_hours = 2\n", "own.toml: .*line 3", id="a key twice"),
            pytest.param("[STOLEN]\n", r"own.toml: \[STOLEN\]: there is no such type", id="an unknown type"),
            pytest.param("LOST = 1", r"own.toml: \[LOST\]: is no table", id="a type that is no table"),
            pytest.param("[LOST]\nltl = 1", r"own.toml: \[LOST.ltl\]: is no table", id="a mode that is no table"),
            pytest.param("[LOST.sea]\nupdate_hours = 1", r"own.toml: \[LOST\] sea: ", id="an unknown mode"),
            pytest.param("[LOST]\ncolour = 1", r"own.toml: \[LOST\] colour: Extra", id="an unknown key"),
            pytest.param(
                "[LOST]\nmore_colour = []", r"own.toml: \[LOST\] more_colour: adds to none", id="more of nothing"
            ),
            pytest.param(
                "[LOST]\nmore_remedies = 1", r"own.toml: \[LOST\] more_remedies: adds to none", id="more, no list"
            ),
            pytest.param(
                "[LOST]\nevidence = 1\nmore_evidence = []",
                r"own.toml: \[LOST\] more_evidence: adds to none",
                id="more than something that is no list",
            ),
            pytest.param(
                '[settings.ltl]\nversion = "1"',
                r"own.toml: \[settings\] ltl: there is no such setting",
                id="a setting for one mode",
            ),
            pytest.param("[LOST]\nremedies = []", r"own.toml: \[LOST\] remedies: .*at least 1", id="no remedy"),
            pytest.param("[LOST]\nevidence = []", r"own.toml: \[LOST\] evidence: .*at least 1", id="no evidence"),
            pytest.param("[LOST]\nquestions = []", r"own.toml: \[LOST\] questions: .*at least 1", id="no question"),
            pytest.param(
                f"[LOST]\nevidence = [{NEED}]",
                r"\[LOST\] evidence: names nothing that is mandatory",
                id="nothing mandatory",
            ),
            pytest.param(
                '[LOST]\nremedies = [{ measures = ["APOLOGISE"], when = ["air_leg"] }]',
                r"\[LOST\] remedies: none is open for every parcel",
                id="no remedy for some",
            ),
            pytest.param(
                '[LOST]\nremedies = [{ measures = ["PRAY"] }]',
                r"\[LOST\] remedies\[0\].measures\[0\]: ",
                id="an unknown measure",
            ),
            pytest.param(
                "[LOST]\nremedies = [{ measures = [] }]", r"\[LOST\] remedies\[0\].measures: ", id="an empty remedy"
            ),
            pytest.param(
                '[LOST]\nmore_remedies = [{ measures = ["SEARCH_PARCEL"] }]',
                r"remedies: has SEARCH_PARCEL twice",
                id="a remedy twice",
            ),
            pytest.param(
                "[LOST.ltl]\nmore_remedies = [{ measures = ['REROUTE'] }, { measures = ['REPACK'] }]",
                r"own.toml: \[LOST.ltl\] remedies: .*at most 3",
                id="more remedies than rounds",
            ),
            pytest.param(
                f"[LOST]\nmore_evidence = [{NEED}, {NEED}]",
                r"evidence: has loss_list, sender twice",
                id="evidence twice",
            ),
            pytest.param(
                f"[LOST]\nmore_questions = [{ASK}, {ASK}]", r"questions: has sender twice", id="a question twice"
            ),
            pytest.param(
                '[LOST]\nmore_questions = [{ to = "police", within_hours = 1, zh = "问", en = "ask" }]',
                r"\[LOST\] questions\[\d\].to: ",
                id="an unknown node",
            ),
            pytest.param(
                '[LOST]\nmore_questions = [{ to = "sender", within_hours = 0, zh = "问", en = "ask" }]',
                r"\[LOST\] questions\[\d\].within_hours: ",
                id="no time to answer",
            ),
            pytest.param(
                '[LOST]\nmore_questions = [{ to = "sender", within_hours = 1, zh = "问", en = " " }]',
                r"\[LOST\] questions\[\d\].en: ",
                id="a language missing",
            ),
            pytest.param(
                '[LOST]\nclock_profile = "moon"', r"\[LOST\] clock_profile: there is no 'moon'", id="unknown clocks"
            ),
            pytest.param(
                '[LOST]\nclock_profile = "law-cn"', r"clock_profile: there is no 'law-cn'", id="what runs beside clocks"
            ),
            pytest.param(
                '[LOST]\nmore_texts = { opened = "department" }',
                r"\[LOST\] texts: opened: is read by customer, and 'department' is written for department",
                id="an inside text for the customer",
            ),
            pytest.param(
                '[LOST]\nmore_texts = { opened = "poem" }',
                r"\[LOST\] texts: opened: there is no template 'poem'",
                id="an unknown text",
            ),
            pytest.param("[LOST]\nupdate_hours = -1", r"\[LOST\] update_hours: ", id="a negative interval"),
            pytest.param(
                '[LOST]\nclosing = { by = "silence" }',
                r"\[LOST\] closing: .*silence needs after_hours",
                id="endless silence",
            ),
            pytest.param(
                '[LOST]\nclosing = { by = "acceptance", after_hours = 3 }',
                r"only silence has it",
                id="acceptance by time",
            ),
            pytest.param(
                "[settings]\nversion = 3",
                r"own.toml: \[settings\] version: is missing or no text",
                id="a version that is no text",
            ),
            pytest.param(
                '[settings]\nmood = "good"',
                r"own.toml: \[settings\] mood: there is no such setting",
                id="an unknown setting",
            ),
            pytest.param(
                '[settings]\nirreversible = ["PRAY"]',
                r"\[settings\] irreversible: there is no measure 'PRAY'",
                id="an unknown irreversible",
            ),
            pytest.param(
                "[settings]\nirreversible = 1",
                r"\[settings\] irreversible: is missing or no list",
                id="irreversible, no list",
            ),
            pytest.param(
                '[products]\nsea = ["boat"]', r"\[products\] sea: there is no such mode", id="a product of no mode"
            ),
            pytest.param('[products]\nltl = "ltl"', r"\[products\] ltl: is no list", id="products, no list"),
            pytest.param("[products]\nltl = [3]", r"\[products\] ltl: 3 is no product", id="a product that is no text"),
            pytest.param(
                '[products]\nltl = ["air"]', r"\[products\] .*: air travels by .* already", id="a product in two modes"
            ),
            pytest.param(
                f'[costs]\nPRAY = [{{ value = "1", {COST} }}]',
                r"\[costs\] PRAY: there is no such measure",
                id="cost of no measure",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ mode = "ltl", value = "1", {COST} }}]',
                r"\[costs\] REPACK: needs a row without a mode",
                id="cost of one mode",
            ),
            pytest.param('[costs]\nREPACK = "1"', r"\[costs\] REPACK: needs a row", id="cost, no list"),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "-1", {COST} }}]',
                r"\[costs\] REPACK\[0\].value: is no amount",
                id="a negative cost",
            ),
            pytest.param(
                f"[costs]\nREPACK = [{{ value = 1.5, {COST} }}]",
                r"\[costs\] REPACK\[0\].value: is no amount",
                id="a cost that is no text",
            ),
            pytest.param(
                f"[costs]\nREPACK = [{{ {COST} }}]",
                r"\[costs\] REPACK\[0\].value: is no amount",
                id="a cost without a value",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "1", {COST} }}, {{ mode = "sea", value = "1", {COST} }}]',
                r"\[costs\] REPACK\[1\].mode: there is no mode 'sea'",
                id="cost of an unknown mode",
            ),
            pytest.param(
                '[costs]\nREPACK = [{ value = "1", source = "x", verified = "gossip" }]',
                r"REPACK\[0\].verified: is none of",
                id="cost by hearsay",
            ),
            pytest.param(
                '[costs]\nREPACK = [{ value = "1", source = " ", verified = "contract" }]',
                r"REPACK\[0\].source: says where",
                id="cost without a source",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "1", {COST} }}, 7]',
                r"\[costs\] REPACK\[1\]: is no table of",
                id="a cost that is no table",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "1", tax = 1, {COST} }}]',
                r"\[costs\] REPACK\[0\]: is no table of",
                id="a cost with more",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "1", valid_from = "2026", {COST} }}]',
                r"REPACK\[0\]: valid_from and valid_to are dates",
                id="a date that is none",
            ),
            pytest.param(
                f'[costs]\nREPACK = [{{ value = "1", {COST} }}, {{ value = "2", {COST} }}]',
                r"\[costs\] REPACK: .* hold on the same day",
                id="two costs at once",
            ),
        ],
    )
    def test_is_refused_for(self, text, sentence):
        with pytest.raises(UnusablePlaybooks, match=sentence) as refused:
            with_own(text)

        assert "own.toml" in str(refused.value)

    @pytest.mark.parametrize(
        "dates",
        [
            pytest.param(["valid_from = 2026-01-01"], id="begin late"),
            pytest.param(["valid_to = 2027-01-01"], id="end"),
            pytest.param(["valid_to = 2026-01-01", "valid_from = 2026-01-02"], id="have a gap"),
        ],
    )
    def test_is_refused_when_the_costs_of_a_measure(self, dates):
        rows = ", ".join(f'{{ value = "1", {day}, {COST} }}' for day in dates)

        with pytest.raises(UnusablePlaybooks, match=r"own.toml: \[costs\] REPACK: .* without a gap, for good"):
            with_own(f"[costs]\nREPACK = [{rows}]")

    @pytest.mark.parametrize("type_", ["LOST", "UNAUTHORISED_LOCKER"])
    def test_is_refused_when_a_type_has_no_playbook(self, type_):
        gone = re.sub(rf"^\[{type_}[.\]].*?(?=^\[(?!{type_}))", "", OWN.text, flags=re.MULTILINE | re.DOTALL)

        with pytest.raises(UnusablePlaybooks, match=rf"own.toml: no playbook is declared for \['{type_}'\]"):
            load_playbooks(PlaybookText("own.toml", gone))

    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            ('title = { zh = "丢失件", en = "Lost parcel" }\n', "", r"playbooks.toml: \[LOST\] title: Field required"),
            ('reminder = "reminder"\n', "", r"playbooks.toml: \[defaults\] texts.reminder: Field required"),
            ('version = "2026.12"\n', "", r"playbooks.toml: \[settings\] version: is missing"),
            ("APOLOGISE = [", "APOLOGY = [", r"playbooks.toml: \[costs\]: no cost is declared for \['APOLOGISE'\]"),
        ],
    )  # fmt: skip
    def test_is_refused_when_something_is_missing(self, before, after, sentence):
        with pytest.raises(UnusablePlaybooks, match=sentence):
            changed(before, after)

    def test_is_refused_for_a_text_that_lacks_a_language(self):
        with pytest.raises(UnusablePlaybooks, match=r"\[defaults\] texts: .*there is no template 'update'"):
            load_playbooks(OWN, templates=dict.fromkeys(("trouble", "result"), Audience.CUSTOMER))

    def test_names_the_table_of_the_mode_that_is_wrong(self):
        with pytest.raises(UnusablePlaybooks, match=r"own.toml: \[defaults.ltl\] update_hours: "):
            with_own("[defaults.ltl]\nupdate_hours = 0")


class TestDamageOfAnotherCarrier:
    def test_may_ask_for_evidence_in_one_mode_alone(self):
        own = with_own(
            """
            [DAMAGED.air]
            more_evidence = [{ kind = "weight_now", of = "airline", mandatory = true, source = "IATA" }]
            """
        )

        asked_of = [
            {(need.kind, need.of) for need in playbook_for(DAMAGED, mode=mode, books=own).mandatory} for mode in Mode
        ]
        assert [(EvidenceKind.WEIGHT_NOW, Node.AIRLINE) in needs for needs in asked_of] == [False, False, True, False]
