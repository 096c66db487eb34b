"""Which kinds of incident may be the same event under another name, and neutral headlines."""

from incidents.vocabulary import IncidentKind

# What one report calls a strike, others call an explosion, an air attack, an interception (of what
# then fell) or the collapse of the building that was hit. Both ways; each kind is like itself.
_ALIKE = [
    {
        IncidentKind.STRIKE,
        IncidentKind.EXPLOSION,
        IncidentKind.AIR_ATTACK,
        IncidentKind.INTERCEPTION,
    },
    {IncidentKind.STRIKE, IncidentKind.EXPLOSION, IncidentKind.BUILDING_COLLAPSE},
    {IncidentKind.GROUND_ASSAULT, IncidentKind.TERRITORIAL_CHANGE},
    {IncidentKind.EXPLOSION, IncidentKind.ASSASSINATION},
]

HEADLINES = {
    IncidentKind.STRIKE: "Strike reported",
    IncidentKind.EXPLOSION: "Explosions reported",
    IncidentKind.AIR_ATTACK: "Air attack reported",
    IncidentKind.INTERCEPTION: "Interception reported",
    IncidentKind.BUILDING_COLLAPSE: "Collapse of a building reported",
    IncidentKind.GROUND_ASSAULT: "Ground assault reported",
    IncidentKind.TERRITORIAL_CHANGE: "Territorial change claimed",
    IncidentKind.DETENTION_OR_TRIAL: "Detention or trial reported",
    IncidentKind.ASSASSINATION: "Killing of a person reported",
    IncidentKind.EVACUATION: "Evacuation reported",
    IncidentKind.PROTEST: "Protest reported",
    IncidentKind.OTHER: "Event reported",
}


def kinds_like(kind: str) -> set[str]:
    """The kinds that may be the same event, `kind` among them; “other” may be any."""
    if kind == IncidentKind.OTHER:
        return set(IncidentKind.values)
    alike = (group for group in _ALIKE if kind in group)
    return {kind, IncidentKind.OTHER.value}.union(*({one.value for one in g} for g in alike))
