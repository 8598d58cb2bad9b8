"""docs/glossary.md explains every word of the vocabulary, once, in both languages."""

import re
from collections import Counter
from pathlib import Path

import pytest

from rules.packs.book import Layer
from rules.packs.kinds import Circumstance, ClauseFact
from rules.packs.kinds import Stage as RuleStage
from rules.reporting.claims.origins import ClaimOrigin
from rules.reporting.complaints.sources import Source
from rules.reporting.waiting import WaitingFor
from schemas import assessment, claims, complaints
from schemas.appeals import (
    AppealCommand,
    AppealEnding,
    AppealStage,
    AppealState,
    DueKind,
    MediationOutcome,
    PreconditionKind,
    Response,
    Satisfaction,
    Standing,
)  # fmt: skip
from schemas.approvals import Outcome
from schemas.archives import HoldReason, Lack, Part
from schemas.calls import HungUpBy, Medium
from schemas.change_requests import ChangeCommand, ChangeState
from schemas.channels import Channel, Contacted, ContactEnded, Segment
from schemas.claim_doors import Answer
from schemas.claims import DocketOutcome
from schemas.clocks import ClockCommand, ClockKind, ClockStatus, PauseReason, TimeUnit
from schemas.complaint_doors import MailKind
from schemas.custody import Confidence, GapKind, HolderKind, ResponsibleParty
from schemas.disclosure import Audience, DataClass, Treatment
from schemas.evidence import Door, EvidenceKind
from schemas.exceptions import ClosingReason, Command, ExceptionType, Measure, Origin, Role, Stage, State
from schemas.inquiries import AnswerCode, InquiryCommand, InquiryState, Node, Side
from schemas.insurers import InsurerStep
from schemas.ledger import Account, BookingEvent
from schemas.network import DepartmentKind
from schemas.partners import PartnerStatus
from schemas.payments import DiscrepancyKind, PaymentStatus, PayoutMethod, PayoutState, ReversalReason
from schemas.playbooks import ClosedBy, Condition, Mode
from schemas.preferences import PreferenceKind
from schemas.recovery import ChargeState, InsurancePaper, InsuranceState
from schemas.severity import Severity
from schemas.shipments import Phase
from schemas.tracking import Event, Reason
from schemas.unreachable import ProcedureStep

GLOSSARY = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text("utf-8")


def tables() -> dict[str, list[list[str]]]:
    """Read the lines of each table under its heading."""
    found: dict[str, list[list[str]]] = {}
    for section in GLOSSARY.split("\n## ")[1:]:
        heading, *lines = section.splitlines()
        rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
        found[heading] = rows[1:]
    return found


