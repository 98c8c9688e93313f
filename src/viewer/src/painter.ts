import type { ColourMap } from './colours';
import type { Picture } from './picture';
import type { Region } from './view';

/** Intensities shown darkest and brightest, and the exponent on what lies between. */
export interface Levels {
  readonly black: number;
  readonly white: number;
  readonly gamma: number;
}

/** What colour may stand for beside brightness. */
export type Tint = 'depth' | 'time';

/** What lies over each other on a canvas: the whole field, a finer part of it, where not to believe it; what colours the first two. */
export type LayerName = 'base' | 'detail' | 'trust' | `base-${Tint}` | `detail-${Tint}`;

/** What speaks against the result is veiled from here to there, times the noise; 3 is what noise does not explain any more. */
export const doubtful = { from: 2, to: 4 } as const;

/** Whether depths or times are of the same pixels as an image. */
export const belongs = (tint: Picture, image: Picture): boolean =>
  tint.width === image.width && tint.height === image.height && tint.xNm === image.xNm && tint.yNm === image.yNm && tint.pixelNm === image.pixelNm;

/** Draws pictures on a canvas. Sizes are the canvas's own pixels. */
export interface Painter {
  /** For people: what draws. */
  readonly about: string;
  set(layer: LayerName, picture: Picture | null): void;
  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean, tint: Tint | null): void;
}
