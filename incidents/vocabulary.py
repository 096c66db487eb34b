"""The words of the field, the same on the desk, in the record and before readers (DESIGN, §4)."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PlaceKind(models.TextChoices):
    COUNTRY = "country", pgettext_lazy("kind of place", "country")
    REGION = "region", pgettext_lazy("kind of place", "region")
    DISTRICT = "district", pgettext_lazy("kind of place", "district")
    SETTLEMENT = "settlement", pgettext_lazy("kind of place", "settlement")
    SITE = "site", pgettext_lazy("kind of place", "site")


class PlacePrecision(models.TextChoices):
    SITE = "site", pgettext_lazy("precision of a place", "site")
    STREET = "street", pgettext_lazy("precision of a place", "street")
    SETTLEMENT = "settlement", pgettext_lazy("precision of a place", "settlement")
    DISTRICT = "district", pgettext_lazy("precision of a place", "district")
    REGION = "region", pgettext_lazy("precision of a place", "region")
    COUNTRY = "country", pgettext_lazy("precision of a place", "country")


class IncidentKind(models.TextChoices):
    STRIKE = "strike", pgettext_lazy("kind of incident", "Strike")
    EXPLOSION = "explosion", pgettext_lazy("kind of incident", "Explosion")
    AIR_ATTACK = "air_attack", pgettext_lazy("kind of incident", "Air attack")
    INTERCEPTION = "interception", pgettext_lazy("kind of incident", "Interception")
    BUILDING_COLLAPSE = "building_collapse", pgettext_lazy("kind of incident", "Building collapse")
    GROUND_ASSAULT = "ground_assault", pgettext_lazy("kind of incident", "Ground assault")
    TERRITORIAL_CHANGE = (
        "territorial_change",
        pgettext_lazy("kind of incident", "Territorial claim"),
    )
    DETENTION_OR_TRIAL = (
        "detention_or_trial",
        pgettext_lazy("kind of incident", "Detention or trial"),
    )
    ASSASSINATION = "assassination", pgettext_lazy("kind of incident", "Assassination")
    EVACUATION = "evacuation", pgettext_lazy("kind of incident", "Evacuation")
    PROTEST = "protest", pgettext_lazy("kind of incident", "Protest")
    OTHER = "other", pgettext_lazy("kind of incident", "Other")


class ActorKind(models.TextChoices):
    STATE_OFFICIAL = "state_official", pgettext_lazy("kind of actor", "state official or body")
    MILITARY = "military", pgettext_lazy("kind of actor", "military")
    LOCAL_OFFICIAL = "local_official", pgettext_lazy("kind of actor", "local official or body")
    OCCUPATION_AUTHORITY = (
        "occupation_authority",
        pgettext_lazy("kind of actor", "occupation authority"),
    )
    EMERGENCY_SERVICE = "emergency_service", pgettext_lazy("kind of actor", "emergency service")
    INTERNATIONAL_BODY = "international_body", pgettext_lazy("kind of actor", "international body")
    NGO = "ngo", pgettext_lazy("kind of actor", "non-governmental organisation")
    ANALYST = "analyst", pgettext_lazy("kind of actor", "analyst")
    MEDIA = "media", pgettext_lazy("kind of actor", "media")
    EYEWITNESS = "eyewitness", pgettext_lazy("kind of actor", "eyewitness")
    UNATTRIBUTED = "unattributed", pgettext_lazy("kind of actor", "unattributed")


class Side(models.TextChoices):
    """For filters and layout only: it says nothing of loyalty."""

    RUSSIA = "russia", pgettext_lazy("side", "Russian side")
    UKRAINE = "ukraine", pgettext_lazy("side", "Ukrainian side")
    OTHER = "other", pgettext_lazy("side", "Third parties")
    NONE = "none", pgettext_lazy("side", "Unnamed")


class Attribution(models.TextChoices):
    NAMED = "named", pgettext_lazy("attribution", "named")
    OFFICIAL_UNNAMED = "official_unnamed", pgettext_lazy("attribution", "official, unnamed")
    OUTLET_OWN_VOICE = "outlet_own_voice", pgettext_lazy("attribution", "the outlet's own voice")
    SECOND_HAND = "second_hand", pgettext_lazy("attribution", "second hand")
    UNATTRIBUTED = "unattributed", pgettext_lazy("attribution", "unattributed")


class Question(models.TextChoices):
    KILLED = "killed", pgettext_lazy("question", "Killed")
    INJURED = "injured", pgettext_lazy("question", "Injured")
    MISSING = "missing", pgettext_lazy("question", "Missing")
    TRAPPED = "trapped", pgettext_lazy("question", "Trapped")
    HOSPITALISED = "hospitalised", pgettext_lazy("question", "In hospital")
    RESCUED = "rescued", pgettext_lazy("question", "Rescued")
    DAMAGE = "damage", pgettext_lazy("question", "Damage")
    RESPONSIBILITY = "responsibility", pgettext_lazy("question", "Responsible")
    CAUSE = "cause", pgettext_lazy("question", "Cause")
    WEAPON = "weapon", pgettext_lazy("question", "Weapon")
    INTERCEPTION = "interception", pgettext_lazy("question", "Intercepted")
    TARGET = "target", pgettext_lazy("question", "Target")
    CONTROL = "control", pgettext_lazy("question", "Control")
    MOVEMENT = "movement", pgettext_lazy("question", "Movement")
    EVACUATION = "evacuation", pgettext_lazy("question", "Evacuated")
    VERIFICATION = "verification", pgettext_lazy("question", "Verified")
    OUTLOOK = "outlook", pgettext_lazy("question", "Outlook")
    LEGAL = "legal", pgettext_lazy("question", "Legal")
    CALL_FOR_ACTION = "call_for_action", pgettext_lazy("question", "Call for action")
    OTHER = "other", pgettext_lazy("question", "Other")


class Stance(models.TextChoices):
    ASSERTS = "asserts", pgettext_lazy("stance", "asserts")
    ESTIMATES = "estimates", pgettext_lazy("stance", "estimates")
    DENIES = "denies", pgettext_lazy("stance", "denies")
    DISPUTES = "disputes", pgettext_lazy("stance", "disputes")
    PARTLY_ADMITS = "partly_admits", pgettext_lazy("stance", "partly admits")
    CANNOT_CONFIRM = "cannot_confirm", pgettext_lazy("stance", "cannot confirm")
    DECLINES_TO_COMMENT = "declines_to_comment", pgettext_lazy("stance", "declines to comment")
    RETRACTS = "retracts", pgettext_lazy("stance", "retracts")


class Qualifier(models.TextChoices):
    EXACTLY = "exactly", pgettext_lazy("qualifier", "exactly")
    AT_LEAST = "at_least", pgettext_lazy("qualifier", "at least")
    MORE_THAN = "more_than", pgettext_lazy("qualifier", "more than")
    UP_TO = "up_to", pgettext_lazy("qualifier", "up to")
    LESS_THAN = "less_than", pgettext_lazy("qualifier", "less than")
    ABOUT = "about", pgettext_lazy("qualifier", "about")
    NEARLY = "nearly", pgettext_lazy("qualifier", "nearly")
    BETWEEN = "between", pgettext_lazy("qualifier", "between")
    VAGUE = "vague", pgettext_lazy("qualifier", "vague")


class Group(models.TextChoices):
    ALL = "all", pgettext_lazy("group", "all")
    CIVILIANS = "civilians", pgettext_lazy("group", "civilians")
    CHILDREN = "children", pgettext_lazy("group", "children")
    WOMEN = "women", pgettext_lazy("group", "women")
    MEN = "men", pgettext_lazy("group", "men")
    COMBATANTS = "combatants", pgettext_lazy("group", "combatants")


class Basis(models.TextChoices):
    CUMULATIVE = "cumulative", pgettext_lazy("basis", "cumulative")
    ADDITIONAL = "additional", pgettext_lazy("basis", "in addition to earlier figures")


class ControlStatus(models.TextChoices):
    FULL_CONTROL = "full_control", pgettext_lazy("control", "full control")
    UNDER_CONTROL_NOT_LIBERATED = (
        "under_control_not_liberated",
        pgettext_lazy("control", "under control, not “liberated”"),
    )
    PARTIAL_CONTROL = "partial_control", pgettext_lazy("control", "partial control")
    CONTESTED = "contested", pgettext_lazy("control", "contested")
    ENCIRCLED = "encircled", pgettext_lazy("control", "encircled")
    ADVANCE = "advance", pgettext_lazy("control", "advance")
    ENTERED = "entered", pgettext_lazy("control", "entered")
    NOT_FULL_CONTROL = "not_full_control", pgettext_lazy("control", "not under full control")
    NOT_ENCIRCLED = "not_encircled", pgettext_lazy("control", "not encircled")
    HELD = "held", pgettext_lazy("control", "held")
    WITHDRAWN = "withdrawn", pgettext_lazy("control", "withdrawn")
    RECAPTURED = "recaptured", pgettext_lazy("control", "recaptured")
    ANNEXATION_DECLARED = "annexation_declared", pgettext_lazy("control", "annexation declared")


class Verification(models.TextChoices):
    VERIFIED = "verified", pgettext_lazy("verification", "verified")
    PARTLY_VERIFIED = "partly_verified", pgettext_lazy("verification", "partly verified")
    COULD_NOT_VERIFY = "could_not_verify", pgettext_lazy("verification", "could not verify")
    GEOLOCATED = "geolocated", pgettext_lazy("verification", "geolocated")
    REFUTED = "refuted", pgettext_lazy("verification", "refuted")
    UNDER_INVESTIGATION = (
        "under_investigation",
        pgettext_lazy("verification", "under investigation"),
    )


class RemovalReason(models.TextChoices):
    """Why words were removed from published versions."""

    SAFETY = "safety", pgettext_lazy("removal", "safety")
    LAW = "law", pgettext_lazy("removal", "law")
    PRIVACY = "privacy", pgettext_lazy("removal", "privacy")


class RelationKind(models.TextChoices):
    DENIES = "denies", pgettext_lazy("relation", "denies")
    DISPUTES = "disputes", pgettext_lazy("relation", "disputes")
    UPDATES = "updates", pgettext_lazy("relation", "updates")
    CORRECTS = "corrects", pgettext_lazy("relation", "corrects")
    RETRACTS = "retracts", pgettext_lazy("relation", "retracts")
    REPEATS = "repeats", pgettext_lazy("relation", "repeats")
    CORROBORATES = "corroborates", pgettext_lazy("relation", "corroborates")
    NARROWS = "narrows", pgettext_lazy("relation", "narrows")
    REFRAMES = "reframes", pgettext_lazy("relation", "reframes")
    PART_OF = "part_of", pgettext_lazy("relation", "is part of")


class Standing(models.TextChoices):
    """Computed on publishing from recorded claims, never typed in (record/standing.py)."""

    CONTESTED = "contested", pgettext_lazy("standing", "Contested")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("standing", "Acknowledged")
    SEVERAL_ORIGINS = "several_origins", pgettext_lazy("standing", "Several origins")
    ONE_ORIGIN = "one_origin", pgettext_lazy("standing", "One origin")
    NO_CLAIMS = "no_claims", pgettext_lazy("standing", "No claims")
