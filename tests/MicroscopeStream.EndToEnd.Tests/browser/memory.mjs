// Memory of the page over time. Usage: node memory.mjs CHROMIUM MSTREAM_DLL MINUTES
// Prints the heap after a collection, and the number of nodes, every half minute.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { run, serve, stream } from './service.mjs';

const [executablePath, mstream, minutes] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'mstream-memory-'));
const fps = 30;
await run(mstream, 'simulate', 'smlm', '--out', folder, '--frames', String(Math.ceil(Number(minutes) * 60 * fps) + 900), '--width', '48', '--density', '0.4');
const [browser, service] = await Promise.all([
  chromium.launch({ executablePath, args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'] }),
  serve(mstream)]);
const streaming = stream(mstream, service, path.join(folder, 'frames.tif'), '--fps', String(fps));
try {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 1000 } })).newPage();
  await page.goto(service.http);
  await page.waitForSelector('#connection[data-state=live]');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const started = Date.now();
  console.log('  s   heap MB   nodes   shown');
  for (let i = 0; i <= Number(minutes) * 2; i++) {
    await page.waitForTimeout(Math.max(0, started + i * 30_000 - Date.now()));
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    const value = (name) => metrics.find((metric) => metric.name === name).value;
    const pictures = await page.locator('#pane-superres .about').innerText();
    console.log(`${String(i * 30).padStart(3)}   ${(value('JSHeapUsedSize') / 1e6).toFixed(2).padStart(7)}   ${value('Nodes')}   ${pictures}`);
  }
} finally {
  await streaming.stop();
  await browser.close();
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
}
