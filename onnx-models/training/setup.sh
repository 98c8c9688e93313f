#!/bin/sh
# What training needs, in one command. Debian and its relatives: system packages. Elsewhere: says what to install.
set -eu
packages="python3-torch python3-onnx python3-numpy python3-scipy python3-tifffile python3-jsonschema python3-pytest"
if command -v apt-get >/dev/null 2>&1; then
    run=""
    [ "$(id -u)" = 0 ] || run="sudo"
    $run apt-get update
    # shellcheck disable=SC2086
    $run apt-get install -y --no-install-recommends $packages
    /usr/bin/python3 -c "import torch, onnx, scipy, tifffile; print('ready: PyTorch', torch.__version__)"
else
    echo "No apt-get here. Install Python 3.11 or newer with: torch (1.13 or newer; a CUDA build for --gpu)," \
         "onnx, numpy, scipy, tifffile, jsonschema, pytest - for example: python3 -m pip install" \
         "torch onnx numpy scipy tifffile jsonschema pytest"
    exit 1
fi
