import type { ColourMap } from './colours';
import type { LayerName, Levels, Painter } from './painter';
import type { Picture } from './picture';
import type { Region } from './view';

/** Draws without WebGL: colours are made here, pixel by pixel, and the browser scales the result. The same picture, slower. */
export class PlainPainter implements Painter {
  readonly about = '2D canvas';
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #layers = new Map<LayerName, { picture: Picture; coloured: HTMLCanvasElement; made: string }>();

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser draws neither with WebGL2 nor on a 2D canvas.');
    [this.#canvas, this.#context] = [canvas, context];
  }

  set(name: LayerName, picture: Picture | null): void {
    if (picture) this.#layers.set(name, { picture, coloured: this.#layers.get(name)?.coloured ?? document.createElement('canvas'), made: '' });
    else this.#layers.delete(name);
  }

  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean): void {
    const context = this.#context;
    context.fillStyle = '#000';
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const scale = this.#canvas.width / visible.width;
    for (const name of ['base', 'detail', 'trust'] as const) {
      const layer = this.#layers.get(name);
      if (!layer || (name === 'trust' && !showTrust)) continue;
      const { picture } = layer;
      const wanted = `${levels.black} ${levels.white} ${levels.gamma} ${colours.name}`;
      if (layer.made !== wanted) {
        colour(picture, layer.coloured, name === 'trust' ? doubts() : tableOf(picture, levels, colours));
        layer.made = wanted;
      }
      const size = picture.pixelNm * scale;
      context.imageSmoothingEnabled = size < 1;
      context.drawImage(
        layer.coloured, (picture.xNm - visible.x) * scale, (picture.yNm - visible.y) * scale, picture.width * size, picture.height * size);
    }
  }
}

/** The colour of each code, as the pixels of ImageData (red in the lowest byte). */
function tableOf(picture: Picture, levels: Levels, colours: ColourMap): Uint32Array {
  const entries = new Uint32Array(colours.table.buffer);
  const span = Math.max(levels.white - levels.black, 1e-12);
  return Uint32Array.from({ length: 256 }, (_, code) => {
    const value = picture.least + (code / 255) * (picture.largest - picture.least);
    const level = Math.min(Math.max((value - levels.black) / span, 0), 1);
    return entries[Math.round(255 * level ** levels.gamma)] ?? 0;
  });
}

/** Where nothing is to be believed, half a veil. */
function doubts(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, code) => ((Math.round((255 - code) * 0.5) << 24) | 0xddc458) >>> 0);
}

function colour(picture: Picture, target: HTMLCanvasElement, table: Uint32Array): void {
  [target.width, target.height] = [picture.width, picture.height];
  const context = target.getContext('2d');
  if (!context) return;
  const image = context.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[picture.codes[i]!]!;
  context.putImageData(image, 0, 0);
}
