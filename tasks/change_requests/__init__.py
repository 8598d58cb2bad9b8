"""Changes of who a parcel is for (R28): asking, proving, deciding, ordering, and telling everybody concerned."""
