// The web viewer in a real browser. Usage: node viewer.mjs CHROMIUM MSTREAM_DLL [SCREENSHOT_FOLDER]
// Prints one JSON line per case, with an empty fault where all is well.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { run, serve, stream } from './service.mjs';

const [executablePath, mstream, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(path.join(os.tmpdir(), 'mstream-viewer-'));
// Machines without a graphics card draw WebGL in software. Containers run as root, which the sandbox refuses.
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const connection = '#connection';
const live = '#connection[data-state=live]';
const about = '#pane-superres .about';

let browser;
let main;
let spare;
const cases = {};

/** A page with its faults: whatever the browser's console calls an error. */
async function open(address, options = {}) {
  const context = await (options.browser ?? browser).newContext({ viewport: options.viewport ?? { width: 1400, height: 1000 } });
  // Machines that build draw without a graphics card: thirty pictures a second of several pages are not theirs to draw.
  await context.addInitScript(() => localStorage.setItem('microscopestream.rate', '5'));
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  if (options.prepare) await options.prepare(page);
  await page.goto(address);
  return page;
}

async function withPage(address, work, options = {}) {
  const page = await open(address, options);
  try {
    return await work(page);
  } finally {
    await page.context().close();
  }
}

const expect = (condition, words) => { if (!condition) throw new Error(words); };
const text = (page, selector) => page.locator(selector).innerText();
const until = (page, words, condition, argument) => page.waitForFunction(condition, argument, { timeout: 30_000 }).catch(() => { throw new Error(`waited in vain: ${words}`); });
const hasText = (page, selector, pattern) => until(
  page, `${selector} says ${pattern}`, ([s, p]) => new RegExp(p).test(document.querySelector(s)?.textContent ?? ''), [selector, pattern]);
const eventually = async (words, condition) => {
  for (const end = Date.now() + 30_000; !(await condition());) expect(Date.now() < end, `waited in vain: ${words}`);
};
const widthOf = (words) => Number(/(\d+) × \d+ px/.exec(words)?.[1]);

async function shoot(page, name, options = {}) {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), ...options });
}

/** What an element looks like: mean of red, green and blue, 0 to 255, and the number of pixels that are clearly no shade of gray. */
async function colourOf(page, selector) {
  const png = (await page.locator(selector).screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    const sums = [0, 0, 0];
    let colourful = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      const rgb = pixels.subarray(i, i + 3);
      rgb.forEach((value, channel) => (sums[channel] += value));
      colourful += Math.max(...rgb) - Math.min(...rgb) > 24 ? 1 : 0;
    }
    return [...sums.map((sum) => (4 * sum) / pixels.length), colourful];
  }, png);
}

const brightness = async (page, selector) => (await colourOf(page, selector)).slice(0, 3).reduce((a, b) => a + b, 0);

/** A page that shows the running session. */
async function showing(page) {
  await page.waitForSelector(live);
  await hasText(page, about, 'localizations');
}

/** A page that follows a stream that goes on: the last pictures of a session that has ended come too, but no progress. */
async function following(page) {
  await hasText(page, '#frames-detail', 'received per s');
  await showing(page);
}

cases.shows_everything = () => withPage(main.http, async (page) => {
  await showing(page);
  await hasText(page, '#found-per-frame', '^[\\d.]+$');
  await hasText(page, '#latency', '^[\\d.]+$');
  expect(/Good|Caution|Do not trust/.test(await text(page, '#trust-level')), 'the trust light says a word');
  expect((await page.locator('#latency-rows tr').count()) >= 6, 'every stage has a latency');
  expect((await page.locator('#session-rows tr').count()) >= 1, 'the session is listed');
  expect((await page.locator('#models li').count()) >= 3, 'the methods are listed');
  expect((await page.locator('#plots figure').count()) >= 5, 'plots are there');
  expect(/48 × 48 px/.test(await text(page, connection)), `the session is described: ${await text(page, connection)}`);
  for (const pane of ['superres', 'widefield']) {
    expect((await brightness(page, `#pane-${pane} .plane`)) > 3, `the ${pane} image is not black`);
  }
  await page.waitForTimeout(2500);
  await shoot(page, 'viewer', { fullPage: true });
  expect(page.faults.length === 0, `the console has errors: ${page.faults.join(' ')}`);
});

cases.first_picture = () => withPage(main.http, async (page) => {
  await showing(page);
  await until(page, 'the first picture is marked', () => performance.getEntriesByName('picture').length > 0);
  const ms = await page.evaluate(() => performance.getEntriesByName('picture')[0].startTime);
  // On the machines that build, anything goes; the figure is in the guide. This holds that nothing waits for a timer.
  expect(ms > 0 && ms < 15_000, `the first picture was there after ${ms} ms`);
  return `${Math.round(ms)} ms`;
});

