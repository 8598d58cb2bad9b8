"""Lists of claims as business customers keep them: CSV and workbooks."""
