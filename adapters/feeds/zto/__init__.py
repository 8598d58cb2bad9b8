"""ZTO (中通): the traces that its open platform answers with."""
