"""What is read from sentences as English news would write them; all invented."""

import pytest

from sources.tests.suggesting import told

PEOPLE = [
    ("The strike killed two civilians.", ["killed 2"]),
    ("Two adults died there.", ["killed 2"]),
    ("A woman was killed and three others were hurt.", ["killed 1", "injured 3"]),
    ("The attack left five dead and at least a dozen wounded.", ["killed 5", "injured ≥12"]),
    ("Five people lost their lives.", ["killed 5"]),
    ("The death toll rose to 21.", ["killed 21"]),
    ("The death toll has risen from 19 to 21.", ["killed 21"]),
    ("Dozens of people were injured.", ["injured some"]),
    ("Sixteen people, seven of them children, were hurt.", ["injured 16", "injured 7"]),
    ("Two people, a couple in their sixties, were found dead.", ["killed 2"]),
    ("Seven people, who were waiting for a bus, were killed.", ["killed 7"]),
    ("Shelling claimed the lives of four residents.", ["killed 4"]),
    ("As many as 30 people may be trapped under the rubble.", ["trapped ≤30"]),
    ("Three people were still missing.", ["missing 3"]),
    ("Rescuers pulled eight survivors from the rubble.", ["rescued 8"]),
    ("More than 4,000 residents have been evacuated.", ["evacuation >4000"]),
    ("Nine people were taken to hospital, two of them in a serious condition.", ["hospitalised 9"]),
    (
        "Wounding a truck driver and a woman, a drone hit the road.",
        ["injured 1", "injured 1", "weapon 1"],
    ),
    ("Among the dead were two children.", ["killed 2"]),
    ("The bodies of three miners were recovered.", ["killed 3"]),
    ("Between 10 and 15 people were wounded.", ["injured 10–15"]),
    ("No casualties were reported.", []),
    ("Nearly 40 people were injured.", ["injured ~<40"]),
]
THINGS = [
    ("Twelve apartment buildings were damaged.", ["damage 12"]),
    ("The blast damaged three schools and a hospital.", ["damage 3", "damage 1"]),
    ("At least 15 homes, which had been rebuilt, were destroyed.", ["damage ≥15"]),
    ("Air defences shot down 30 of 38 missiles.", ["interception 30"]),
    ("Some 20 of 32 drones were intercepted.", ["interception ~20"]),
    ("Russia fired five S-300 missiles at the city.", ["weapon 5"]),
    ("Four cars burned out.", ["damage 4"]),
]
STATEMENTS = [
    ("The Kremlin declined to comment on the strike.", ["responsibility silent · The Kremlin"]),
    (
        "Kyiv, which has denied targeting civilians, did not comment.",
        ["responsibility denied · Kyiv", "responsibility silent · Kyiv"],
    ),
    ("Moscow denies deliberately targeting civilians.", ["responsibility denied · Moscow"]),
    ("Neither side's claims could be confirmed.", ["verification could_not_verify"]),
    ("The report has not been independently confirmed.", ["verification could_not_verify"]),
    ("The AP was unable to verify the claim.", ["verification could_not_verify · The AP"]),
    ("The blast was blamed on Russia.", ["responsibility"]),
    ("The footage was geolocated by analysts.", ["verification geolocated · analysts"]),
]
CONTROL = [
    ("Ukrainian troops have pulled out of Vovchansk.", ["control withdrawn ukraine"]),
    ("Fighting was under way in Vovchansk.", ["control contested none"]),
    ("The town of Vovchansk was being held by Ukraine.", ["control held ukraine"]),
    ("Russian units have entered the outskirts of Vovchansk.", ["control entered russia"]),
    ("Vovchansk has fallen to Russian forces.", ["control full_control russia"]),
    ("Ukraine says it still controls Vovchansk.", ["control held ukraine · Ukraine"]),
    (
        "Russia captured Vovchansk, which Ukraine had held since 2022.",
        ["control full_control russia"],
    ),
]
SPEAKERS = [
    ("Two people were killed, said Ivan Petrenko, who heads the region.", ["killed 2 · Petrenko"]),
    (
        "“Two people were killed,” Ivan Petrenko, the head of the agency, said.",
        ["killed 2 · Petrenko"],
    ),
    (
        "Ivan Petrenko, who visited the site on Sunday, said two people were killed.",
        ["killed 2 · Petrenko"],
    ),
    (
        "It was reported by the Interior Ministry that two people were killed.",
        ["killed 2 · the Interior Ministry"],
    ),
    (
        "Two people were killed, the ministry was quoted as saying by Interfax.",
        ["killed 2 · the ministry"],
    ),
    (
        "In the town, the head of the administration, Ivan Petrenko, reported two dead.",
        ["killed 2 · Petrenko"],
    ),
    (
        "Two people were killed, a military spokeswoman told public television.",
        ["killed 2 · a military spokeswoman"],
    ),
    ("Regional governor Ivan Petrenko put the number of dead at two.", ["killed 2 · Petrenko"]),
    (
        "The governor, Ivan Petrenko, told reporters that two people were killed.",
        ["killed 2 · Petrenko"],
    ),
    ("Citing police, Reuters reported that two people were killed.", ["killed 2 · police"]),
    ("Two people were killed, TASS reported, citing the governor.", ["killed 2 · the governor"]),
    ("“Two people were killed,” it said in a statement.", ["killed 2"]),
]
NOISE: list[tuple[str, list[str]]] = [
    ("Kharkiv, a city of 1.4 million people, was hit.", []),
    ("The village lies 12 kilometres from the border.", []),
    ("The house at 15 Freedom Street burned.", []),
    ("Read also: Drone kills three in Kharkiv", []),
    ("Photo: Two people killed in Kharkiv / Reuters", []),
    ("Donate 100 dollars to help ten families.", []),
]


@pytest.mark.parametrize(("text", "found"), PEOPLE)
def test_what_befell_people_is_counted(text: str, found: list[str]) -> None:
    assert told(text, "en") == found


@pytest.mark.parametrize(("text", "found"), THINGS)
def test_things_hit_and_weapons_are_counted(text: str, found: list[str]) -> None:
    assert [line for line in told(text, "en") if line[-1].isdigit()] == found


@pytest.mark.parametrize(("text", "found"), STATEMENTS)
def test_denial_silence_and_blame_are_told_apart(text: str, found: list[str]) -> None:
    assert told(text, "en") == found


@pytest.mark.parametrize(("text", "found"), CONTROL)
def test_who_holds_a_place_is_read(text: str, found: list[str]) -> None:
    assert [line for line in told(text, "en") if line.startswith("control")] == found


@pytest.mark.parametrize(("text", "found"), SPEAKERS)
def test_the_speaker_is_found(text: str, found: list[str]) -> None:
    assert told(text, "en") == found


@pytest.mark.parametrize(("text", "found"), NOISE)
def test_what_is_no_claim_is_left_alone(text: str, found: list[str]) -> None:
    assert [line for line in told(text, "en") if line[-1].isdigit()] == found
