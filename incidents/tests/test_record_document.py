import hashlib
import json
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Claim, Incident
from incidents.record.document import (
    SCHEMA,
    Document,
    Tombstone,
    as_stored,
    canonical,
    version_bytes,
)
from incidents.record.evidence import evidence
from incidents.record.freeze import freeze, slug_of
from incidents.record.models import Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import PlaceKind, Question, Side
from sources.moments import Precision


def misfit(value: Any, shape: Any, path: str = "document") -> str:
    """Where `value` is not of the declared shape, or an empty string."""
    if is_typeddict(shape):
        hints = get_type_hints(shape)
        optional = shape.__optional_keys__
        if not hints.keys() - optional <= value.keys() <= hints.keys():
            return f"{path}: keys {sorted(value)}"
        parts = [(value[key], hints[key], f"{path}.{key}") for key in value]
    elif get_origin(shape) is list:
        parts = [(one, get_args(shape)[0], f"{path}[]") for one in value]
    elif get_origin(shape) is dict:
        parts = [(one, get_args(shape)[1], f"{path}[{key}]") for key, one in value.items()]
    elif get_origin(shape) is UnionType:
        if value is None:
            return "" if NoneType in get_args(shape) else path
        return misfit(value, get_args(shape)[0], path)
    else:
        return "" if type(value) is shape else f"{path}: {value!r} is no {shape.__name__}"
    return next(filter(None, (misfit(*part) for part in parts)), "")


def full_incident() -> Incident:
    """An incident that uses every field of a document."""
    body = make_actor("Ministry of Defence", names=["Минобороны"], side=Side.RUSSIA)
    speaker = make_actor("Igor Konashenkov", organisation=body)
    accused = make_actor("Armed Forces of Ukraine", side=Side.UKRAINE)
    place = make_place("Belgorod", names=["Белгород"], latitude=50.6, longitude=36.58)
    incident = make_incident(place=place, parent=make_published())
    said = make_statement(speaker=speaker)
    claim = make_claim(incident=incident, statement=said, hedges=["probably"])
    part = make_claim(incident=incident, statement=said, subset_of=claim)
    make_relation(part, claim, "part_of")
    make_claim(
        incident=incident,
        question=Question.CONTROL,
        text="full control",
        control_status="full_control",
        control_place=place,
        control_side=Side.RUSSIA,
    )
    make_claim(
        incident=incident,
        question=Question.RESPONSIBILITY,
        text="Ukrainian missiles",
        accused=accused,
        statement=make_statement(said_at=None),
        as_of=datetime(2022, 7, 3, tzinfo=UTC),
    )
    make_claim(
        incident=incident,
        question=Question.VERIFICATION,
        text="could not verify",
        verification="could_not_verify",
    )
    return Incident.objects.get(pk=incident.pk)


@pytest.mark.django_db
def test_a_document_has_the_shape_that_is_documented_frozen_and_stored() -> None:
    incident = full_incident()

    assert misfit(freeze(incident), Document) == ""
    publish(incident)
    stored = Version.objects.get(incident=incident.public_id).document
    assert misfit(stored, Document) == ""
    assert {key: stored[key] for key in stored if key != "nonce"} == freeze(incident)


@pytest.mark.django_db
def test_tombstones_have_the_shape_that_is_documented() -> None:
    withdrawn, merged, target = make_published(), make_published(), make_published()
    withdraw(withdrawn, "In doubt.")
    merge(merged, target, "They are one.")

    for version in Version.objects.filter(kind__in=["withdrawn", "merged"]):
        assert misfit(version.document, Tombstone) == ""


def test_a_misfit_is_seen() -> None:
    assert misfit({"schema": 1, "incident": {"id": 3}}, Tombstone) == (
        "document.incident[id]: 3 is no str"
    )
    assert misfit({"schema": 1}, Tombstone) == "document: keys ['schema']"


