"""What the call centre hands over: a CSV of calls and online messages in the project's own columns."""
