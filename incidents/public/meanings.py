"""What each word of the record means, in one sentence: for the method page."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.record.models import Version
from incidents.record.standing import CONTRADICTS, DIFFERS, REPORTS_DIFFER, UNANSWERED
from incidents.vocabulary import (
    ActorKind,
    Attribution,
    Basis,
    ControlStatus,
    Group,
    IncidentKind,
    PlaceKind,
    PlacePrecision,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Standing,
    Verification,
)
from sources.moments import Precision
from sources.vocabulary import SnapshotKind, SourceLinkKind

Meanings = Mapping[TextChoices, Promise]

# The order of the rules: the first that fits decides.
STANDINGS: Meanings = {
    Standing.CONTESTED: _("Two claims by different sides contradict each other."),
    Standing.ACKNOWLEDGED: _(
        "The accused side itself asserts, or partly admits, that it is responsible."
    ),
    Standing.SEVERAL_ORIGINS: _(
        "Speakers of two or more organisations say that it happened. Outlets in their own voice "
        "and unattributed reports do not count, nor do answers on verification, outlook or action "
        "to take."
    ),
    Standing.ONE_ORIGIN: _("Anything else that anybody claimed."),
}

# By the word that documents use: what the page calls it, and when it is there.
CLASHES: Mapping[str, tuple[Promise, Promise]] = {
    CONTRADICTS: (
        _("Contradiction"),
        _(
            "An editor recorded that one claim denies or disputes the other; or two figures for "
            "the same thing leave no number possible for both; or two statuses of one place "
            "exclude each other by the table below."
        ),
    ),
    DIFFERS: (
        _("Difference"),
        _(
            "Two speakers give different figures that could both be true (at least 19, and 21), or "
            "one claim narrows or reframes another."
        ),
    ),
    UNANSWERED: (
        _("Silence"),
        _("One side claims, and another one declines to comment or cannot confirm."),
    ),
    REPORTS_DIFFER: (
        _("Reports differ"),
        _("Reports carry one and the same claim in ways that exclude each other."),
    ),
}

INCIDENT_KINDS: Meanings = {
    IncidentKind.STRIKE: _("A reported hit by a missile, shell, bomb or drone."),
    IncidentKind.EXPLOSION: _("Blasts, whatever caused them."),
    IncidentKind.AIR_ATTACK: _("Many missiles or drones, reported as one attack."),
    IncidentKind.INTERCEPTION: _("A missile, drone or aircraft reported shot down."),
    IncidentKind.BUILDING_COLLAPSE: _("A building, or a part of one, that came down."),
    IncidentKind.GROUND_ASSAULT: _("Troops reported to attack on the ground."),
    IncidentKind.TERRITORIAL_CHANGE: _("A claim that a place changed hands, or did not."),
    IncidentKind.DETENTION_OR_TRIAL: _("People reported arrested, charged, tried or sentenced."),
    IncidentKind.ASSASSINATION: _("A reported attempt on the life of a person who was its aim."),
    IncidentKind.EVACUATION: _("People reported to be taken, or told to go, elsewhere."),
    IncidentKind.PROTEST: _("A gathering or action in public against or for something."),
    IncidentKind.OTHER: _("Anything that fits no other kind."),
}

QUESTIONS: Meanings = {
    Question.KILLED: _("How many people died."),
    Question.INJURED: _("How many people were hurt."),
    Question.MISSING: _("How many people are not accounted for."),
    Question.TRAPPED: _("How many people are under rubble or cut off."),
    Question.HOSPITALISED: _("How many people are, or were, in hospital."),
    Question.RESCUED: _("How many people were brought out alive."),
    Question.DAMAGE: _("What was damaged or destroyed."),
    Question.RESPONSIBILITY: _("Who did it."),
    Question.CAUSE: _("How it came about, whoever did it."),
    Question.WEAPON: _("What it was done with."),
    Question.INTERCEPTION: _("What air defence shot down, or did not."),
    Question.TARGET: _("What it was aimed at."),
    Question.CONTROL: _("Who holds a place."),
    Question.MOVEMENT: _("Where troops advance, stand or withdraw."),
    Question.EVACUATION: _("How many people were taken away, from where."),
    Question.VERIFICATION: _("What somebody who looked could confirm."),
    Question.OUTLOOK: _("What is expected to come of it."),
    Question.LEGAL: _("What it is in law, and which proceedings there are."),
    Question.CALL_FOR_ACTION: _("What somebody asks others to do."),
    Question.OTHER: _("Anything that answers no other question."),
}

STANCES: Meanings = {
    Stance.ASSERTS: _("The speaker states it as a fact."),
    Stance.ESTIMATES: _("The speaker gives it as an estimate or as probable."),
    Stance.DENIES: _("The speaker says that it is not so."),
    Stance.DISPUTES: _("The speaker calls it into question, or gives another account."),
    Stance.PARTLY_ADMITS: _("The speaker owns to a part of it."),
    Stance.CANNOT_CONFIRM: _("The speaker says that they do not know whether it is so."),
    Stance.DECLINES_TO_COMMENT: _("The speaker, when asked, gives no answer."),
    Stance.RETRACTS: _("The speaker takes back what they said before."),
}

QUALIFIERS: Meanings = {
    Qualifier.EXACTLY: _("That number and no other."),
    Qualifier.AT_LEAST: _("That number or more."),
    Qualifier.MORE_THAN: _("One more than that number, or still more."),
    Qualifier.UP_TO: _("That number or fewer."),
    Qualifier.LESS_THAN: _("One fewer than that number, or still fewer."),
    Qualifier.ABOUT: _("Around that number: a tenth either way."),
    Qualifier.NEARLY: _("Below that number, by a tenth at most."),
    Qualifier.BETWEEN: _("From the lower to the higher number, both included."),
    Qualifier.VAGUE: _("A word such as “dozens”, which is kept; no number is made of it."),
}

GROUPS: Meanings = {
    Group.ALL: _("Everybody, as far as the speaker says."),
    Group.CIVILIANS: _("Those whom the speaker calls civilians."),
    Group.CHILDREN: _("Those whom the speaker calls children."),
    Group.WOMEN: _("Women."),
    Group.MEN: _("Men."),
    Group.COMBATANTS: _("Those whom the speaker calls soldiers or fighters."),
}

BASES: Meanings = {
    Basis.CUMULATIVE: _("The whole toll so far."),
    Basis.ADDITIONAL: _("What comes on top of what was said before."),
}

CONTROL: Meanings = {
    ControlStatus.FULL_CONTROL: _("The side holds the whole of the place."),
    ControlStatus.UNDER_CONTROL_NOT_LIBERATED: _(
        "The side says that it controls the place, and withholds the word “liberated”."
    ),
    ControlStatus.PARTIAL_CONTROL: _("The side holds a part of the place."),
    ControlStatus.CONTESTED: _("There is fighting for the place."),
    ControlStatus.ENCIRCLED: _("The side has the place surrounded."),
    ControlStatus.ADVANCE: _("The side moves towards or through the place."),
    ControlStatus.ENTERED: _("Troops of the side are inside the place."),
    ControlStatus.NOT_FULL_CONTROL: _("The side does not hold the whole of the place."),
    ControlStatus.NOT_ENCIRCLED: _("The side does not have the place surrounded."),
    ControlStatus.HELD: _("The side still has the place."),
    ControlStatus.WITHDRAWN: _("The side has left the place."),
    ControlStatus.RECAPTURED: _("The side has taken the place back."),
    ControlStatus.ANNEXATION_DECLARED: _(
        "The side declares the place its own in law, whoever holds it."
    ),
}

VERIFICATIONS: Meanings = {
    Verification.VERIFIED: _("Whoever looked says that it is so."),
    Verification.PARTLY_VERIFIED: _("Whoever looked could confirm a part of it."),
    Verification.COULD_NOT_VERIFY: _("Whoever looked could not tell."),
    Verification.GEOLOCATED: _("Whoever looked found where pictures of it were taken."),
    Verification.REFUTED: _("Whoever looked says that it is not so."),
    Verification.UNDER_INVESTIGATION: _("Somebody is looking, and has not said what they found."),
}

ATTRIBUTIONS: Meanings = {
    Attribution.NAMED: _("A person or body that the report names."),
    Attribution.OFFICIAL_UNNAMED: _("Somebody in office whom the report does not name."),
    Attribution.OUTLET_OWN_VOICE: _("The outlet says it itself and names nobody."),
    Attribution.SECOND_HAND: _("Somebody who passes on what another one said."),
    Attribution.UNATTRIBUTED: _("It is said to be reported, and by nobody in particular."),
}

RELATIONS: Meanings = {
    RelationKind.DENIES: _("Says that the other claim is not so."),
    RelationKind.DISPUTES: _("Calls the other claim into question."),
    RelationKind.UPDATES: _("Brings the same speaker's, or body's, claim up to date."),
    RelationKind.CORRECTS: _("Puts right what the same speaker or body had wrong."),
    RelationKind.RETRACTS: _("Takes the same speaker's, or body's, claim back."),
    RelationKind.REPEATS: _("Says the same again."),
    RelationKind.CORROBORATES: _("Supports what another speaker said."),
    RelationKind.NARROWS: _("Says it of less: a smaller area, group or time."),
    RelationKind.REFRAMES: _("Gives the same facts another meaning."),
    RelationKind.PART_OF: _("Is one of the things that the other claim sums up."),
}

SIDES: Meanings = {
    Side.RUSSIA: _("Who speaks for Russia, or for an authority that it set up."),
    Side.UKRAINE: _("Who speaks for Ukraine."),
    Side.OTHER: _("Who belongs to neither side of the war."),
    Side.NONE: _("Speakers of whom not even the side is known."),
}

ACTOR_KINDS: Meanings = {
    ActorKind.STATE_OFFICIAL: _("A government, ministry or parliament, or somebody in it."),
    ActorKind.MILITARY: _("Armed forces, or somebody in them."),
    ActorKind.LOCAL_OFFICIAL: _("A region, district or town, or somebody in its office."),
    ActorKind.OCCUPATION_AUTHORITY: _("An office that an occupying power set up."),
    ActorKind.EMERGENCY_SERVICE: _("Rescuers, fire brigades, ambulances, hospitals."),
    ActorKind.INTERNATIONAL_BODY: _("A body of several states."),
    ActorKind.NGO: _("An organisation that belongs to no state."),
    ActorKind.ANALYST: _("Somebody who studies the war and speaks for no party to it."),
    ActorKind.MEDIA: _("An outlet or a reporter."),
    ActorKind.EYEWITNESS: _("Somebody who says that they saw it."),
    ActorKind.UNATTRIBUTED: _("Nobody in particular."),
}

PLACE_KINDS: Meanings = {
    PlaceKind.COUNTRY: _("A state, as the gazetteer has it."),
    PlaceKind.REGION: _("A first-level part of a country."),
    PlaceKind.DISTRICT: _("A part of a region."),
    PlaceKind.SETTLEMENT: _("A city, town or village."),
    PlaceKind.SITE: _("One building, plant, bridge or field."),
}

PLACE_PRECISIONS: Meanings = {
    PlacePrecision.SITE: _("Known to the building or field."),
    PlacePrecision.STREET: _("Known to the street or quarter."),
    PlacePrecision.SETTLEMENT: _("Known to the city, town or village."),
    PlacePrecision.DISTRICT: _("Known to the district only."),
    PlacePrecision.REGION: _("Known to the region only."),
    PlacePrecision.COUNTRY: _("Known to the country only."),
}

PRECISIONS: Meanings = {
    Precision.MINUTE: _("Known to the minute."),
    Precision.HOUR: _("Known to about the hour."),
    Precision.PART_OF_DAY: _("Known to the night, morning, afternoon or evening."),
    Precision.DAY: _("Known to the day."),
    Precision.DAY_RANGE: _("Some time within several days."),
    Precision.WEEK: _("Known to the week."),
    Precision.MONTH: _("Known to the month."),
    Precision.YEAR: _("Known to the year."),
}

SNAPSHOT_KINDS: Meanings = {
    SnapshotKind.VERBATIM: _("The words of the report as it printed them."),
    SnapshotKind.TRANSLATION: _("Its words in another language."),
    SnapshotKind.PRECIS: _("What it says, in words of the editors: no quotation."),
}

SOURCE_LINKS: Meanings = {
    SourceLinkKind.REPUBLISHES: _("Prints the other report again."),
    SourceLinkKind.QUOTES: _("Names the other report for what it says."),
    SourceLinkKind.CITES_SAME_ORIGIN: _("Rests on the same post, statement or video as the other."),
    SourceLinkKind.CORRECTS: _("Puts right what the other report had wrong."),
}

VERSION_KINDS: Meanings = {
    Version.Kind.PUBLISHED: _("The first version of an incident."),
    Version.Kind.UPDATED: _("Something new was reported."),
    Version.Kind.CORRECTED: _("We had something wrong."),
    Version.Kind.WITHDRAWN: _("The incident left the public list; its versions stay."),
    Version.Kind.MERGED: _("Its claims went to another incident; its versions stay."),
    Version.Kind.REDACTED: _(
        "Words were removed from earlier versions, for safety, law or privacy; it says from which."
    ),
}

# The heading of each list of words, and the words.
VOCABULARIES: list[tuple[Promise, Meanings]] = [
    (_("Stances"), STANCES),
    (_("Questions"), QUESTIONS),
    (_("Qualifiers of a number"), QUALIFIERS),
    (_("Whom a number counts"), GROUPS),
    (_("What a number adds up"), BASES),
    (_("Control of a place"), CONTROL),
    (_("Verification"), VERIFICATIONS),
    (_("Attribution"), ATTRIBUTIONS),
    (_("Relations between claims"), RELATIONS),
    (_("Sides"), SIDES),
    (_("Speakers"), ACTOR_KINDS),
    (_("Kinds of incident"), INCIDENT_KINDS),
    (_("Precision of a time"), PRECISIONS),
    (_("Places"), PLACE_KINDS),
    (_("Precision of a place"), PLACE_PRECISIONS),
    (_("Texts of a report"), SNAPSHOT_KINDS),
    (_("Relations between reports"), SOURCE_LINKS),
    (_("Kinds of version"), VERSION_KINDS),
]
