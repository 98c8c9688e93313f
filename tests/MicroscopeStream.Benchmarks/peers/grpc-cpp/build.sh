#!/bin/sh
# Builds the C++ gRPC peer into the folder given. Needs Debian's g++ protobuf-compiler protobuf-compiler-grpc libgrpc++-dev pkg-config.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh FOLDER}
mkdir -p "$out"
protoc -I "$here" --cpp_out="$out" --grpc_out="$out" --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" "$here/ingest.proto"
g++ -O2 -std=c++17 -I "$out" "$here/peer.cpp" "$out/ingest.pb.cc" "$out/ingest.grpc.pb.cc" -o "$out/peer" \
  $(pkg-config --cflags --libs grpc++ protobuf)
