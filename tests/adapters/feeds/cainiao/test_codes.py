"""Cainiao's table: what each code says, that prefixes change nothing, that warehouses are no milestones."""

import pytest

from adapters.feeds.cainiao.codes import CODES, SIGNED_CALLBACK, folded
from rules.exceptions.triggers import MOVING
from rules.tracking.fold import PHASE_AFTER
from schemas.shipments import Phase
from schemas.tracking import SIGNALS, Event, Reason

SAID = {
    Event.ORDER_CREATED: "CREATE_ORDER_CES CONSIGN OM_CONSIGN GTMS_ASN LAST_MILE_ASN_NOTIFY",
    Event.AWAITING_PICKUP: "PRE_READY_TO_SHIP",
    Event.PICKED_UP: "PU_PICKUP_SUCCESS PU_SIGN_IN_SUCCESS GOT",
    Event.PICKUP_FAILED: "PU_PICKUP_FAILURE PU_SIGN_IN_FAILURE REJECT",
    Event.ARRIVED_HUB: (
        "SC_SIGN_IN_SUCCESS SC_INBOUND_SUCCESS SC_INBOUND SC_ARRIVE SC_TRANS_INBOUND_SUCCESS ARRIVAL TD_TRANS_ARRIVE"
        " LH_TRANS_ARRIVE TRANSFER_ARRIVE LH_HO_IN_SUCCESS LH_ARRIVE GTMS_SC_ARRIVE GTMS_STATION_IN GSTAHUB_INBOUND"
    ),
    Event.DEPARTED_HUB: (
        "SC_OUTBOUND_SUCCESS SC_OUTBOUND SC_DEPART SC_TRANS_OUTBOUND_SUCCESS SC_HO_OUT_SUCCESS DEPARTURE"
        " TD_TRANS_DEPART LH_TRANS_DEPART TRANSFER_DEPART LH_HO_AIRLINE LH_DEPART LH_HO_OUT_SUCCESS GTMS_SC_DEPART"
        " GTMS_STATION_OUT"
    ),
    Event.IN_TRANSIT: "SC_SORTING LH_OTHER COMMON_INTRANSIT CC_HO_OUT_SUCCESS GTMS_OTHER",
    Event.CUSTOMS_PENDING: (
        "CC_EX_START CC_TRANS_START CC_IM_START CC_IM_PROCESS CC_HO_IN_SUCCESS CUS_DECLARE CUS_SUCCESS CIQ_SUCCESS"
    ),
    Event.CUSTOMS_RELEASED: "CC_EX_SUCCESS CC_TRANS_SUCCESS CC_IM_SUCCESS",
    Event.TRANSFERRED_CARRIER: "GTMS_ACCEPT SL_ACCEPT LAST_MILE_HO_SUCCESS GTMS_RELABEL",
    Event.ARRIVED_OUTLET: "GTMS_DO_ARRIVE LM_DELIVERY_ARRIVE",
    Event.OUT_FOR_DELIVERY: (
        "GTMS_DO_DEPART LM_DELIVERY_DEPART GTMS_DELIVERING DELIVERING GTMS_RE_DELIVERING SENT_SCAN"
    ),
    Event.AT_PICKUP_POINT: (
        "GTMS_WAIT_SELF_PICK GTMS_STA_SIGNED GTMS_PUDO_INBOUND PUDO_INBOUND PUDO_DELIVERY GSTA_INBOUND"
        " GSTA_INFORM_BUYER POSTMAN_POST GSTA_OTHER"
    ),
    Event.DELIVERED: "GTMS_SIGNED SIGNIN SIGNED LM_SIGN_SUCCESS",
    Event.DELIVERED_PICKUP_POINT: "GSTA_SIGN GSTA_BUYER_SIGN STA_SIGN GTMS_PUDO_SIGNED PUDO_SIGN_SUCCESS",
    Event.FORWARDED: (
        "GTMS_STA_CUST_TO_DOOR GTMS_STA_CHANGE GTMS_STA_CN_TO_DOOR GTMS_STA_CN_CHANGE GTMS_STA_CNCP_TO_DOOR"
        " GTMS_STA_CNCP_CHANGE"
    ),
    Event.RETURNING: (
        "RT_INBOUND RT_OUTBOUND RT_HO_OUT RT_WH_HO_IN RT_WH_INBOUND RT_WH_OUTBOUND RT_WH_HO_OUT RT_TRANSWH_HO_IN"
        " RT_TRANSWH_INBOUND RT_TRANSWH_OUTBOUND RT_TMS_ACCEPT RT_SC_INBOUND RT_SC_OUTBOUND RT_DO_ARRIVE RT_DO_DEPART"
        " RT_LM_DELIVERY_ARRIVE RT_LM_DELIVERY_DEPART"
    ),
    Event.RETURNED: "RETURNED RT_SIGNIN_SUCCESS RT_LM_SIGN_SUCCESS",
    Event.DISPOSED: "RT_DESTROY RT_WH_DESTROY",
}
PLAIN = {code: event for event, codes in SAID.items() for code in codes.split()}
WITH_REASON = {
    "SC_OUTBOUND_FAILURE": (Event.HELD, Reason.CARRIER_DWELL),
    "LH_HO_AIRLINE_FAILURE": (Event.HELD, Reason.EXTERNAL_SECURITY),
    "CUS_FAILURE": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    "CUS_TAX": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DUTIES),
    "CIQ_FAILURE": (Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION),
    "GTMS_PUDO_OVERDUE": (Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    "PUDO_OVERDUE": (Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    "GTMS_STA_WAIT_CUST_CHANGE_ADDRESS": (Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
    "LM_UNREACHABLE_RETURN": (Event.RETURNING, Reason.CONSIGNEE_UNREACHABLE),
}
OPEN = {
    Event.DELIVERY_FAILED: (
        "GTMS_SIGN_FAILURE GTMS_DEL_FAILURE GMT_DEL_FAILURE GTMS_FAILURE LM_DELIVERY_FAILURE FAILED"
        " GTMS_STA_SIGN_FAILURE GSTAHUB_INBOUND_FAIL GSTA_INBOUND_FAIL GSTA_SIGN_FAIL GSTA_BUYER_SIGN_FAIL"
        " STA_SIGN_FAIL"
    ),
    Event.CUSTOMS_HELD: "CC_EX_FAILURE CC_TRANS_FAILURE CC_IM_FAILURE CC_IM_EXCEPTION",
    Event.EXCEPTION: (
        "SC_SIGN_IN_FAILURE SC_INBOUND_FAILURE SC_HO_OUT_FAILURE LH_HO_IN_FAILURE LH_ARRIVE_FAILURE"
        " LH_HO_OUT_FAILURE CC_HO_IN_FAILURE CC_HO_OUT_FAILURE GTMS_SC_ARRIVE_FAILURE LM_PARCEL_EXCEPTION EXCEPTION"
        " RT_WH_HO_IN_FAIL RT_WH_INBOUND_FAILURE"
    ),
}
LEFT_OPEN = {code: event for event, codes in OPEN.items() for code in codes.split()}
WAREHOUSE = {
    f"{prefix}GWMS_{step}"
    for prefix in ("", "AE_")
    for step in ("ACCEPT", "INBOUND", "PICK", "PACKAGE", "OUTBOUND", "HANDOVER")
}
EVERY_PREFIX = pytest.mark.parametrize("prefix", ["", "AE_"])


class TestCodes:
    @EVERY_PREFIX
    @pytest.mark.parametrize("code", PLAIN)
    def test_say_one_thing_whatever_the_text(self, prefix, code):
        row = CODES[prefix + code]

        assert (row.event, row.reason, row.refined_by, row.reason_from_text) == (PLAIN[code], None, frozenset(), False)

    @EVERY_PREFIX
    @pytest.mark.parametrize("code", WITH_REASON)
    def test_may_name_their_reason(self, prefix, code):
        row = CODES[prefix + code]

        assert (row.event, row.reason, row.reason_from_text) == (*WITH_REASON[code], False)

    @EVERY_PREFIX
    @pytest.mark.parametrize("code", LEFT_OPEN)
    def test_of_trouble_leave_the_reason_to_the_text(self, prefix, code):
        row = CODES[prefix + code]

        assert (row.event, row.reason, row.reason_from_text) == (LEFT_OPEN[code], Reason.UNKNOWN, True)

    def test_are_all_accounted_for(self):
        transport = PLAIN.keys() | WITH_REASON.keys() | LEFT_OPEN.keys()

        assert CODES.keys() == transport | {f"AE_{code}" for code in transport} | WAREHOUSE

    def test_are_never_signals(self):
        assert not {row.event for row in CODES.values()} & SIGNALS

    def test_never_deliver_by_a_failure(self):
        assert not [code for code, row in CODES.items() if "FAIL" in code and row.event in MOVING]

    def test_leave_the_signed_callback_to_its_result(self):
        assert SIGNED_CALLBACK not in CODES

    @pytest.mark.parametrize("code", ["LH_POST_COLLECTION", "AE_GWMS_EXCEPTION", "AE_GWMS_CANCEL"])
    def test_do_not_guess(self, code):
        assert code not in CODES


class TestWarehouse:
    @pytest.mark.parametrize("code", sorted(WAREHOUSE))
    def test_is_never_a_milestone(self, code):
        assert CODES[code].event is Event.AWAITING_PICKUP
        assert CODES[code].event not in MOVING
        assert PHASE_AFTER[CODES[code].event] is Phase.ORDERED


class TestFolded:
    @pytest.mark.parametrize(
        "written", ["CC_TRANS_START", "cc_trans_start", "CC TRANS START", " CC_TRANS_START ", "CC_TRANS\uff3fSTART"]
    )
    def test_gives_the_tables_spelling(self, written):
        assert folded(written) == "CC_TRANS_START"