cases.zoom_asks_for_part = () => withPage(main.http, async (page) => {
  await showing(page);
  const whole = widthOf(await text(page, about));
  for (let i = 0; i < 3; i++) await page.click('#zoom-in');
  await until(page, 'a part comes', ([s, w]) => Number(/(\d+) × \d+ px/.exec(document.querySelector(s).textContent)?.[1]) < w, [about, whole]);
  await until(page, 'the other image follows', () => Number(/(\d+) × \d+ px/.exec(document.querySelector('#pane-widefield .about').textContent)?.[1]) < 48);
  await shoot(page, 'viewer-zoomed');
  await page.click('#fit');
  await until(page, 'the whole comes', ([s, w]) => Number(/(\d+) × \d+ px/.exec(document.querySelector(s).textContent)?.[1]) === w, [about, whole]);
});

cases.keyboard = () => withPage(main.http, async (page) => {
  await showing(page);
  const whole = widthOf(await text(page, about));
  let reached = false;
  for (let i = 0; i < 40 && !reached; i++) {
    await page.keyboard.press('Tab');
    reached = await page.evaluate(() => document.activeElement?.matches('#pane-superres .plane'));
  }
  expect(reached, 'the image is reached by Tab');
  for (const key of ['+', '+', '+', '+', 'ArrowLeft', 'ArrowUp']) await page.keyboard.press(key);
  await until(page, 'a part comes', ([s, w]) => Number(/(\d+) × \d+ px/.exec(document.querySelector(s).textContent)?.[1]) < w, [about, whole]);
  await page.keyboard.press('c');
  expect((await page.locator('#colours').inputValue()) === 'fire', 'C changes the colours');
  await page.keyboard.press('0');
  await until(page, 'the whole comes', ([s, w]) => Number(/(\d+) × \d+ px/.exec(document.querySelector(s).textContent)?.[1]) === w, [about, whole]);
});

cases.contrast_and_colours = () => withPage(main.http, async (page) => {
  await showing(page);
  const plane = '#pane-superres .plane';
  const before = await brightness(page, plane);
  await page.locator('#pane-superres input[type=range]').nth(1).fill('60');
  expect(!(await page.locator('#pane-superres input[type=checkbox]').isChecked()), 'a slider ends the automatic');
  await page.waitForTimeout(300);
  const after = await brightness(page, plane);
  expect(after > before * 1.1, `a lower white makes it brighter: ${before} to ${after}`);
  await page.selectOption('#colours', 'gray');
  await page.waitForTimeout(300);
  const [red, green, blue] = await colourOf(page, plane);
  expect(Math.max(red, green, blue) - Math.min(red, green, blue) < 1, `gray is gray: ${red} ${green} ${blue}`);
  await page.locator('#pane-superres input[type=checkbox]').check();
});

cases.records_localizations = () => withPage(main.http, async (page) => {
  await showing(page);
  await page.click('#record');
  await hasText(page, '#record-note', '[1-9]\\d* recorded');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#record')]);
  const table = readFileSync(await download.path(), 'utf8').trim().split('\n');
  expect(table[0] === '"id","frame","x [nm]","y [nm]","sigma [nm]","intensity [photon]","offset [photon]","bkgstd [photon]","uncertainty [nm]"', table[0]);
  expect(table.length > 1, 'the table has rows');
  for (const row of table.slice(1)) {
    const [, frame, x, y] = row.split(',').map(Number);
    expect(frame >= 1 && x >= -200 && x <= 5000 && y >= -200 && y <= 5000, `a row is out of the field: ${row}`);
  }
  const [snapshot] = await Promise.all([page.waitForEvent('download'), page.click('#snapshot')]);
  expect(readFileSync(await snapshot.path()).subarray(1, 4).toString() === 'PNG', 'the snapshot is a PNG');
  const [plots] = await Promise.all([page.waitForEvent('download'), page.click('#export-plots')]);
  expect(readFileSync(await plots.path(), 'utf8').startsWith('plot,curve,unit,x,x_unit,value\n'), 'the plots are a table');
});

cases.model_card = () => withPage(main.http, async (page) => {
  await page.locator('#models button', { hasText: 'decode-2d-small' }).click();
  await page.waitForSelector('dialog[open]');
  await hasText(page, '#card-body', 'pixel_size_nm');
  await shoot(page, 'model-card');
  await page.keyboard.press('Escape');
  expect((await page.locator('dialog[open]').count()) === 0, 'Escape closes the card');
});

