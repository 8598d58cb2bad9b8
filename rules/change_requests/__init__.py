"""Changes of who a parcel is for (R28): who may ask for what, how he proves it, who decides, and what is said of it."""
