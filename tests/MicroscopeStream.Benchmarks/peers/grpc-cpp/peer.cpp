// C++ gRPC doing the ingest benchmark's job: one client stream of frames, server and client in one process.
// Usage: peer ADDRESS FRAMES FRAME_BYTES      ADDRESS is 127.0.0.1:PORT or unix:PATH
// Prints one JSON object: megabytes_per_s (10^6 bytes of pixels per second), seconds, frames.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "ingest.grpc.pb.h"

using microscopestream::peer::Frame;
using microscopestream::peer::Ingest;
using microscopestream::peer::Received;

class Server final : public Ingest::Service {
  grpc::Status Push(grpc::ServerContext*, grpc::ServerReader<Frame>* reader, Received* received) override {
    Frame frame;
    uint64_t frames = 0, bytes = 0;
    while (reader->Read(&frame)) {
      ++frames;
      bytes += frame.pixels().size();
    }
    received->set_frames(frames);
    received->set_bytes(bytes);
    return grpc::Status::OK;
  }
};

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: peer ADDRESS FRAMES FRAME_BYTES\n");
    return 2;
  }
  const std::string address = argv[1];
  const uint64_t frames = std::strtoull(argv[2], nullptr, 10);
  const size_t frame_bytes = std::strtoull(argv[3], nullptr, 10);

  Server service;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(-1);
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) {
    std::fprintf(stderr, "cannot listen on %s\n", address.c_str());
    return 1;
  }

  auto stub = Ingest::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  const auto push = [&](uint64_t count) {
    grpc::ClientContext context;
    Received received;
    auto writer = stub->Push(&context, &received);
    Frame frame;
    frame.mutable_pixels()->assign(frame_bytes, '\x2a');
    for (uint64_t i = 0; i < count; ++i) {
      frame.set_sequence(i);
      if (!writer->Write(frame)) break;
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    return status.ok() && received.bytes() == count * frame_bytes;
  };

  if (!push(frames / 10 + 1)) return 1;  // the first frames pay for the connection
  const auto start = std::chrono::steady_clock::now();
  if (!push(frames)) return 1;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"megabytes_per_s\": %.1f, \"seconds\": %.3f, \"frames\": %llu}\n",
              frames * frame_bytes / 1e6 / seconds, seconds, static_cast<unsigned long long>(frames));
  server->Shutdown();
  return 0;
}
