"""The words of the field, the same on the desk, in the record and before readers (DESIGN, §4)."""

from django.db import models


class PlaceKind(models.TextChoices):
    COUNTRY = "country", "country"
    REGION = "region", "region"
    DISTRICT = "district", "district"
    SETTLEMENT = "settlement", "settlement"
    SITE = "site", "site"


class PlacePrecision(models.TextChoices):
    SITE = "site", "site"
    STREET = "street", "street"
    SETTLEMENT = "settlement", "settlement"
    DISTRICT = "district", "district"
    REGION = "region", "region"
    COUNTRY = "country", "country"


class IncidentKind(models.TextChoices):
    STRIKE = "strike", "Strike"
    EXPLOSION = "explosion", "Explosion"
    AIR_ATTACK = "air_attack", "Air attack"
    INTERCEPTION = "interception", "Interception"
    BUILDING_COLLAPSE = "building_collapse", "Building collapse"
    GROUND_ASSAULT = "ground_assault", "Ground assault"
    TERRITORIAL_CHANGE = "territorial_change", "Territorial claim"
    DETENTION_OR_TRIAL = "detention_or_trial", "Detention or trial"
    ASSASSINATION = "assassination", "Assassination"
    EVACUATION = "evacuation", "Evacuation"
    PROTEST = "protest", "Protest"
    OTHER = "other", "Other"


class ActorKind(models.TextChoices):
    STATE_OFFICIAL = "state_official", "state official or body"
    MILITARY = "military", "military"
    LOCAL_OFFICIAL = "local_official", "local official or body"
    OCCUPATION_AUTHORITY = "occupation_authority", "occupation authority"
    EMERGENCY_SERVICE = "emergency_service", "emergency service"
    INTERNATIONAL_BODY = "international_body", "international body"
    NGO = "ngo", "non-governmental organisation"
    ANALYST = "analyst", "analyst"
    MEDIA = "media", "media"
    EYEWITNESS = "eyewitness", "eyewitness"
    UNATTRIBUTED = "unattributed", "unattributed"


class Side(models.TextChoices):
    """For filters and layout only: it says nothing of loyalty."""

    RUSSIA = "russia", "Russian side"
    UKRAINE = "ukraine", "Ukrainian side"
    OTHER = "other", "Third parties"
    NONE = "none", "Unnamed"


class Attribution(models.TextChoices):
    NAMED = "named", "named"
    OFFICIAL_UNNAMED = "official_unnamed", "official, unnamed"
    OUTLET_OWN_VOICE = "outlet_own_voice", "the outlet's own voice"
    SECOND_HAND = "second_hand", "second hand"
    UNATTRIBUTED = "unattributed", "unattributed"


class Question(models.TextChoices):
    KILLED = "killed", "Killed"
    INJURED = "injured", "Injured"
    MISSING = "missing", "Missing"
    TRAPPED = "trapped", "Trapped"
    HOSPITALISED = "hospitalised", "In hospital"
    RESCUED = "rescued", "Rescued"
    DAMAGE = "damage", "Damage"
    RESPONSIBILITY = "responsibility", "Responsible"
    CAUSE = "cause", "Cause"
    WEAPON = "weapon", "Weapon"
    INTERCEPTION = "interception", "Intercepted"
    TARGET = "target", "Target"
    CONTROL = "control", "Control"
    MOVEMENT = "movement", "Movement"
    EVACUATION = "evacuation", "Evacuated"
    VERIFICATION = "verification", "Verified"
    OUTLOOK = "outlook", "Outlook"
    LEGAL = "legal", "Legal"
    CALL_FOR_ACTION = "call_for_action", "Call for action"
    OTHER = "other", "Other"


class Stance(models.TextChoices):
    ASSERTS = "asserts", "asserts"
    ESTIMATES = "estimates", "estimates"
    DENIES = "denies", "denies"
    DISPUTES = "disputes", "disputes"
    PARTLY_ADMITS = "partly_admits", "partly admits"
    CANNOT_CONFIRM = "cannot_confirm", "cannot confirm"
    DECLINES_TO_COMMENT = "declines_to_comment", "declines to comment"
    RETRACTS = "retracts", "retracts"


class Qualifier(models.TextChoices):
    EXACTLY = "exactly", "exactly"
    AT_LEAST = "at_least", "at least"
    MORE_THAN = "more_than", "more than"
    UP_TO = "up_to", "up to"
    LESS_THAN = "less_than", "less than"
    ABOUT = "about", "about"
    NEARLY = "nearly", "nearly"
    BETWEEN = "between", "between"
    VAGUE = "vague", "vague"


class Group(models.TextChoices):
    ALL = "all", "all"
    CIVILIANS = "civilians", "civilians"
    CHILDREN = "children", "children"
    WOMEN = "women", "women"
    MEN = "men", "men"
    COMBATANTS = "combatants", "combatants"


class Basis(models.TextChoices):
    CUMULATIVE = "cumulative", "cumulative"
    ADDITIONAL = "additional", "in addition to earlier figures"


class ControlStatus(models.TextChoices):
    FULL_CONTROL = "full_control", "full control"
    UNDER_CONTROL_NOT_LIBERATED = (
        "under_control_not_liberated",
        "under control, not “liberated”",
    )
    PARTIAL_CONTROL = "partial_control", "partial control"
    CONTESTED = "contested", "contested"
    ENCIRCLED = "encircled", "encircled"
    ADVANCE = "advance", "advance"
    ENTERED = "entered", "entered"
    NOT_FULL_CONTROL = "not_full_control", "not under full control"
    NOT_ENCIRCLED = "not_encircled", "not encircled"
    HELD = "held", "held"
    WITHDRAWN = "withdrawn", "withdrawn"
    RECAPTURED = "recaptured", "recaptured"
    ANNEXATION_DECLARED = "annexation_declared", "annexation declared"


class Verification(models.TextChoices):
    VERIFIED = "verified", "verified"
    PARTLY_VERIFIED = "partly_verified", "partly verified"
    COULD_NOT_VERIFY = "could_not_verify", "could not verify"
    GEOLOCATED = "geolocated", "geolocated"
    REFUTED = "refuted", "refuted"
    UNDER_INVESTIGATION = "under_investigation", "under investigation"


class RelationKind(models.TextChoices):
    DENIES = "denies", "denies"
    DISPUTES = "disputes", "disputes"
    UPDATES = "updates", "updates"
    CORRECTS = "corrects", "corrects"
    RETRACTS = "retracts", "retracts"
    REPEATS = "repeats", "repeats"
    CORROBORATES = "corroborates", "corroborates"
    NARROWS = "narrows", "narrows"
    REFRAMES = "reframes", "reframes"
    PART_OF = "part_of", "is part of"


class Standing(models.TextChoices):
    """Computed on publishing from recorded claims, never typed in (record/standing.py)."""

    CONTESTED = "contested", "Contested"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    SEVERAL_ORIGINS = "several_origins", "Several origins"
    ONE_ORIGIN = "one_origin", "One origin"
    NO_CLAIMS = "no_claims", "No claims"
