"""All tables, imported in one place for the migrations. Nothing else belongs here."""

import store.analysis
import store.approvals
import store.cases
import store.leases
import store.outbox
import store.staff
import store.tracking.events
import store.tracking.inbox
import store.tracking.quality
import store.tracking.quarantine
import store.tracking.shipments
from store.metadata import metadata

__all__ = ["metadata", "store"]
