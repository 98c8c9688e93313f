"""Reading the accuracy benchmark's table."""
from microscopestream_training.sweep import markdown, read

TEXT = """| condition | method | JI | RMSE nm | z-score σ | isolated RMSE nm | bound nm |
|---|---|---|---|---|---|---|
| whole frames, 300 photons, 20 background, 0.2/µm² | net 1.1.0 | 0.950 | 21.5 | 1.00 | 20.1 | 18.0 |
| whole frames, 300 photons, 20 background, 0.2/µm² | mle | 0.900 | 30.0 | 1.20 |  |  |
| whole frames, 300 photons, 20 background, 1.0/µm² | net 1.1.0 | 0.800 | 31.5 | 1.00 | 20.1 | 18.0 |
| whole frames, 300 photons, 20 background, 1.0/µm² | mle | 0.700 | 40.0 | 1.20 |  |  |
| blinking, 2500 photons, 20 background, 1.0/µm² | mle | 0.700 | 40.0 | 1.20 |  |  |
""".splitlines()


def test_rows_are_read_by_method_and_photons():
    rows = read(TEXT)
    assert rows == {("net", 300.0): [(0.2, 0.95, 21.5), (1.0, 0.8, 31.5)], ("mle", 300.0): [(0.2, 0.9, 30.0), (1.0, 0.7, 40.0)]}


def test_the_table_sets_methods_side_by_side():
    lines = markdown(read(TEXT), ["net", "mle"], [300.0]).splitlines()
    assert lines[0] == "| photons | emitters per µm² | net | mle |"
    assert lines[2:] == ["| 300 | 0.2 | 0.950 / 21.5 | 0.900 / 30.0 |", "| 300 | 1 | 0.800 / 31.5 | 0.700 / 40.0 |"]