TABLES = tables()
LINES = [pytest.param(line, id=f"{heading}: {line[0]}") for heading, lines in TABLES.items() for line in lines]
VOCABULARY = [
    ("Events", list(Event)),
    ("Reasons", list(Reason)),
    ("Parties of a reason", list(dict.fromkeys(reason.split(".")[0] for reason in Reason))),
    ("Phases of a shipment", list(Phase)),
    ("Types of exception", list(ExceptionType)),
    ("Origins of a case", list(Origin)),
    ("Severities", [severity.name for severity in Severity]),
    ("States of a case", list(State)),
    ("Stages of a case", list(Stage)),
    ("Commands to a case", list(Command)),
    ("Endings of a case", list(ClosingReason)),
    ("Measures", list(Measure)),
    ("Modes", list(Mode)),
    ("Nodes", list(Node)),
    ("Kinds of evidence", list(EvidenceKind)),
    ("Conditions", list(Condition)),
    ("Ways to close", list(ClosedBy)),
    ("Readers of a text", list(Audience)),
    ("Classes of data", list(DataClass)),
    ("Treatments", list(Treatment)),
    ("Channels", list(Channel)),
    ("Segments of customers", list(Segment)),
    ("Outcomes of a contact", list(dict.fromkeys([*Contacted, *ContactEnded]))),
    ("Holders", list(HolderKind)),
    ("Gaps", list(GapKind)),
    ("Responsible parties", list(ResponsibleParty)),
    ("Confidence of a presumption", list(Confidence)),
    ("Departments", list(DepartmentKind)),
    ("Kinds of preference", list(PreferenceKind)),
    ("States of a change request", list(ChangeState)),
    ("Commands to a change request", list(ChangeCommand)),
    ("States of an appeal", list(AppealState)),
    ("Stages of an appeal", list(AppealStage)),
    ("Commands to an appeal", list(AppealCommand)),
    ("Endings of an appeal", list(AppealEnding)),
    ("Preconditions of an appeal", list(PreconditionKind)),
    ("How a precondition stands", list(Standing)),
    ("Times of an appeal", list(DueKind)),
    ("Outcomes of a mediation", list(MediationOutcome)),
    ("Responses to an opinion", list(Response)),
    ("Contentment of an appellant", list(Satisfaction)),
    ("Roles", list(Role)),
    ("Outcomes of an answer", list(Outcome)),
    ("What becomes of a claim in a docket", list(DocketOutcome)),
    ("Kinds of clock", list(ClockKind)),
    ("Units of time", list(TimeUnit)),
    ("Reasons to pause", list(PauseReason)),
    ("Commands to clocks", list(ClockCommand)),
    ("How a clock stands", list(ClockStatus)),
    ("Steps to the unreachable", list(ProcedureStep)),
    ("For whom a case waits", list(WaitingFor)),
    ("Media of a call", list(Medium)),
    ("Who hung up", list(HungUpBy)),
    ("Sources of feedback", list(Source)),
    ("Doors", list(Door)),
    ("States of an inquiry", list(InquiryState)),
    ("Commands to an inquiry", list(InquiryCommand)),
    ("Sides of an inquiry", list(Side)),
    ("Answers to an inquiry", list(AnswerCode)),
    ("Channels of a complaint", list(complaints.Channel)),
    ("Types of complaint", list(complaints.ComplaintType)),
    ("What becomes of a mail", list(MailKind)),
    ("States of a complaint", list(complaints.State)),
    ("Stages of a complaint", list(complaints.Stage)),
    ("Commands to a complaint", list(complaints.Command)),
    ("Endings of a complaint", list(complaints.Ending)),
    ("What a complaint turned out to be", list(complaints.Validity)),
    ("Liable parties", list(complaints.PartyKind)),
    ("Actions on a complaint", list(complaints.Action)),
    ("How a task stands", list(complaints.ActionState)),
    ("What follows for a party", list(complaints.ConsequenceKind)),
    ("How a penalty stands", list(complaints.ConsequenceState)),
    ("Parts of an archive", list(Part)),
    ("What an archive can lack", list(Lack)),
    ("Why data is held", list(HoldReason)),
    ("Channels of a claim", list(claims.ClaimChannel)),
    ("States of a claim", list(claims.State)),
    ("Stages of a claim", list(claims.Stage)),
    ("Commands to a claim", list(claims.Command)),
    ("Endings of a claim", list(claims.Ending)),
    ("What is proposed", list(claims.Resolution)),
    ("Ways to decide", list(claims.Route)),
    ("Answers of a claimant", list(Answer)),
    ("How a claim of a partner stands", list(PartnerStatus)),
    ("What a claimant is", list(claims.Relation)),
    ("Who settles privately", list(claims.PrivateParty)),
    ("Who names an amount", list(claims.OfferBy)),
    ("What becomes of an offer", list(claims.OfferState)),
    ("How a docket stands", list(claims.DocketState)),
    ("Origins of a claim", list(ClaimOrigin)),
    ("Events of a claim", list(assessment.ClaimEvent)),
    ("Modes of a claim", list(assessment.ClaimMode)),
    ("Carriage", list(assessment.Carriage)),
    ("Kinds of proof", list(assessment.ProofKind)),
    ("Claimants", list(assessment.Claimant)),
    ("Papers of a claim", list(assessment.ClaimPaper)),
    ("Grounds of exemption", list(assessment.GroundKind)),
    ("Choices when a parcel is found", list(assessment.FoundChoice)),
    ("Steps of a derivation", list(assessment.Step)),
    ("Layers of rules", list(Layer)),
    ("Stages of rules", list(RuleStage)),
    ("Circumstances", list(Circumstance)),
    ("What must be shown of a clause", list(ClauseFact)),
    ("Accounts", list(Account)),
    ("Events of the ledger", list(BookingEvent)),
    ("Ways to pay", list(PayoutMethod)),
    ("States of a payout", list(PayoutState)),
    ("What the other side says", list(PaymentStatus)),
    ("Reasons to reverse", list(ReversalReason)),
    ("Differences between books", list(DiscrepancyKind)),
    ("States of a charge", list(ChargeState)),
    ("States of an insurance case", list(InsuranceState)),
    ("Papers for an insurer", list(InsurancePaper)),
    ("Steps of an insurer", list(InsurerStep)),
]


class TestGlossary:
    @pytest.mark.parametrize(("heading", "words"), VOCABULARY, ids=[heading for heading, _ in VOCABULARY])
    def test_explains_exactly_the_words_of_the_code_in_their_order_under(self, heading, words):
        assert [line[0] for line in TABLES[heading]] == words, f"bring docs/glossary.md, {heading}, up to date"

    @pytest.mark.parametrize("line", LINES)
    def test_says_in_chinese_and_in_a_sentence_what_it_means(self, line):
        _, chinese, meaning = line

        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert meaning.endswith(".")

    @pytest.mark.parametrize("heading", TABLES)
    def test_explains_nothing_twice_under(self, heading):
        counted = Counter(line[0] for line in TABLES[heading])

        assert not [term for term, times in counted.items() if times > 1]

    def test_links_to_every_table(self):
        linked = set(re.findall(r"\(#([a-z-]+)\)", GLOSSARY))

        assert linked == {heading.lower().replace(" ", "-") for heading in TABLES}
