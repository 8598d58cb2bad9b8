"""Who handles a complaint at the desk: skill, language and load (R66, R70)."""

import pytest
from complaint_factories import a_complaint, an_agent
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.assigning import assignment_refused, handler_for, why_reassigned

AGENTS = st.lists(
    st.builds(
        an_agent,
        st.sampled_from(["ag-sun", "ag-zhou", "ag-wu", "ag-zheng"]),
        tier=st.integers(1, 3),
        languages=st.sampled_from([("zh",), ("zh", "en"), ("en",)]),
        cases=st.integers(0, 4),
        cases_max=st.integers(1, 4),
        on_duty=st.booleans(),
        department=st.sampled_from(["", "示例城东网点", "杭州转运中心"]),
    ),
    max_size=4,
    unique_by=lambda agent: agent.staff_id,
)


def chosen(*agents, tier: int = 1, language: str = "zh", department: str = "", person: str = "") -> str:
    return handler_for(agents, tier=tier, language=language, department=department, about={person})


class TestHandlerFor:
    def test_is_nobody_where_nobody_is(self):
        assert chosen() == ""

    @pytest.mark.parametrize(
        ("agent", "asked"),
        [
            pytest.param({"on_duty": False}, {}, id="who is off duty"),
            pytest.param({"tier": 1}, {"tier": 2}, id="who lacks the skill"),
            pytest.param({"languages": ("zh",)}, {"language": "en"}, id="who does not speak the customer's language"),
            pytest.param({"cases": 2, "cases_max": 2}, {}, id="whose hands are full"),
            pytest.param({}, {"person": "ag-sun"}, id="whom the complaint is about"),
            pytest.param({"department": "杭州转运中心"}, {"department": "示例城东网点"}, id="of another department"),
        ],
    )
    def test_is_nobody(self, agent, asked):
        assert chosen(an_agent(**agent), **asked) == ""

    @pytest.mark.parametrize(
        ("better", "asked"),
        [
            pytest.param(
                {"department": "示例城东网点", "cases": 40}, {"department": "示例城东网点"}, id="of the outlet"
            ),
            pytest.param({"cases": 1, "cases_max": 10}, {}, id="with more of his room left"),
            pytest.param({"cases": 5, "tier": 1}, {}, id="who is less skilled, all else being equal"),
        ],
    )
    def test_is_rather_somebody(self, better, asked):
        other = an_agent("ag-zhou", cases=5, tier=2)

        assert chosen(other, an_agent("ag-zzz", **better), **asked) == "ag-zzz"

    def test_is_the_first_by_staff_id_where_nothing_tells_them_apart(self):
        assert chosen(an_agent("ag-zhou"), an_agent("ag-sun")) == "ag-sun"

    @given(AGENTS, st.integers(1, 3), st.sampled_from(["zh", "en"]), st.sampled_from(["", "ag-sun"]))
    def test_always_fits_and_is_found_whenever_somebody_does(self, agents, tier, language, person):
        fitting = {
            agent.staff_id
            for agent in agents
            if agent.on_duty and agent.tier >= tier and language in agent.languages
            and agent.cases < agent.cases_max and agent.staff_id != person
            and agent.department != "杭州转运中心"
        }  # fmt: skip

        found = chosen(*agents, tier=tier, language=language, person=person, department="示例城东网点")

        assert found in fitting or (found == "" and not fitting)

    @given(AGENTS, st.randoms())
    def test_does_not_depend_on_the_order_in_which_the_agents_come(self, agents, chance):
        shuffled = list(agents)
        chance.shuffle(shuffled)

        assert chosen(*agents) == chosen(*shuffled)


class TestAssignmentRefused:
    @pytest.mark.parametrize("by_supervisor", [False, True], ids=["an agent asks", "a supervisor asks"])
    @pytest.mark.parametrize(
        ("agent", "why"),
        [
            (None, "there is no such agent on file."),
            (an_agent(on_duty=False), "ag-sun is off duty."),
            (an_agent("cou-li"), "it is about cou-li."),
        ],
        ids=["of nobody", "of who is off duty", "of whom it is about"],
    )
    def test_tells_whoever_asks(self, agent, why, by_supervisor):
        complaint = a_complaint(person="cou-li")

        assert assignment_refused(agent, complaint, by_supervisor=by_supervisor) == why

    def test_leaves_it_to_a_supervisor_to_ask_too_much_of_somebody(self):
        severe = a_complaint(tier=2)

        assert assignment_refused(an_agent(tier=1), severe, by_supervisor=False) == (
            "it asks for skill 2, ag-sun has 1; a supervisor may assign it."
        )
        assert assignment_refused(an_agent(tier=1), severe, by_supervisor=True) is None
        assert assignment_refused(an_agent(tier=2), severe, by_supervisor=False) is None


class TestWhyReassigned:
    @pytest.mark.parametrize(
        ("complaint", "agent", "accepted", "why"),
        [
            pytest.param({"handler": ""}, None, 0, "no_agent_yet", id="nobody has it"),
            pytest.param({}, None, 0, None, id="somebody took it up who is no agent"),
            pytest.param({"person": "ag-sun"}, {}, 0, "complained_of", id="it is about its agent, as is told now"),
            pytest.param({}, {"on_duty": False}, 3, "off_duty", id="its agent went home"),
            pytest.param({"tier": 2}, {"tier": 1}, 0, "skill", id="it asks for more than its agent has"),
            pytest.param({"tier": 2}, {"tier": 1}, 1, "skill", id="it asks for more than when a person chose"),
            pytest.param({"tier": 2}, {"tier": 1}, 2, None, id="a person chose though it asked for as much"),
            pytest.param({"tier": 2}, {"tier": 2}, 0, None, id="its agent fits"),
        ],
    )
    def test_is_asked_where(self, complaint, agent, accepted, why):
        handled_by = None if agent is None else an_agent(**agent)
        case = a_complaint(**complaint)

        assert why_reassigned(case, handled_by, tier=case.tier, accepted_tier=accepted) == why
