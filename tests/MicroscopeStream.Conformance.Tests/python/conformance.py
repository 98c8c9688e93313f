"""Debian's grpcio client against a running service. Usage: conformance.py HOST:PORT STUBS; prints one JSON line per case.

STUBS holds what protoc made from protos/ and contract.pb, the descriptor set with imports. The cases that carry the names of
gRPC's interoperability tests (github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md) are those tests, with this
service's methods in the place of the test service's.
"""
import json
import math
import os
import struct
import sys
import threading
import time
import traceback

ADDRESS, STUBS = sys.argv[1:3]
sys.path.insert(0, STUBS)

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc import status_pb2
from microscopestream.v1 import acquisition_pb2 as acq
from microscopestream.v1 import error_pb2, frame_pb2, model_pb2, model_pb2_grpc, report_pb2, session_pb2, session_pb2_grpc

WIDTH, HEIGHT = 32, 24
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def channel(**more):
    return grpc.insecure_channel(ADDRESS, options=UNLIMITED, **more)


def request(width=WIDTH, height=HEIGHT, method="none", **acquisition):
    return session_pb2.OpenRequest(
        acquisition=acq.Acquisition(
            width=width, height=height, pixel_type=acq.PIXEL_TYPE_UINT16, pixel_size_nm=100,
            camera=acq.Camera(kind=acq.CAMERA_KIND_SCMOS, electrons_per_adu=1, read_noise_electrons=1), **acquisition),
        method=session_pb2.Method(id=method), preview=session_pb2.PreviewOptions(rate=-1))