cases.two_viewers = () => withPage(main.http, (one) => withPage(main.http, async (two) => {
  await showing(one);
  await showing(two);
  const whole = widthOf(await text(one, about));
  for (let i = 0; i < 3; i++) await two.click('#zoom-in');
  await until(two, 'a part comes', ([s, w]) => Number(/(\d+) × \d+ px/.exec(document.querySelector(s).textContent)?.[1]) < w, [about, whole]);
  const frames = await text(one, about);
  await until(one, 'the other goes on', ([s, f]) => document.querySelector(s).textContent !== f, [about, frames]);
  expect(widthOf(await text(one, about)) === whole, 'the other keeps its own view');
}));

cases.overload_of_one_viewer = () => withPage(main.http, (busy) => withPage(main.http, async (calm) => {
  await showing(busy);
  await showing(calm);
  const blocked = busy.evaluate(() => { const end = performance.now() + 12_000; while (performance.now() < end); });
  const seen = new Set();
  const end = Date.now() + 11_500;
  while (Date.now() < end && seen.size < 3) {
    seen.add(await text(calm, about));
    await calm.waitForTimeout(100);
  }
  await blocked;
  expect(seen.size >= 2, `the calm viewer went on: ${seen.size} pictures`);
  const stale = await text(busy, about);
  await until(busy, 'the busy viewer catches up', ([s, f]) => document.querySelector(s).textContent !== f, [about, stale]);
  expect(Number(await text(calm, '#dropped')) === 0, 'the session dropped nothing');
}));

cases.no_webgl = async () => {
  const plain = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-3d-apis'] });
  try {
    await withPage(main.http, async (page) => {
      await showing(page);
      await hasText(page, '#painter-note', 'no WebGL2');
      expect((await brightness(page, '#pane-superres .plane')) > 3, 'the image is not black');
      await shoot(page, 'viewer-without-webgl');
    }, { browser: plain });
  } finally {
    await plain.close();
  }
};

cases.accessible = () => withPage(main.http, async (page) => {
  await showing(page);
  const check = async (where) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(serious.length === 0, `${where}: ${serious.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target).join(', ')})`).join('; ')}`);
    return violations.length;
  };
  const findings = [await check('the page')];
  await page.setViewportSize({ width: 820, height: 1180 });
  await page.waitForTimeout(300);
  await shoot(page, 'viewer-tablet');
  findings.push(await check('on a tablet'));
  await page.locator('#models button').first().click();
  await page.waitForSelector('dialog[open]');
  findings.push(await check('a model card'));
  return `${findings.join(', ')} findings below serious`;
});

cases.wrong_message_to_service = () => withPage(main.http, async (page) => {
  const closed = await page.evaluate(() => new Promise((resolve) => {
    const socket = new WebSocket('/watch');
    socket.onopen = () => socket.send(new Uint8Array([255, 255, 255]));
    socket.onclose = (event) => resolve({ code: event.code, reason: event.reason });
  }));
  expect(closed.code === 4400 && closed.reason.length > 0, JSON.stringify(closed));
});

cases.wrong_message_from_service = () => withPage(main.http, async (page) => {
  await page.waitForSelector('#connection[data-state=refused]');
  expect(/does not understand/.test(await text(page, connection)), await text(page, connection));
}, { prepare: (page) => page.routeWebSocket(/\/watch$/, (socket) => socket.onMessage(() => socket.send(Buffer.from([255, 255, 255])))) });

cases.vanished_session = () => withPage(`${main.http}/#session=0123456789abcdef`, async (page) => {
  await hasText(page, connection, 'not there');
  await shoot(page, 'session-vanished');
  await page.selectOption('#session', '');
  await showing(page);
});

cases.stale_token = async () => {
  const service = await serve(mstream, { token: 'today' });
  try {
    await withPage(`${service.http}/#token=yesterday`, async (page) => {
      await page.waitForSelector('#connection[data-state=refused]');
      await page.waitForSelector('#token-form:not([hidden])');
      expect(!page.url().includes('yesterday'), 'the token is taken out of the address');
      await shoot(page, 'token-refused');
      await page.fill('#token', 'today');
      await page.click('#token-form button');
      await hasText(page, connection, 'No session yet');
      await page.waitForSelector('#models li');
    });
    await withPage(service.view, (page) => hasText(page, connection, 'No session yet'));
  } finally {
    await service.stop();
  }
};

// One service for what happens before, at and after the end of a session, and when the service itself goes.

