"""The effects of supervision: the gate, its passcodes, escalation."""
