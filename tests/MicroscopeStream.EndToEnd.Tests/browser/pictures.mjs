// Pictures of the live view for the guide, each task at rest and under load, and the pictures per second that a page draws.
// Usage: node pictures.mjs CHROMIUM MSTREAM_DLL FOLDER [NAMES]
// Under load: the same stream several times as fast, and seven viewers more who take every picture at 30 per second.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { run, serve, stream } from './service.mjs';

const [executablePath, mstream, out, names] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'mstream-pictures-'));
const at = (...name) => path.join(folder, ...name);
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const psf = async () => {
  await run(mstream, 'simulate', 'beads', '--out', at('beads'));
  await run(mstream, 'calibrate', 'psf', at('beads/beads.tif'), '--z-step', '20', '--camera', at('beads/camera.json'), '--out', at('psf.json'));
};

// Rates are camera frames per second, at rest and under load; what the page is told to show is in show.
const scenes = {
  localization: {
    simulate: ['smlm', '--frames', '4000', '--width', '96', '--density', '0.3'], stream: ['--method', 'mle'], rates: [25, 100], show: { '#tint': 'time' },
  },
  '3d': { prepare: psf, simulate: ['smlm', '--frames', '4000', '--width', '64', '--density', '0.2', '--psf', at('psf.json')], stream: ['--method', 'mle', '--psf', at('psf.json')], rates: [25, 100] },
  sim: {
    simulate: ['sim', '--groups', '30', '--width', '160'], stream: ['--method', 'wiener', '--order', '3x3', '--wavelength', '525', '--na', '1.4', '--pixel-size', '80'], rates: [6, 18],
  },
  image: { models: true, simulate: ['smlm', '--frames', '1500', '--width', '96', '--density', '2'], stream: ['--method', 'smooth'], rates: [10, 50] },
  video: { simulate: ['video', '--frames', '4000', '--width', '64', '--rate', '100'], stream: ['--method', 'dblink-small'], rates: [50, 100], show: { '#revision': '2' } },
  'drawn-512': { simulate: ['smlm', '--frames', '3000', '--width', '104', '--density', '0.1'], stream: ['--method', 'phasor'], rates: [30], drawn: true },
  'drawn-2048': { simulate: ['smlm', '--frames', '1500', '--width', '408', '--density', '0.1'], stream: ['--method', 'phasor'], rates: [30], drawn: true },
};

/** A page that counts how often its large image is painted, and which previews it has taken over. */
async function open(browser, address) {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 1110 } })).newPage();
  await page.addInitScript(() => {
    globalThis.painted = 0;
    const clear = WebGL2RenderingContext.prototype.clear;
    WebGL2RenderingContext.prototype.clear = function (mask) {
      if (this.canvas.closest('#pane-superres')) globalThis.painted++;
      clear.call(this, mask);
    };
  });
  await page.goto(address);
  await page.waitForSelector('#pane-superres .empty[hidden]', { state: 'attached', timeout: 60_000 });
  return page;
}

/** Viewers who take everything at once: {watch: {preview_rate: 30, max_preview_size: 1024}}, and an acknowledgement of all that will come. */
async function crowd(browser, address, count) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${address}/healthz`);
  await page.evaluate((n) => {
    for (let i = 0; i < n; i++) {
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/watch');
      const watch = new Uint8Array([0x12, 12, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0x28, 0x80, 0x08]);
      new DataView(watch.buffer).setFloat64(3, 30, true);
      watch[1] = watch.length - 2;
      socket.onopen = () => {
        socket.send(watch);
        socket.send(new Uint8Array([0x1a, 8, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]));
      };
    }
  }, count);
}

const perSecond = async (page, seconds) => {
  const [before, from] = await page.evaluate(() => [globalThis.painted, performance.now()]);
  await page.waitForTimeout(1000 * seconds);
  const [after, to] = await page.evaluate(() => [globalThis.painted, performance.now()]);
  return (1000 * (after - before)) / (to - from);
};

mkdirSync(out, { recursive: true });
await run(mstream, 'models', 'import', path.join(import.meta.dirname, '..', '..', 'models', 'smooth.onnx'), '--out', at('models'), '--id', 'smooth', '--yes');
for (const [name, scene] of Object.entries(scenes)) {
  if (names && !names.split(',').includes(name)) continue;
  await scene.prepare?.();
  await run(mstream, 'simulate', scene.simulate[0], '--out', at(name), ...scene.simulate.slice(1));
  for (const [i, rate] of scene.rates.entries()) {
    const browser = await chromium.launch({ executablePath, args });
    const service = await serve(mstream, scene.models ? { models: at('models') } : {});
    const frames = stream(mstream, service, at(name, 'frames.tif'), ...scene.stream, '--camera', at(name, 'camera.json'), '--fps', String(rate));
    try {
      const page = await open(browser, service.http);
      if (i > 0) await crowd(browser, service.http, 7);
      for (const [control, value] of Object.entries(scene.show ?? {})) await page.selectOption(control, value, { timeout: 60_000 });
      await page.waitForTimeout(scene.drawn ? 3000 : 8000);
      const drawn = await perSecond(page, scene.drawn ? 10 : 5);
      const about = await page.locator('#pane-superres .about').innerText();
      const load = os.loadavg()[0].toFixed(1);
      console.log(`${name} ${i > 0 ? 'under load' : 'at rest'}, ${rate} frames per s: ${drawn.toFixed(1)} pictures drawn per s; ${about}; dropped ${await page.locator('#dropped').innerText()}; load of the machine ${load}`);
      if (!scene.drawn) await page.screenshot({ path: path.join(out, `live-view-${name}${i > 0 ? '-load' : ''}.png`) });
      if (scene.drawn) {
        await crowd(browser, service.http, 7);
        console.log(`${name} with seven viewers more: ${(await perSecond(page, 10)).toFixed(1)} pictures drawn per s; load of the machine ${os.loadavg()[0].toFixed(1)}`);
      }
    } catch (error) {
      console.log(`${name}: ${error}`);
    } finally {
      await frames.stop();
      await browser.close();
      await service.stop();
    }
  }
}
rmSync(folder, { recursive: true, force: true });
