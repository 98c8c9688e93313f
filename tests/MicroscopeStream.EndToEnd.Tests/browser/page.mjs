// What the browser tests share: pages, what is waited for in them, and what they look like.
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** What does not come in this time does not come: ten times as long as a machine of two busy cores takes. */
const patienceMs = 60_000;

/** Set once, before the first case. */
export const shared = { browser: null, screenshots: '' };

export const connection = '#connection';
export const live = '#connection[data-state=live]';
export const about = '#pane-superres .about';

/** A page with its faults: whatever the browser's console calls an error. */
export async function open(address, options = {}) {
  const context = await (options.browser ?? shared.browser).newContext({ viewport: options.viewport ?? { width: 1400, height: 1000 } });
  // Machines that build draw without a graphics card: thirty pictures a second of several pages are not theirs to draw.
  await context.addInitScript(() => localStorage.setItem('microscopestream.rate', '5'));
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  if (options.prepare) await options.prepare(page);
  await page.goto(address);
  return page;
}

export async function withPage(address, work, options = {}) {
  const page = await open(address, options);
  try {
    return await work(page);
  } finally {
    await page.context().close();
  }
}

export const expect = (condition, words) => { if (!condition) throw new Error(words); };
export const text = (page, selector) => page.locator(selector).innerText();
export const until = (page, words, condition, argument) => page.waitForFunction(condition, argument, { timeout: patienceMs }).catch(() => { throw new Error(`waited in vain: ${words}`); });
export const hasText = (page, selector, pattern) => until(
  page, `${selector} says ${pattern}`, ([s, p]) => new RegExp(p).test(document.querySelector(s)?.textContent ?? ''), [selector, pattern]);
export const eventually = async (words, condition) => {
  for (const end = Date.now() + patienceMs; !(await condition());) expect(Date.now() < end, `waited in vain: ${words}`);
};
export const widthOf = (words) => Number(/(\d+) × \d+ px/.exec(words)?.[1]);

export async function shoot(page, name, options = {}) {
  if (!shared.screenshots) return;
  mkdirSync(shared.screenshots, { recursive: true });
  await page.screenshot({ path: path.join(shared.screenshots, `${name}.png`), ...options });
}

/** What an element looks like: mean of red, green and blue, 0 to 255, and the number of pixels that are clearly no shade of gray. */
export async function colourOf(page, selector) {
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

export const brightness = async (page, selector) => (await colourOf(page, selector)).slice(0, 3).reduce((a, b) => a + b, 0);

/** A page that shows the running session. */
export async function showing(page) {
  await page.waitForSelector(live);
  await hasText(page, about, 'localizations');
}

/** A page that follows a stream that goes on: the last pictures of a session that has ended come too, but no progress. */
export async function following(page) {
  await hasText(page, '#frames-detail', 'received per s');
  await showing(page);
}
