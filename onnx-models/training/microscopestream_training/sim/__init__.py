"""Training side of the structured-illumination networks: simulate, train, export, evaluate.

Conventions: images are (y, x) from the top-left; the phase of a pattern is that at the centre of pixel (0, 0); a carrier
is (x, y), in cycles per raw pixel inside the simulation and in 1/um at the edges; "fine" is the grid of half a raw pixel,
on which samples and results live; intensities are photons per raw pixel after QE.
"""
