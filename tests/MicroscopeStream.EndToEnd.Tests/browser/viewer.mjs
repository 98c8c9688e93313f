// The web viewer in a real browser. Usage: node viewer.mjs CHROMIUM MSTREAM_DLL [SCREENSHOT_FOLDER]
// Prints one JSON line per case, with an empty fault where all is well.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import {
  about, brightness, colourOf, connection, eventually, expect, following, hasText, live, shared, shoot, showing, text, until, widthOf, withPage,
} from './page.mjs';
import { run, serve, stream } from './service.mjs';
import { taskCases } from './tasks.mjs';

const [executablePath, mstream, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(path.join(os.tmpdir(), 'mstream-viewer-'));
// Machines without a graphics card draw WebGL in software. Containers run as root, which the sandbox refuses.
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
let browser;
let main;
let spare;
const cases = {};

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
  // The page stops in its tracks, until it is told to go on: however slow the machine, the calm one is seen to go on meanwhile.
  const debug = await busy.context().newCDPSession(busy);
  await debug.send('Debugger.enable');
  const stopped = new Promise((resolve) => debug.once('Debugger.paused', resolve));
  await debug.send('Debugger.pause');
  await stopped;
  for (let seen = 0; seen < 3; seen++) {
    const before = await text(calm, about);
    await until(calm, 'the calm viewer goes on', ([s, f]) => document.querySelector(s).textContent !== f, [about, before]);
  }
  await debug.send('Debugger.disable');
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

async function simulate(name, frames) {
  await run(mstream, 'simulate', 'smlm', '--out', path.join(folder, name), '--frames', String(frames), '--width', '48', '--density', '0.4');
}

let running;
try {
  // The stream that most cases watch outlasts them on a slow machine: eight minutes, as long as the test waits.
  await Promise.all([simulate('short', 40), simulate('long', 4000), simulate('main', 12_000)]);
  [browser, main, spare] = await Promise.all([chromium.launch({ executablePath, args }), serve(mstream), serve(mstream)]);
  Object.assign(shared, { browser, screenshots });
  Object.assign(cases, taskCases(mstream, folder));
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
