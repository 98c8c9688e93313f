import type { View } from './view';

export interface Keys {
  colours(): void;
  contrast(): void;
}

/** Mouse, touch and keyboard on an image move the view that all images share. */
export function listen(canvas: HTMLCanvasElement, view: View, keys: Keys): void {
  const size = (): [number, number] => [canvas.width, canvas.height];
  const ratio = () => canvas.width / Math.max(1, canvas.clientWidth);
  const pointers = new Map<number, { x: number; y: number }>();

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));

  canvas.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.offsetX, y: event.offsetY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    const r = ratio();
    if (other) {
      const distance = (a: { x: number; y: number }) => Math.max(10, Math.hypot(a.x - other.x, a.y - other.y));
      view.zoom(distance(now) / distance(before), ((now.x + other.x) / 2) * r, ((now.y + other.y) / 2) * r, ...size());
    } else {
      view.pan((now.x - before.x) * r, (now.y - before.y) * r, ...size());
    }
  });

  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    view.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), event.offsetX * ratio(), event.offsetY * ratio(), ...size());
  }, { passive: false });
  canvas.addEventListener('dblclick', () => view.fit());

  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [width, height] = size();
    const step = Math.min(width, height) / 8;
    const middle = [width / 2, height / 2, width, height] as const;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => view.pan(step, 0, width, height),
      ArrowRight: () => view.pan(-step, 0, width, height),
      ArrowUp: () => view.pan(0, step, width, height),
      ArrowDown: () => view.pan(0, -step, width, height),
      '+': () => view.zoom(1.25, ...middle),
      '=': () => view.zoom(1.25, ...middle),
      '-': () => view.zoom(0.8, ...middle),
      '0': () => view.fit(),
      c: keys.colours,
      a: keys.contrast,
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
