import { download } from './dom';
import { fileTime } from './format';
import type { Pane } from './pane';

/** Saves the images side by side as they are on the screen, with what they are. */
export function saveSnapshot(panes: readonly Pane[], caption: string): void {
  const pictures = panes.map((pane) => pane.snapshot());
  const gap = 8;
  const line = 28;
  const width = pictures.reduce((sum, one) => sum + one.width, gap * (pictures.length - 1));
  const height = Math.max(...pictures.map((one) => one.height)) + line;
  const sheet = document.createElement('canvas');
  [sheet.width, sheet.height] = [width, height];
  const context = sheet.getContext('2d');
  if (!context) return;
  context.fillStyle = '#0b0e12';
  context.fillRect(0, 0, width, height);
  let left = 0;
  for (const picture of pictures) {
    context.drawImage(picture, left, 0);
    left += picture.width + gap;
  }
  context.fillStyle = '#eef2f6';
  context.font = '15px system-ui, sans-serif';
  context.fillText(caption, 6, height - 9, width - 12);
  sheet.toBlob((blob) => {
    if (blob) download(`microscopestream-${fileTime()}.png`, blob);
  }, 'image/png');
}
