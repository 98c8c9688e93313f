import { type ColourMap, depthPalette } from './colours';
import { belongs, doubtful, type LayerName, type Levels, type Painter, type Tint } from './painter';
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

  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean, tint: Tint | null): void {
    const context = this.#context;
    context.fillStyle = '#000';
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const scale = this.#canvas.width / visible.width;
    for (const name of ['base', 'detail', 'trust'] as const) {
      const layer = this.#layers.get(name);
      if (!layer || (name === 'trust' && !showTrust)) continue;
      const { picture } = layer;
      const second = name === 'trust' || !tint ? undefined : this.#layers.get(`${name}-${tint}`)?.picture;
      const deep = second && belongs(second, picture) ? second : null;
      const wanted = `${levels.black} ${levels.white} ${levels.gamma} ${colours.name} ${deep ? `${tint} ${deep.frames}` : ''}`;
      if (layer.made !== wanted) {
        if (deep) colourBy(picture, deep, layer.coloured, levels);
        else colour(picture, layer.coloured, name === 'trust' ? doubts(picture) : tableOf(picture, levels, colours));
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
  return Uint32Array.from(levelsOf(picture, levels), (level) => entries[Math.round(255 * level)] ?? 0);
}

/** How light each code is shown, 0 to 1. */
function levelsOf(picture: Picture, levels: Levels): Float32Array {
  const span = Math.max(levels.white - levels.black, 1e-12);
  return Float32Array.from({ length: 256 }, (_, code) => {
    const value = picture.least + (code / 255) * (picture.largest - picture.least);
    return Math.min(Math.max((value - levels.black) / span, 0), 1) ** levels.gamma;
  });
}

/** Where nothing is to be believed, half a veil. */
function doubts(picture: Picture): Uint32Array {
  const doubt = levelsOf(picture, { black: doubtful.from, white: doubtful.to, gamma: 1 });
  return Uint32Array.from(doubt, (share) => ((Math.round(share * 127) << 24) | 0xddc458) >>> 0);
}

function colourBy(picture: Picture, tint: Picture, target: HTMLCanvasElement, levels: Levels): void {
  const light = levelsOf(picture, levels);
  const { table } = depthPalette;
  fill(picture, target, (pixels, i) => {
    const level = light[picture.codes[i]!]!;
    const at = 4 * Math.max(0, tint.codes[i]! - 1);
    pixels[i] = 0xff000000 + ((table[at + 2]! * level) << 16) + ((table[at + 1]! * level) << 8) + Math.floor(table[at]! * level);
  });
}

function colour(picture: Picture, target: HTMLCanvasElement, table: Uint32Array): void {
  fill(picture, target, (pixels, i) => (pixels[i] = table[picture.codes[i]!]!));
}

function fill(picture: Picture, target: HTMLCanvasElement, set: (pixels: Uint32Array, i: number) => void): void {
  [target.width, target.height] = [picture.width, picture.height];
  const context = target.getContext('2d');
  if (!context) return;
  const image = context.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) set(pixels, i);
  context.putImageData(image, 0, 0);
}
