/** A colour map: 256 RGBA entries, lightness rising, so that it reads the same in gray and for colour-blind eyes. */
export interface ColourMap {
  readonly name: string;
  readonly table: Uint8Array;
}

function fromPoints(name: string, points: readonly number[]): ColourMap {
  const table = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (points.length - 1);
    const low = Math.min(Math.floor(at), points.length - 2);
    const [a, b] = [points[low] ?? 0, points[low + 1] ?? 0];
    for (let channel = 0; channel < 3; channel++) {
      const shift = 16 - 8 * channel;
      const [from, to] = [(a >> shift) & 255, (b >> shift) & 255];
      table[4 * i + channel] = Math.round(from + (at - low) * (to - from));
    }
    table[4 * i + 3] = 255;
  }
  return { name, table };
}

/** Colours of depth, equally light (MicroscopeStream.Imaging, DepthPalette): brightness is left for brightness. */
export const depthPalette: ColourMap = fromPoints('depth', [0x43bbfc, 0xbfa6de, 0xeb97c0, 0xfa92a4, 0xfb9581, 0xed9f59, 0xbbb506]);

/** The service's own maps by the same control points (MicroscopeStream.Imaging), and cividis (Nuñez, Anderton and Renslow 2018, CC0). */
export const colourMaps: readonly [ColourMap, ...ColourMap[]] = [
  fromPoints('inferno', [0x000004, 0x210c4a, 0x57106e, 0x8a226a, 0xbc3754, 0xe45a31, 0xf98e09, 0xf9cb35, 0xfcffa4]),
  fromPoints('fire', [0x000000, 0x550000, 0xaa0000, 0xff0000, 0xff5500, 0xffaa00, 0xffff00, 0xffff80, 0xffffff]),
  fromPoints('viridis', [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725]),
  fromPoints('cividis', [0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xfee838]),
  fromPoints('gray', [0x000000, 0xffffff]),
];
