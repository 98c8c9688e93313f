"""What is written for the program, and what is made of its figures."""
import numpy as np
import pytest
import tifffile

from microscopestream_training.sim import product_simulated as product


def test_frames_of_a_group_are_pages_in_adu_whatever_their_number(tmp_path):
    path = str(tmp_path / "frames.tif")
    product.write_frames(path, np.full((3, 8, 8), 50.0))
    with tifffile.TiffFile(path) as f:
        assert len(f.pages) == 3 and f.pages[0].samplesperpixel == 1
    assert (tifffile.imread(path) == 50 / product.ELECTRONS_PER_ADU + product.BASELINE_ADU).all()


@pytest.mark.parametrize("order, beams, phases", [("3x1", 2, 3), ("3x3", 2, 3), ("3x5", 3, 5)])
def test_three_frames_are_of_the_same_field_as_nine(order, beams, phases):
    c = product.condition(order)
    assert (c.beams, c.phases) == (beams, phases)


def test_an_order_that_is_not_simulated_is_refused():
    with pytest.raises(ValueError, match="hex"):
        product.condition("hex7")


def row(method, light, name, db, residual=1.0):
    return dict(method=method, light=light, structures=name, trained_on=name in product.TRAINED, field=0, psnr_db=db, frc_nm=120.0,
                residual=residual, trust="good")


def test_methods_are_held_against_the_reference_at_equal_and_at_full_light():
    rows = [row("wiener@3x3", light, n, 30.0 + 4 * light) for light in (1.0, 0.5) for _, n in product.CLASSES]
    rows += [row("net@3x1", light, n, 37.0 if known is product.TRAINED else 35.0, None) for light in (1.0, 0.5) for known, n in product.CLASSES]
    text = product.tables(rows, ["wiener@3x3", "net@3x1"], [1.0, 0.5], "wiener@3x3")
    assert "| net@3x1 | 1.0 | +3.00 | +1.00 | +3.00 | +1.00 |" in text
    assert "| net@3x1 | 0.5 | +5.00 | +3.00 | +3.00 | +1.00 |" in text
    assert "120 / nan / 4 0 0" in text