def pixels(width=WIDTH, height=HEIGHT, spot=None):
    rows = []
    for y in range(height):
        for x in range(width):
            value = 20.0
            if spot:
                value += 4000 / (2 * math.pi * 1.44) * math.exp(-((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / 2.88)
            rows.append(int(value))
    return struct.pack("<%dH" % len(rows), *rows)


def start(opened):
    return session_pb2.StreamRequest(start=session_pb2.StreamStart(session_id=opened.session_id, resume_token=opened.resume_token))


def frame(sequence, data):
    return session_pb2.StreamRequest(frame=frame_pb2.Frame(sequence=sequence, sender_timestamp_ns=sequence + 7, pixels=data))


def failure(call):
    try:
        result = call()
        if hasattr(result, "__next__"):
            for _ in result:
                pass
    except grpc.RpcError as e:
        return e
    raise AssertionError("the call succeeded")


def details(error):
    trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(trailer)
    assert status.code == error.code().value[0], status
    faults = []
    for packed in status.details:
        fault = error_pb2.ErrorDetail()
        assert packed.Unpack(fault), packed
        faults.append(fault)
    return faults


class Sender:
    """An iterator of requests that a test feeds."""

    def __init__(self, *messages):
        self._items, self._more = list(messages), threading.Condition()

    def put(self, item):
        with self._more:
            self._items.append(item)
            self._more.notify()

    def end(self):
        self.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        with self._more:
            while not self._items:
                self._more.wait()
            item = self._items.pop(0)
        if item is None:
            raise StopIteration
        return item


def run_session(sessions, frames, **kwargs):
    opened = sessions.Open(request(**kwargs))
    messages = [start(opened)] + [frame(i, data) for i, data in enumerate(frames)] + [session_pb2.StreamRequest(end=session_pb2.EndOfFrames())]
    updates = [r.update for r in sessions.Stream(iter(messages)) if r.WhichOneof("body") == "update"]
    return opened, updates, updates[-1].summary


def empty_unary(sessions, models):
    assert sessions.ListSessions(session_pb2.ListSessionsRequest()) is not None


def large_unary(sessions, models):
    asked = request(width=512, height=512)
    asked.acquisition.camera.baseline_map.extend([100.5] * (512 * 512))
    asked.acquisition.camera.read_variance_map.extend([2.25] * (512 * 512))
    opened = sessions.Open(asked)
    sessions.Close(session_pb2.CloseRequest(session_id=opened.session_id, resume_token=opened.resume_token))
    assert len(opened.plan.camera.baseline_map) == 512 * 512 and opened.plan.camera.baseline_map[7] == 100.5
    assert opened.plan.camera.read_variance_map[-1] == 2.25


def ping_pong(sessions, models):
    opened = sessions.Open(request(method="mle"))
    sender = Sender(start(opened))
    call = sessions.Stream(sender)
    assert next(call).started.next_sequence == 0
    data = pixels()
    for i in range(5):
        sender.put(frame(i, data))
        acknowledged = localized = False
        while not (acknowledged and localized):
            answer = next(call)
            if answer.HasField("acknowledgement"):
                assert answer.acknowledgement.received_through == i, answer
                acknowledged = True
            elif answer.update.HasField("localizations"):
                assert (answer.update.range.first, answer.update.sender_timestamp_ns) == (i, i + 7), answer
                localized = True
    sender.end()
    assert list(call)[-1].update.summary.frames.processed == 5


def empty_stream(sessions, models):
    reflection = Reflection()
    assert list(reflection.call(iter(()))) == []


def server_streaming(sessions, models):
    opened = sessions.Open(request(method="mle"))
    watch = sessions.Watch(session_pb2.WatchRequest(session_id=opened.session_id, localizations=True))
    watch.initial_metadata()
    sender = Sender(start(opened))
    call = sessions.Stream(sender)
    next(call)
    for i in range(4):
        sender.put(frame(i, pixels()))
    sender.end()
    list(call)
    seen = list(watch)
    assert seen[-1].update.summary.frames.processed == 4 and seen[-1].missed == 0, seen[-1]
    assert sum(w.update.HasField("localizations") for w in seen) >= 1


def cancel_after_begin(sessions, models):
    call = sessions.Stream(Sender())
    call.cancel()
    assert failure(lambda: call).code() == grpc.StatusCode.CANCELLED


def cancel_after_first_response(sessions, models):
    opened = sessions.Open(request())
    call = sessions.Stream(Sender(start(opened), frame(0, pixels())))
    while not next(call).HasField("acknowledgement"):
        pass
    call.cancel()
    assert failure(lambda: call).code() == grpc.StatusCode.CANCELLED
    resumed = sessions.Resume(session_pb2.ResumeRequest(session_id=opened.session_id, resume_token=opened.resume_token))
    assert resumed.next_sequence == 1, resumed
    closed = sessions.Close(session_pb2.CloseRequest(session_id=opened.session_id, resume_token=opened.resume_token))
    assert closed.summary.frames.processed == 1, "what was received is kept"


def timeout_on_sleeping_server(sessions, models):
    opened = sessions.Open(request())
    sender = Sender(start(opened))
    assert failure(lambda: sessions.Stream(sender, timeout=0.3)).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    sender.end()
    sessions.Close(session_pb2.CloseRequest(session_id=opened.session_id, resume_token=opened.resume_token, abort=True))


def status_code_and_message(sessions, models):
    unary = failure(lambda: sessions.Resume(session_pb2.ResumeRequest(session_id="nobody", resume_token="x")))
    duplex = failure(lambda: sessions.Stream(iter([session_pb2.StreamRequest(start=session_pb2.StreamStart(session_id="nobody"))])))
    for error in (unary, duplex):
        assert error.code() == grpc.StatusCode.NOT_FOUND and "session_id is nobody" in error.details(), error


def special_status_message(sessions, models):
    text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    error = failure(lambda: models.DescribeModel(model_pb2.DescribeModelRequest(id=text)))
    assert error.code() == grpc.StatusCode.NOT_FOUND and text in error.details(), repr(error.details())


def unimplemented_method(sessions, models):
    call = CHANNEL.unary_unary("/microscopestream.v1.SessionService/NoSuchMethod")
    assert failure(lambda: call(b"")).code() == grpc.StatusCode.UNIMPLEMENTED


def unimplemented_service(sessions, models):
    call = CHANNEL.unary_unary("/no.such.Service/Method")
    assert failure(lambda: call(b"")).code() == grpc.StatusCode.UNIMPLEMENTED


def custom_metadata(sessions, models):
    sent = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab\x00\xff"))
    response, call = models.ListModels.with_call(model_pb2.ListModelsRequest(), metadata=sent)
    assert response.models and call.code() == grpc.StatusCode.OK
    error = failure(lambda: models.DescribeModel(model_pb2.DescribeModelRequest(id="nobody"), metadata=sent))
    assert isinstance(dict(error.trailing_metadata())["grpc-status-details-bin"], bytes)


def error_details(sessions, models):
    asked = request(width=0, exposure_ms=-1)
    asked.acquisition.pixel_size_nm = float("nan")
    asked.method.id = "no-such-model"
    error = failure(lambda: sessions.Open(asked))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    faults = {f.field: f for f in details(error)}
    assert set(faults) == {"acquisition.width", "acquisition.exposure_ms", "acquisition.pixel_size_nm", "method.id"}, faults
    assert all(f.actual and f.expected and f.remedy for f in faults.values()), faults


def client_compressed_unary(sessions, models):
    with channel(compression=grpc.Compression.Gzip) as packed:
        assert model_pb2_grpc.ModelServiceStub(packed).ListModels(model_pb2.ListModelsRequest(task="localization")).models


def client_compressed_streaming(sessions, models):
    for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        with channel(compression=compression) as packed:
            _, _, summary = run_session(session_pb2_grpc.SessionServiceStub(packed), [pixels()] * 5)
            assert summary.frames.processed == 5 and summary.frames.dropped == 0, summary


def large_messages(sessions, models):
    data = os.urandom(2048 * 2048 * 2)
    _, _, summary = run_session(sessions, [data] * 3, width=2048, height=2048)
    assert summary.frames.processed == 3 and summary.leaked_buffers == 0, summary


def empty_message(sessions, models):
    opened = sessions.Open(request())
    error = failure(lambda: sessions.Stream(iter([start(opened), session_pb2.StreamRequest()])))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT and details(error)[0].code == "empty-message", error
    sessions.Close(session_pb2.CloseRequest(session_id=opened.session_id, resume_token=opened.resume_token))


def all_methods(sessions, models):
    listed = models.ListModels(model_pb2.ListModelsRequest())
    assert {"none", "mle", "phasor"} <= {m.id for m in listed.models}
    assert models.DescribeModel(model_pb2.DescribeModelRequest(id="mle")).info.task == "localization"
    opened = sessions.Open(request(name="python"))
    assert any(s.session_id == opened.session_id and s.name == "python" for s in sessions.ListSessions(session_pb2.ListSessionsRequest()).sessions)
    assert sessions.Resume(session_pb2.ResumeRequest(session_id=opened.session_id, resume_token=opened.resume_token)).plan == opened.plan
    list(sessions.Stream(iter([start(opened), frame(0, pixels())])))
    closed = sessions.Close(session_pb2.CloseRequest(session_id=opened.session_id, resume_token=opened.resume_token))
    assert closed.summary.frames.received == 1, closed


def refused_frames(sessions, models):
    opened = sessions.Open(request())
    messages = [start(opened), frame(0, pixels()), frame(1, b"short"), frame(0, pixels()), frame(5, pixels())]
    updates = [r.update for r in sessions.Stream(iter(messages)) if r.HasField("update")]
    frames = updates[-1].summary.frames
    assert {d.cause: d.count for d in frames.dropped_by_cause} == {report_pb2.DROP_CAUSE_INVALID: 1, report_pb2.DROP_CAUSE_OUT_OF_ORDER: 1}, frames
    assert (frames.received, frames.processed, frames.gaps, frames.missing) == (4, 2, 1, 3), frames


def localizations(sessions, models):
    _, updates, summary = run_session(sessions, [pixels(spot=(12, 9))] * 6, method="mle")
    batches = [u.localizations for u in updates if u.HasField("localizations")]
    x = [v for b in batches for v in b.x_nm]
    y = [v for b in batches for v in b.y_nm]
    assert len(x) == 6 == summary.localizations, (len(x), summary.localizations)
    assert all(abs(v - 1250) < 5 for v in x) and all(abs(v - 950) < 5 for v in y), (x, y)


def concurrent_sessions(sessions, models):
    results = []
    threads = [threading.Thread(target=lambda n=n: results.append((n, run_session(sessions, [pixels()] * n)[2].frames.processed))) for n in (3, 5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(3, 3), (5, 5), (7, 7)], results


class Contract:
    """Messages that have no Python module here: the package grpc.health would shadow grpc itself."""

    def __init__(self):
        with open(os.path.join(STUBS, "contract.pb"), "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
        pool = descriptor_pool.DescriptorPool()
        for one in files.file:
            pool.Add(one)
        self._pool, self._factory = pool, message_factory.MessageFactory(pool)

    def __getitem__(self, name):
        return self._factory.GetPrototype(self._pool.FindMessageTypeByName(name))


class Reflection:
    def __init__(self):
        self.request = CONTRACT["grpc.reflection.v1.ServerReflectionRequest"]
        self.call = CHANNEL.stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", self.request.SerializeToString,
            CONTRACT["grpc.reflection.v1.ServerReflectionResponse"].FromString)


def health_check(sessions, models):
    ask, answer = CONTRACT["grpc.health.v1.HealthCheckRequest"], CONTRACT["grpc.health.v1.HealthCheckResponse"]
    check = CHANNEL.unary_unary("/grpc.health.v1.Health/Check", ask.SerializeToString, answer.FromString)
    for name in ("", "microscopestream.v1.SessionService", "microscopestream.v1.ModelService"):
        assert check(ask(service=name)).status == 1, name
    assert failure(lambda: check(ask(service="nobody"))).code() == grpc.StatusCode.NOT_FOUND


def health_watch(sessions, models):
    ask, answer = CONTRACT["grpc.health.v1.HealthCheckRequest"], CONTRACT["grpc.health.v1.HealthCheckResponse"]
    watch = CHANNEL.unary_stream("/grpc.health.v1.Health/Watch", ask.SerializeToString, answer.FromString)
    call = watch(ask())
    assert next(call).status == 1
    call.cancel()


def reflection(sessions, models):
    """Builds the contract from reflection alone and calls a method with it."""
    info = Reflection()
    answers = list(info.call(iter([info.request(list_services=""), info.request(file_containing_symbol="microscopestream.v1.ModelService")])))
    assert "microscopestream.v1.SessionService" in [s.name for s in answers[0].list_services_response.service]
    pool = descriptor_pool.DescriptorPool()
    for packed in reversed(answers[1].file_descriptor_response.file_descriptor_proto):
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(packed))
    factory = message_factory.MessageFactory(pool)
    method = pool.FindServiceByName("microscopestream.v1.ModelService").methods_by_name["ListModels"]
    ask, answer = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    call = CHANNEL.unary_unary("/microscopestream.v1.ModelService/ListModels", ask.SerializeToString, answer.FromString)
    assert [m.id for m in call(ask(task="image")).models] == ["none"]


CASES = [
    all_methods, cancel_after_begin, cancel_after_first_response, client_compressed_streaming, client_compressed_unary, concurrent_sessions,
    custom_metadata, empty_message, empty_stream, empty_unary, error_details, health_check, health_watch, large_messages, large_unary,
    localizations, ping_pong, reflection, refused_frames, server_streaming, special_status_message, status_code_and_message,
    timeout_on_sleeping_server, unimplemented_method, unimplemented_service,
]

CHANNEL = channel()
CONTRACT = Contract()

if __name__ == "__main__":
    stubs = session_pb2_grpc.SessionServiceStub(CHANNEL), model_pb2_grpc.ModelServiceStub(CHANNEL)
    for case in CASES:
        before = time.monotonic()
        try:
            case(*stubs)
            fault = ""
        except Exception:
            fault = traceback.format_exc()
        print(json.dumps({"case": case.__name__, "fault": fault, "seconds": round(time.monotonic() - before, 3)}), flush=True)
