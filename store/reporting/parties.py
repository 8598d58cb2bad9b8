"""Who answers for a case, as reports count it: of several parties the one that answers for most."""

from store.reporting.parcels import OUTLET_OF_PARCEL


def main_party(parties: str) -> str:
    """Write the join of a case's main party, from the JSON list of its parties; the first of equals."""
    return f"""LEFT JOIN LATERAL (
    SELECT told.party ->> 'kind' AS kind, told.party ->> 'name' AS name
    FROM jsonb_array_elements({parties}) WITH ORDINALITY AS told (party, place)
    ORDER BY CAST(told.party ->> 'share' AS numeric) DESC, told.place LIMIT 1
  ) main ON true"""  # noqa: S608  # declared


OUTLET_ANSWERING = f"coalesce(nullif(CASE WHEN main.kind = 'outlet' THEN main.name END, ''), {OUTLET_OF_PARCEL}, '')"
"""The outlet that answers for a case, else the one that delivers its parcel."""
