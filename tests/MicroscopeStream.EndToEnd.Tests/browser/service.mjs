// mstream as processes of their own: the service, and streams into it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Longer than any machine takes: what hangs must end, and nothing else.
const limitMs = 240_000;

function start(mstream, args, environment = {}) {
  const child = spawn('dotnet', [mstream, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  child.text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => { child.text += text; child.emit('said'); });
  }
  return child;
}

async function find(child, pattern) {
  const limit = AbortSignal.timeout(limitMs);
  for (;;) {
    const match = pattern.exec(child.text);
    if (match) return match[1] ?? match[0];
    if (child.exitCode !== null) throw new Error(`mstream ended with ${child.exitCode}: ${child.text}`);
    await Promise.race([once(child, 'said', { signal: limit }), once(child, 'exit', { signal: limit })]);
  }
}

/** A service; port 0 takes a free one. */
export async function serve(mstream, { httpPort = 0, grpcPort = 0, token = '', models = '' } = {}) {
  const child = start(
    mstream, ['serve', '--grpc-url', `http://127.0.0.1:${grpcPort}`, '--http-url', `http://127.0.0.1:${httpPort}`, ...(models ? ['--models', models] : [])],
    token ? { MSTREAM_VIEWER_TOKEN: token } : {});
  const service = {
    grpc: (await find(child, /gRPC listens on (http\S+)/)).replace(/\/$/, ''),
    http: (await find(child, /HTTP listens on (http\S+)/)).replace(/\/$/, ''),
    view: await find(child, /Live view: (http\S+)/),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit', { signal: AbortSignal.timeout(limitMs) });
      }
    },
  };
  return service;
}

/** Runs a command to its end. */
export async function run(mstream, ...args) {
  const child = start(mstream, args);
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(limitMs) });
  if (code !== 0) throw new Error(`mstream ${args[0]} ended with ${code}: ${child.text}`);
  return child.text;
}

/** A stream into a service that goes on until it is stopped or its file ends. */
export function stream(mstream, service, file, ...args) {
  const method = args.includes('--method') ? [] : ['--method', 'phasor'];
  const pixel = args.includes('--pixel-size') ? [] : ['--pixel-size', '100'];
  const child = start(mstream, ['stream', file, '--server', service.grpc, ...method, ...pixel, ...args]);
  return {
    ended: once(child, 'exit'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit', { signal: AbortSignal.timeout(limitMs) });
      }
    },
  };
}
