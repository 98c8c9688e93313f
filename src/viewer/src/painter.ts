import type { ColourMap } from './colours';
import type { Picture } from './picture';
import type { Region } from './view';

/** Intensities shown darkest and brightest, and the exponent on what lies between. */
export interface Levels {
  readonly black: number;
  readonly white: number;
  readonly gamma: number;
}

/** What lies over each other on a canvas: the whole field, a finer part of it, where not to believe it; depths of the first two. */
export type LayerName = 'base' | 'detail' | 'trust' | 'base-depth' | 'detail-depth';

/** What speaks against the result is veiled from here to there, times the noise; 3 is what noise does not explain any more. */
export const doubtful = { from: 2, to: 4 } as const;

/** Whether a depth is of the same pixels as an image. */
export const belongs = (depth: Picture, image: Picture): boolean =>
  depth.width === image.width && depth.height === image.height && depth.xNm === image.xNm && depth.yNm === image.yNm && depth.pixelNm === image.pixelNm;

/** Draws pictures on a canvas. Sizes are the canvas's own pixels. */
export interface Painter {
  /** For people: what draws. */
  readonly about: string;
  set(layer: LayerName, picture: Picture | null): void;
  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean, showDepth: boolean): void;
}