cases.no_session_yet = () => withPage(spare.http, async (page) => {
  await hasText(page, connection, 'No session yet');
  const short = stream(mstream, spare, path.join(folder, 'short', 'frames.tif'), '--fps', '20');
  await showing(page);
  await short.ended;
  await page.waitForSelector('#connection[data-state=ended]');
});

cases.session_ends = () => withPage(spare.http, async (page) => {
  // Slowly, so that a page on a busy machine sees it before its end.
  const short = stream(mstream, spare, path.join(folder, 'short', 'frames.tif'), '--fps', '8');
  await short.ended;
  await page.waitForSelector('#connection[data-state=ended]');
  await hasText(page, '#frames-detail', '40 frames');
  expect(/ended/.test(await text(page, connection)), 'it is said');
  expect((await brightness(page, '#pane-superres .plane')) > 3, 'the last picture stays');
  await shoot(page, 'session-ended');

  // The next one is taken up by itself.
  const next = stream(mstream, spare, path.join(folder, 'short', 'frames.tif'), '--fps', '20');
  await page.waitForSelector(live);
  await next.ended;
});

cases.reconnects = () => withPage(spare.http, async (page) => {
  const first = stream(mstream, spare, path.join(folder, 'long', 'frames.tif'), '--fps', '25');
  await following(page);
  await spare.stop('SIGKILL');
  await first.stop();
  await page.waitForSelector('#connection[data-state=lost]');
  expect(/Trying again/.test(await text(page, connection)), await text(page, connection));
  await shoot(page, 'connection-lost');
  spare = await serve(mstream, { httpPort: new URL(spare.http).port, grpcPort: new URL(spare.grpc).port });
  const second = stream(mstream, spare, path.join(folder, 'long', 'frames.tif'), '--fps', '25');
  try {
    await showing(page);
  } finally {
    await second.stop();
  }
});

// A service of its own: the others have sessions that a page would rather follow.
cases.depth_colours = async () => {
  const at = (name) => path.join(folder, 'deep', name);
  await run(mstream, 'simulate', 'beads', '--out', at('beads'));
  await run(mstream, 'calibrate', 'psf', at('beads/beads.tif'), '--z-step', '20', '--camera', at('beads/camera.json'), '--out', at('psf.json'));
  await run(mstream, 'simulate', 'smlm', '--out', at('sample'), '--psf', at('psf.json'), '--density', '0.1', '--frames', '1500', '--width', '48');
  const own = await serve(mstream);
  const deep = stream(mstream, own, at('sample/frames.tif'), '--method', 'mle', '--psf', at('psf.json'), '--camera', at('sample/camera.json'), '--fps', '25');
  try {
    await withPage(own.http, async (page) => {
      await showing(page);
      await page.waitForSelector('#depth:not([disabled])');
      await hasText(page, '#depth-scale', '-?\\d+ nm.*\\d+ nm');
      expect(await page.locator('#depth').isChecked(), 'where depths come, they are what the colours are for');
      await page.selectOption('#colours', 'gray');
      const plane = '#pane-superres .plane';
      const colourful = async () => (await colourOf(page, plane))[3];
      await eventually('depth is colour', async () => (await colourful()) > 20);
      await shoot(page, 'viewer-depth');
      await page.locator('#depth').uncheck();
      await eventually('and is not, when it is not wanted', async () => (await colourful()) === 0);
      expect(page.faults.length === 0, `the console has errors: ${page.faults.join(' ')}`);
    });
  } finally {
    await deep.stop();
    await own.stop();
  }
};

async function simulate(name, frames) {
  await run(mstream, 'simulate', 'smlm', '--out', path.join(folder, name), '--frames', String(frames), '--width', '48', '--density', '0.4');
}

let running;
try {
  // The stream that most cases watch outlasts them on a slow machine: eight minutes, as long as the test waits.
  await Promise.all([simulate('short', 40), simulate('long', 4000), simulate('main', 12_000)]);
  [browser, main, spare] = await Promise.all([chromium.launch({ executablePath, args }), serve(mstream), serve(mstream)]);
  running = stream(mstream, main, path.join(folder, 'main', 'frames.tif'), '--fps', '25');
  const only = process.env.CASES?.split(',');
  for (const [name, work] of Object.entries(cases)) {
    if (only && !only.includes(name)) continue;
    const started = Date.now();
    let fault = '';
    let note = '';
    try {
      note = (await work()) ?? '';
    } catch (error) {
      fault = String(error?.stack ?? error);
    }
    console.log(JSON.stringify({ case: name, fault, note, ms: Date.now() - started }));
  }
} finally {
  await running?.stop();
  await browser?.close();
  await Promise.all([main?.stop(), spare?.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