@pytest.mark.django_db
def test_a_document_names_every_actor_place_claim_and_source_that_it_refers_to() -> None:
    government = make_actor("Government")
    oblast = make_actor("Oblast administration", organisation=government)
    incident = full_incident()
    make_claim(
        incident=incident,
        statement=make_statement(speaker=make_actor("Governor", organisation=oblast)),
    )
    document = freeze(incident)

    actors = document["actors"]
    assert {one["organisation"] for one in actors.values()} - {None} <= actors.keys()
    assert {one["speaker"] for one in document["statements"]} <= actors.keys()
    assert {one["accused"] for one in document["claims"]} - {None} <= actors.keys()
    assert government.public_id in actors
    paths = {one for place in document["places"].values() for one in place["path"]}
    assert paths == document["places"].keys()
    claims = {one["id"] for one in document["claims"]}
    for claim in document["claims"]:
        assert {one["claim"] for one in claim["relations"]} <= claims
        assert not claim["number"] or claim["number"]["subset_of"] in claims | {None}
        for citation in claim["citations"]:
            source = document["sources"][citation["source"]]
            assert citation["snapshot"] in source["snapshots"]


@pytest.mark.django_db
def test_the_same_rows_freeze_to_the_same_document_in_fewer_queries_than_claims(
    django_assert_max_num_queries: Any,
) -> None:
    incident = make_incident()
    for _ in range(20):
        make_claim(incident=incident)
    first = freeze(incident)

    with django_assert_max_num_queries(9):
        again = freeze(incident)

    assert canonical(again) == canonical(first)


@pytest.mark.django_db
def test_whoever_has_the_evidence_reads_nothing_more_of_the_claims(
    django_assert_num_queries: Any,
) -> None:
    incident = full_incident()
    earlier, later = incident.claims.filter(question=Question.KILLED)
    make_relation(later, earlier, "updates")
    claims = evidence(incident)

    with django_assert_num_queries(0):
        relations = [str(one) for claim in claims for one in claim.related]
        said = [(claim.incident, claim.statement.speaker) for claim in claims]
        printed = {one.snapshot.source.publisher for claim in claims for one in claim.cited}
        with pytest.raises(ValidationError, match="covers a later time"):
            next(one for one in claims[1].related if one.kind == "updates").clean()

    assert len(relations) == 2
    assert all(where is incident and speaker for where, speaker in said)
    assert printed


@pytest.mark.django_db
def test_only_the_cited_words_of_a_text_are_in_the_document() -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Unsaid before. Three killed. Unsaid after.", kind="verbatim")
    make_citation(claim, "Three killed", snapshot=snapshot, lost_hedge="at least")

    text = canonical(freeze(claim.incident)).decode()

    assert "Three killed" in text
    assert "Unsaid" not in text
    assert snapshot.sha256 in text


@pytest.mark.django_db
def test_a_claim_entered_by_mistake_is_left_out() -> None:
    incident = make_incident()
    kept = make_claim(incident=incident)
    make_claim(incident=incident, left_out=True)

    assert [one["id"] for one in freeze(incident)["claims"]] == [kept.public_id]


@pytest.mark.django_db
def test_a_place_comes_with_everything_it_lies_in_and_every_name() -> None:
    country = make_place("Ukraine", kind=PlaceKind.COUNTRY)
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION, parent=country)
    town = make_place("Lysychansk", names=["Лисичанськ", "Лисичанск"], parent=region)

    document = freeze(make_claim(incident=make_incident(place=town)).incident)

    path = [country.public_id, region.public_id, town.public_id]
    assert document["incident"]["place"] == town.public_id
    assert document["places"][town.public_id]["path"] == path
    assert document["places"][region.public_id]["path"] == path[:2]
    assert document["places"][country.public_id]["path"] == path[:1]
    assert sorted(name for _, name in document["places"][town.public_id]["names"]) == [
        "Lysychansk",
        "Лисичанск",
        "Лисичанськ",
    ]


