"""Prints what a Picasso file holds: field names, then rows, then what its YAML says."""
import sys

import h5py
import yaml

locs = h5py.File(sys.argv[1], "r")["locs"][...]
print(",".join(locs.dtype.names))
for row in locs:
    print(",".join(repr(float(row[name])) for name in locs.dtype.names))
for part in yaml.safe_load_all(open(sys.argv[1].replace(".hdf5", ".yaml"))):
    for key in sorted(part):
        print(f"{key}={part[key]}")
