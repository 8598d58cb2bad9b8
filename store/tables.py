"""All tables, imported in one place for the migrations. Nothing else belongs here."""

import store.agents
import store.analysis
import store.appeal_papers
import store.appeals
import store.approvals
import store.archives
import store.calls
import store.case_history
import store.cases
import store.change_requests
import store.charges
import store.claim_forms
import store.claim_offers
import store.claims
import store.complaint_actions
import store.complaint_records
import store.complaints
import store.consequences
import store.contacts
import store.dockets
import store.erasing
import store.evidence
import store.inquiries
import store.insurance
import store.leases
import store.ledger
import store.network
import store.outbox
import store.partners
import store.payout_batches
import store.payouts
import store.plans
import store.praise
import store.preferences
import store.private_settlements
import store.reporting.made
import store.requests
import store.staff
import store.status_tries
import store.tracking.alerts
import store.tracking.drops
import store.tracking.events
import store.tracking.hearing
import store.tracking.history
import store.tracking.inbox
import store.tracking.lanes
import store.tracking.polling
import store.tracking.promises
import store.tracking.quality
import store.tracking.quarantine
import store.tracking.shipments
from store.metadata import metadata

__all__ = ["metadata", "store"]