@pytest.mark.django_db
def test_an_incident_without_place_has_none() -> None:
    document = freeze(make_claim(incident=make_incident(place=None)).incident)

    assert document["incident"]["place"] is None
    assert document["places"] == {}


@pytest.mark.django_db
def test_an_unknown_figure_is_null_and_never_zero() -> None:
    at_least = make_claim(text="at least 3", qualifier="at_least", low=3, unit="people")
    none = make_claim(question=Question.DAMAGE, text="a house")

    assert number_of(at_least) == {
        "low": 3,
        "high": None,
        "qualifier": "at_least",
        "word": "",
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }
    assert number_of(none) is None


def number_of(claim: Claim) -> object:
    return freeze(claim.incident)["claims"][0]["number"]


@pytest.mark.django_db
def test_the_role_of_a_statement_is_its_own_or_else_the_speakers_usual_one() -> None:
    governor = make_actor("Gladkov", role="governor of Belgorod Oblast")
    own = make_claim(statement=make_statement(speaker=governor, role="acting governor"))
    usual = make_claim(statement=make_statement(speaker=governor))

    assert freeze(own.incident)["statements"][0]["role"] == "acting governor"
    assert freeze(usual.incident)["statements"][0]["role"] == "governor of Belgorod Oblast"


@pytest.mark.django_db
def test_claims_of_one_statement_share_it() -> None:
    incident, said = make_incident(), make_statement()
    for _ in range(2):
        make_claim(incident=incident, statement=said)
    make_claim(incident=incident)

    document = freeze(incident)

    assert len(document["statements"]) == 2
    assert [claim["statement"] for claim in document["claims"]] == [0, 0, 1]


@pytest.mark.django_db
def test_the_newest_report_of_a_claim_is_cited_first() -> None:
    claim = make_claim(cited=False)
    printed = [datetime(2022, 7, day, tzinfo=UTC) for day in (4, 6, 5)]
    for published_at in printed:
        source = make_source(title=f"{published_at:%d}", published_at=published_at)
        make_citation(claim, "three people", snapshot=make_snapshot(source=source))

    document = freeze(claim.incident)

    cited = [one["source"] for one in document["claims"][0]["citations"]]
    assert [document["sources"][key]["title"] for key in cited] == ["06", "05", "04"]


SAID = datetime(2022, 7, 3, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "printed", "known"),
    [
        ((SAID, Precision.MINUTE), datetime(2022, 7, 3, 12, 0, tzinfo=UTC), "2022-07-03T09:01:00Z"),
        ((SAID, Precision.HOUR), datetime(2022, 7, 3, 12, 0, tzinfo=UTC), "2022-07-03T10:00:00Z"),
        ((SAID, Precision.DAY), datetime(2022, 7, 3, 12, 0, tzinfo=UTC), "2022-07-03T12:01:00Z"),
        ((SAID, Precision.DAY), datetime(2022, 7, 9, 12, 0, tzinfo=UTC), "2022-07-04T09:00:00Z"),
        ((None, Precision.DAY), datetime(2022, 7, 9, 12, 0, tzinfo=UTC), "2022-07-09T12:01:00Z"),
    ],
)
def test_a_claim_is_known_at_the_end_of_when_it_was_said_or_when_first_printed_if_that_is_earlier(
    said: tuple[datetime | None, str], printed: datetime, known: str
) -> None:
    said_at, precision = said
    claim = make_claim(
        cited=False, statement=make_statement(said_at=said_at, said_precision=precision)
    )
    later = datetime(2022, 8, 1, tzinfo=UTC)
    for published_at in (printed, later):
        snapshot = make_snapshot(source=make_source(published_at=published_at))
        make_citation(claim, "three people", snapshot=snapshot)

    assert freeze(claim.incident)["claims"][0]["known_at"] == known


