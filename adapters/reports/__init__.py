"""What leaves as a document: a report as one HTML page that asks nobody for anything, and as an Excel workbook.

Any report can be written here; which figures it has is none of this package's business.
"""
