import pytest

from bench.rows import Row, percentile, read, tell


def test_rows_that_a_script_tells_are_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Row("пошук, p95", "ms", 3.5, most=12), Row("CSV", "rows/s", 260_000, least=250_000)]

    tell(*rows)

    assert read(capsys.readouterr().out.splitlines()) == rows


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", "ms", 12, most=12), True),
        (Row("a", "ms", 12.1, most=12), False),
        (Row("a", "×", 40, least=40), True),
        (Row("a", "×", 39.9, least=40), False),
        (Row("a", "ms", 12), None),
    ],
)
def test_a_target_is_met_up_to_its_limit(row: Row, met: bool | None) -> None:
    assert row.met is met


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(100, 0, -1)]

    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.5) == 7
