// Makes dist/ from src/: messages from the protos, types checked, one script and one style sheet.
// Usage: node build.mjs PROTOC PROTO_FOLDER
// One build at a time per checkout, however many ask for it: what is there already is left as it is.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const [protoc, protos] = process.argv.slice(2);
const dist = path.join(here, 'dist');
const stamp = path.join(dist, 'build.stamp');
const guard = path.join(here, '.build.lock');
const limitMs = 5 * 60 * 1000;

function filesUnder(folder, pattern) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** What the result depends on, as one number: times of files lie after a checkout or a copy. */
function fingerprint() {
  const hash = createHash('sha256');
  const own = ['package-lock.json', 'tsconfig.json', 'build.mjs'].map((name) => path.join(here, name));
  for (const file of [...own, ...filesUnder(path.join(here, 'src'), /./), ...filesUnder(protos, /\.proto$/)]) {
    hash.update(path.relative(here, file).replaceAll('\\', '/')).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function tryTakeGuard() {
  try {
    writeFileSync(guard, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld()) rmSync(guard, { force: true });
    return false;
  }
}

// A build that was killed leaves its guard behind. A guard without a number was made a moment ago.
function isHeld() {
  try {
    const pid = Number(readFileSync(guard, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(what, program, args) {
  const done = spawnSync(program, args, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${what} failed, see above.`);
}

const installed = (...names) => path.join(here, 'node_modules', ...names);

async function build(print) {
  const generated = path.join(here, 'generated');
  const next = path.join(here, '.dist-next');
  rmSync(generated, { recursive: true, force: true });
  rmSync(next, { recursive: true, force: true });
  mkdirSync(generated);
  mkdirSync(next);

  // protoc starts its plugins itself, and on Windows only finds programs: a script beside the package does for both.
  const plugin = path.join(here, process.platform === 'win32' ? 'node_modules/.bin/protoc-gen-es.cmd' : 'node_modules/.bin/protoc-gen-es');
  run('protoc', protoc, [
    `--plugin=protoc-gen-es=${plugin}`, `--es_out=${generated}`, '--es_opt=target=ts', `-I${protos}`,
    ...filesUnder(path.join(protos, 'microscopestream'), /\.proto$/)]);
  run('The check of types', process.execPath, [installed('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']);

  const esbuild = (await import('esbuild')).default;
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: { viewer: 'src/main.ts', style: 'src/style.css' },
    outdir: next,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  cpSync(path.join(here, 'src', 'index.html'), path.join(next, 'index.html'));
  cpSync(path.join(here, 'src', 'icon.svg'), path.join(next, 'icon.svg'));
  // What the script holds of others, with their licences.
  writeFileSync(
    path.join(next, 'licences.txt'),
    `The viewer contains @bufbuild/protobuf (Apache-2.0 and BSD-3-Clause).\n\n${readFileSync(installed('@bufbuild', 'protobuf', 'package.json'), 'utf8')
      .match(/"license": "[^"]+"/)[0]}\n`);
  writeFileSync(path.join(next, 'build.stamp'), print);
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
}

const isCurrent = (print) => existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
const started = Date.now();
while (!tryTakeGuard()) {
  await wait(200);
  if (Date.now() - started > limitMs) {
    console.error(`Another build seems to make the viewer in ${here}. If none does, delete ${guard}.`);
    process.exit(1);
  }
}

try {
  const print = fingerprint();
  if (!isCurrent(print)) {
    await build(print);
    const size = (name) => `${Math.ceil(statSync(path.join(dist, name)).size / 1024)} KiB`;
    console.log(`The web viewer was made: script ${size('viewer.js')}, style ${size('style.css')}.`);
  } else {
    // The builder compares times.
    writeFileSync(stamp, print);
  }
} catch (error) {
  console.error(`error : src/viewer: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(guard, { force: true });
}
