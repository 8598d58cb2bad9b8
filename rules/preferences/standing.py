"""Which of a consignee's preferences are in force at a moment, and what a declaration changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.preferences import (
    ChannelSegment,
    ContactProfile,
    Declaration,
    DeclaredPreference,
    Preference,
    PreferenceKind,
    PreferredLanguage,
)  # fmt: skip

DISPATCH_KINDS = frozenset(PreferenceKind) - {PreferenceKind.CHANNEL_SEGMENT, PreferenceKind.LANGUAGE}
"""What the outlet has to know; the others say how the consignee is written to."""


def in_force(entries: Iterable[DeclaredPreference], *, at: datetime) -> dict[PreferenceKind, DeclaredPreference]:
    """Give the entry of each kind that was known and held at that moment.

    What was taken down later was not known then, whatever time it names. The newest entry of a kind decides alone: one
    that holds only later, or no longer, leaves nothing of the kind in force.
    """
    newest: dict[PreferenceKind, DeclaredPreference] = {}
    for entry in sorted(entries, key=lambda entry: entry.version):
        if entry.recorded_at <= at:
            newest[entry.kind] = entry
    kinds = [kind for kind in PreferenceKind if kind in newest]
    return {kind: newest[kind] for kind in kinds if _holds(newest[kind].preference, at)}


def _holds(preference: Preference | None, at: datetime) -> bool:
    if preference is None:
        return False
    return (preference.valid_from is None or preference.valid_from <= at) and (
        preference.valid_to is None or at < preference.valid_to
    )


def version_of(entries: Iterable[DeclaredPreference]) -> int:
    """Give the version of all that was ever said of a consignee; 0 where nothing was."""
    return max((entry.version for entry in entries), default=0)


def dispatch_version(entries: Iterable[DeclaredPreference]) -> int:
    """Give the version of what the outlet has to know; 0 where it never had to know anything."""
    return version_of(entry for entry in entries if entry.kind in DISPATCH_KINDS)


def changes(
    declaration: Declaration, entries: Sequence[DeclaredPreference]
) -> list[tuple[PreferenceKind, Preference | None]]:
    """List the kinds of which a declaration says what is not on file already; None withdraws one."""
    newest: dict[PreferenceKind, Preference | None] = {}
    for entry in sorted(entries, key=lambda entry: entry.version):
        newest[entry.kind] = entry.preference
    said: dict[PreferenceKind, Preference | None] = {item.kind: item for item in declaration.preferences}
    said |= dict.fromkeys(declaration.withdrawn)
    return [(kind, said[kind]) for kind in PreferenceKind if kind in said and said[kind] != newest.get(kind)]


def contact_profile(entries: Iterable[DeclaredPreference], *, at: datetime) -> ContactProfile:
    """Say how a consignee wants to be written to, as far as that is in force (R113)."""
    standing = in_force(entries, at=at)
    profile = ContactProfile()
    for entry in standing.values():
        match entry.preference:
            case ChannelSegment(segment=segment):
                profile = profile.model_copy(update={"segment": segment})
            case PreferredLanguage(language=language):
                profile = profile.model_copy(update={"language": language})
    return profile
