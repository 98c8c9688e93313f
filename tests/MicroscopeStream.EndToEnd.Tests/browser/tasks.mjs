// What the page shows of each task. Every case has a service of its own: others have sessions that a page would rather follow.
// The page is open before the frames come, and what is asked of it stays there when they have ended: nothing hangs on the moment.
import path from 'node:path';
import { about, brightness, colourOf, eventually, expect, hasText, shoot, text, until, withPage } from './page.mjs';
import { run, serve, stream } from './service.mjs';

const plane = '#pane-superres .plane';
const moment = '#pane-superres .moment';
const repository = path.join(import.meta.dirname, '..', '..', '..');

export function taskCases(mstream, folder) {
  const at = (...name) => path.join(folder, ...name);

  /** A page on a service of its own, and the stream of a file into it. */
  async function watching(file, args, work, options = {}) {
    const service = await serve(mstream, options);
    let frames;
    try {
      return await withPage(service.http, async (page) => {
        await hasText(page, '#connection', 'No session yet');
        frames = stream(mstream, service, file, ...args);
        await hasText(page, about, '\\d');
        const said = await work(page);
        expect(page.faults.length === 0, `the console has errors: ${page.faults.join(' ')}`);
        return said;
      });
    } finally {
      await frames?.stop();
      await service.stop();
    }
  }

  const shown = (page, selector) => page.locator(selector).isVisible();

  return {
    async structured_illumination() {
      // Another lens than stated, and uneven steps of the pattern: there is something to say against the result.
      await run(mstream, 'simulate', 'sim', '--out', at('sim'), '--groups', '12', '--width', '128', '--phase-error', '0.5');
      const args = ['--method', 'wiener', '--pixel-size', '80', '--camera', at('sim/camera.json'), '--order', '3x3', '--wavelength', '525', '--na', '1.0', '--fps', '9'];
      return watching(at('sim/frames.tif'), args, async (page) => {
        await hasText(page, '#plots', 'Modulation contrast');
        await hasText(page, '#carrier-rows', '1');
        const rows = await page.locator('#carrier-rows tr').allInnerTexts();
        expect(rows.length === 3, `three angles have three carriers: ${rows.join(' | ')}`);
        for (const row of rows) {
          const [, x, y, period, modulation] = row.split(/\s+/).map(Number);
          expect(Math.abs(1000 / Math.hypot(x, y) - period) < 0.5, `period and carrier say the same: ${row}`);
          expect(period > 150 && period < 400 && modulation > 0.1 && modulation < 1, `the carrier is one: ${row}`);
        }
        await hasText(page, '#pattern-note', 'Estimated .*stated order');
        await hasText(page, '#trust-level', 'Do not trust');
        for (const reason of ['check numerical aperture', 'phase steps are uneven', 'modulation of the raw frames', 'does not explain the raw frames']) {
          await hasText(page, '#trust-reasons', reason);
        }
        await hasText(page, '#resolution', '^[\\d.]+$');
        await hasText(page, '#resolution-detail', 'decorrelation');
        for (const absent of ['#record', '#found-per-frame']) expect(!(await shown(page, absent)), `${absent} is of localizations`);
        await page.waitForSelector('#overlay:not([disabled])');
        await page.selectOption('#colours', 'gray');
        const colourful = async () => (await colourOf(page, plane))[3];
        await eventually('gray is gray', async () => (await colourful()) === 0);
        await page.locator('#overlay').check();
        await eventually('the veil lies over what is not explained', async () => (await colourful()) > 20);
        await shoot(page, 'viewer-sim', { fullPage: true });
      });
    },

    async living_sample() {
      await run(mstream, 'simulate', 'video', '--out', at('living'), '--frames', '600', '--rate', '25');
      const args = ['--method', 'sliding', '--look-ahead', '3', '--camera', at('living/camera.json'), '--fps', '25'];
      return watching(at('living/frames.tif'), args, async (page) => {
        await hasText(page, '#found-per-frame', '^[\\d.]+$');
        expect((await brightness(page, plane)) > 3, 'the image is not black');
        expect(!(await shown(page, '#pattern')), 'a video has no pattern');
        await hasText(page, moment, '^[\\d.]+–[\\d.]+ s · provisional$');
        const [from, to] = (await text(page, moment)).split(/[–\s]/).map(Number);
        expect(Math.abs(to - from - 0.4) < 0.011, `ten frames at 25 per second last 0.4 s: ${from} to ${to}`);
        await page.waitForSelector('#revision option[value="2"]:not([disabled])', { state: 'attached' });
        await page.selectOption('#revision', '2');
        await hasText(page, moment, 'refined by 3 later slices, changed by [\\d.]+ %$');
        await hasText(page, '#plots', 'Changed by refining');
        await until(page, 'there is something to play back', () => Number(document.querySelector('#playback').max) >= 3);
        await page.locator('#playback').fill('1');
        await hasText(page, moment, 'refined .* s before the newest');
        await page.click('#play');
        await hasText(page, '#play', 'Pause');
        await page.click('#live');
        await hasText(page, '#play', 'Play');
        await hasText(page, moment, 'changed by [\\d.]+ %$');
        await shoot(page, 'viewer-video', { fullPage: true });
      });
    },

    async image_network() {
      await run(mstream, 'models', 'import', path.join(repository, 'tests', 'models', 'finer2.onnx'), '--out', at('models'), '--id', 'finer', '--yes');
      return watching(at('short/frames.tif'), ['--method', 'finer', '--camera', at('short/camera.json'), '--fps', '10'], async (page) => {
        await hasText(page, about, '96 × 96 px of 50 nm');
        await hasText(page, '#pane-widefield .about', '48 × 48 px of 100 nm');
        expect((await brightness(page, plane)) > 3, 'the image is not black');
        await hasText(page, '#latency', '^[\\d.]+$');
        expect(/Good|Caution|Do not trust/.test(await text(page, '#trust-level')), 'the trust light says a word');
        for (const absent of ['#record', '#found-per-frame', '#resolution', '#pattern']) expect(!(await shown(page, absent)), `${absent} is not of this task`);
        await shoot(page, 'viewer-image', { fullPage: true });
        return text(page, '#trust-reasons');
      }, { models: at('models') });
    },

    async depth_and_time_colours() {
      await run(mstream, 'simulate', 'beads', '--out', at('beads'));
      await run(mstream, 'calibrate', 'psf', at('beads/beads.tif'), '--z-step', '20', '--camera', at('beads/camera.json'), '--out', at('psf.json'));
      await run(mstream, 'simulate', 'smlm', '--out', at('deep'), '--psf', at('psf.json'), '--density', '0.1', '--frames', '1500', '--width', '48');
      const args = ['--method', 'mle', '--psf', at('psf.json'), '--camera', at('deep/camera.json'), '--fps', '25'];
      return watching(at('deep/frames.tif'), args, async (page) => {
        await hasText(page, '#tint-scale', '-?\\d+ nm.*\\d+ nm');
        expect((await page.locator('#tint').inputValue()) === 'depth', 'where depths come, they are what the colours are for');
        await page.selectOption('#colours', 'gray');
        const colourful = async () => (await colourOf(page, plane))[3];
        await eventually('depth is colour', async () => (await colourful()) > 20);
        await shoot(page, 'viewer-depth');
        await page.selectOption('#tint', '');
        await eventually('and is not, when it is not wanted', async () => (await colourful()) === 0);
        await page.selectOption('#tint', 'time');
        await hasText(page, '#tint-scale', '\\d s.*[1-9][\\d.]* s');
        await eventually('time is colour', async () => (await colourful()) > 20);
        await shoot(page, 'viewer-time');
      });
    },
  };
}
