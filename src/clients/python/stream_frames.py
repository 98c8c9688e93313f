"""Streams a stack of uint16 frames into a running service and prints the localizations as they come back.

Usage: stream_frames.py FRAMES.npy [PIXEL_SIZE_NM [METHOD [HOST:PORT]]]
"""
import sys

import grpc
import numpy
from microscopestream.v1 import acquisition_pb2, frame_pb2, session_pb2, session_pb2_grpc

frames, pixel_size, method, address = (sys.argv[1:] + ["100", "mle", "127.0.0.1:5090"][len(sys.argv) - 2:])[:4]
stack = numpy.load(frames).astype("<u2")
service = session_pb2_grpc.SessionServiceStub(grpc.insecure_channel(address))
session = service.Open(session_pb2.OpenRequest(method=session_pb2.Method(id=method), acquisition=acquisition_pb2.Acquisition(
    height=stack.shape[1], width=stack.shape[2], pixel_type=acquisition_pb2.PIXEL_TYPE_UINT16, pixel_size_nm=float(pixel_size))))


def requests():
    yield session_pb2.StreamRequest(start=session_pb2.StreamStart(session_id=session.session_id, resume_token=session.resume_token))
    for number, image in enumerate(stack):
        yield session_pb2.StreamRequest(frame=frame_pb2.Frame(sequence=number, pixels=image.tobytes()))


for answer in service.Stream(requests()):
    found = answer.update.localizations
    for frame, x, y in zip(found.frame, found.x_nm, found.y_nm):
        print(f"{frame},{x:.1f},{y:.1f}")
print(answer.update.summary, file=sys.stderr)
