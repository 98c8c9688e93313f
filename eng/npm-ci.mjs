// Runs `npm ci --ignore-scripts` in the folder given, once, however many builds ask for it at the same time.
// Usage: node npm-ci.mjs FOLDER WHAT
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const folder = path.resolve(process.argv[2] ?? '.');
const what = process.argv[3] ?? 'packages';
const lockFile = path.join(folder, 'package-lock.json');
// npm writes this file last, so its presence means that the installation is whole.
const stamp = path.join(folder, 'node_modules', '.package-lock.json');
const guard = path.join(folder, '.npm-ci.lock');
const limitMs = 20 * 60 * 1000;

const isCurrent = () => existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lockFile).mtimeMs;

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

const started = Date.now();
while (!tryTakeGuard()) {
  await wait(250);
  if (isCurrent()) process.exit(0);
  if (Date.now() - started > limitMs) {
    console.error(`Another build seems to be installing packages in ${folder}. If none is, delete ${guard}.`);
    process.exit(1);
  }
}

try {
  if (!isCurrent()) {
    const names = Object.entries(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies)
      .map(([name, version]) => `${name} ${version}`).join(', ');
    console.log(`Fetching ${what} from the npm registry (npm ci --ignore-scripts: ${names}). Once per checkout.`);
    const npm = spawnSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', { cwd: folder, stdio: 'inherit', shell: true });
    if (npm.status !== 0) {
      console.error(`npm ci failed in ${folder}: see above. It needs Node 20 or later and an npm registry that holds ${names}.`);
      process.exitCode = 1;
    } else {
      const now = new Date();
      utimesSync(stamp, now, now);
    }
  }
} finally {
  rmSync(guard, { force: true });
}
