from hypothesis import given
from hypothesis import strategies as st

from incidents.distance import Box, Point, boxes_around, distance_km

points = st.builds(
    Point,
    st.floats(-90, 90, allow_subnormal=False),
    st.floats(-180, 180, allow_subnormal=False),
)


def holds(box: Box, point: Point) -> bool:
    return box.south <= point.latitude <= box.north and box.west <= point.longitude <= box.east


def test_a_known_distance_is_right_to_the_kilometre() -> None:
    kyiv, kharkiv = Point(50.4501, 30.5234), Point(49.9935, 36.2304)

    assert round(distance_km(kyiv, kharkiv)) == 409


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_round_the_earth(
    one: Point, other: Point
) -> None:
    assert abs(distance_km(one, other) - distance_km(other, one)) < 1e-6
    assert 0 <= distance_km(one, other) < 20_016


@given(points, st.floats(-0.6, 0.6), st.floats(-1, 1), st.floats(0.1, 100))
def test_what_lies_within_the_distance_lies_in_a_box_also_at_the_poles_and_the_date_line(
    centre: Point, north: float, east: float, km: float
) -> None:
    latitude = max(-90.0, min(90.0, centre.latitude + north))
    longitude = (centre.longitude + east + 180) % 360 - 180
    near = Point(latitude, longitude)

    boxes = boxes_around(centre, km)

    assert all(box.west <= box.east for box in boxes)
    if distance_km(centre, near) <= km:
        assert any(holds(box, near) for box in boxes)
