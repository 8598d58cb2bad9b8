"""Rules of supervision: approvals, clocks and escalation, the same for every procedure."""