@pytest.mark.django_db
def test_claims_stand_in_the_order_in_which_they_were_known() -> None:
    incident = make_incident()
    for hour in (12, 9, 10):
        said = make_statement(said_at=datetime(2022, 7, 3, hour, 0, tzinfo=UTC))
        make_claim(incident=incident, statement=said)

    known = [claim["known_at"] for claim in freeze(incident)["claims"]]

    assert known == ["2022-07-03T10:00:00Z", "2022-07-03T11:00:00Z", "2022-07-03T13:00:00Z"]


@pytest.mark.django_db
def test_standing_and_clashes_are_part_of_the_document() -> None:
    incident = make_incident()
    ukraine = make_actor("Syniehubov", side=Side.UKRAINE)
    ours = make_claim(incident=incident)
    theirs = make_claim(
        incident=incident,
        statement=make_statement(speaker=ukraine, said_at=datetime(2022, 7, 3, 12, 0, tzinfo=UTC)),
        text="2 killed",
        qualifier="exactly",
        low=2,
        high=2,
        unit="people",
    )

    document = freeze(incident)

    assert document["standing"] == "contested"
    assert document["clashes"] == [
        {
            "question": "killed",
            "kind": "contradicts",
            "claims": [ours.public_id, theirs.public_id],
        }
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Explosions reported in Belgorod", "explosions-reported-in-belgorod"),
        ("Вибухи в Бєлгороді", "вибухи-в-бєлгороді"),
        ("???", "incident"),
        ("History", "incident"),
        ("Embed", "incident"),
        ("a" * 200, "a" * 80),
        ("a" * 79 + " and more", "a" * 79),
    ],
)
def test_a_slug_is_made_of_the_title_in_any_script(title: str, slug: str) -> None:
    assert slug_of(title) == slug


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.django_db
@given(st.recursive(_texts, lambda parts: st.lists(parts) | st.dictionaries(_texts, parts)))
def test_keys_stand_in_the_order_in_which_the_database_gives_them_back(document: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select (%s::jsonb)::text", [json.dumps(document)])
        stored = json.loads(cursor.fetchone()[0])

    assert json.dumps(as_stored(document)) == json.dumps(stored)


def test_the_canonical_form_is_one_string_of_bytes_whatever_the_order_of_keys() -> None:
    assert canonical({"b": [1, None], "a": "ї"}) == '{"a":"ї","b":[1,null]}'.encode()
    assert canonical({"a": "ї", "b": [1, None]}) == canonical({"b": [1, None], "a": "ї"})
    assert json.loads(canonical({"a": [0.5, True, "🇺🇦"]})) == {"a": [0.5, True, "🇺🇦"]}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_say_has_no_canonical_form(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"latitude": number})


VERSION: dict[str, Any] = {
    "serial": 1,
    "incident": "0123456789",
    "number": 1,
    "kind": "published",
    "note": "First publication.",
    "published_at": "2022-07-03T10:00:00.000000+00:00",
    "document": {"schema": 1, "incident": {"id": "0123456789"}},
    "previous_sha256": "",
}


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 2},
        {"incident": "9876543210"},
        {"number": 2},
        {"kind": "updated"},
        {"note": "First publication"},
        {"published_at": "2022-07-03T10:00:00.000001+00:00"},
        {"document": {"schema": 2, "incident": {"id": "0123456789"}}},
        {"previous_sha256": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_of_a_version_covers_every_field(change: dict[str, Any]) -> None:
    assert set(change) <= set(VERSION)
    assert version_bytes(**VERSION | change) != version_bytes(**VERSION)


def test_the_hash_of_a_version_is_the_same_on_every_installation() -> None:
    assert hashlib.sha256(version_bytes(**VERSION)).hexdigest() == (
        "bcb1b0b65788c80e94c80063d3a6bf1eea569534a722a82b1e7286883e2c751d"
    )


@pytest.mark.django_db
def test_the_stored_hash_is_that_of_the_row_read_back() -> None:
    incident = full_incident()
    publish(incident)

    for version in Version.objects.all():
        assert version.sha256 == version.digest()
        assert cast(Document, version.document)["schema"] == SCHEMA
