"""Reads maps [1, 8, H, W] of float32 out with the training package's reference rule at the given thresholds (candidate, accept, split);
prints one emitter per line."""
import importlib.util, sys
import numpy as np

readout, maps, height, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
thresholds = dict(zip(("candidate_probability", "accept_probability", "split_probability"), map(float, sys.argv[5:8])))
spec = importlib.util.spec_from_file_location("readout", readout)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for row in module.read_out(np.fromfile(maps, np.float32).reshape(1, 8, height, width), **thresholds):
    print(*(repr(float(v)) for v in row))
