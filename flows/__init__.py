"""The procedures: one module per chapter of the operations manual, read top-down. No SQL, no HTTP, no arithmetic."""
