import { type ColourMap, depthPalette } from './colours';
import { belongs, doubtful, type LayerName, type Levels, type Painter, type Tint } from './painter';
import type { Picture } from './picture';
import type { Region } from './view';

const vertexShader = `#version 300 es
uniform vec4 u_layer;   // x, y, width, height of the plane, nm
uniform vec4 u_visible; // the same of the canvas
out vec2 v_at;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  v_at = corner;
  vec2 place = (u_layer.xy + corner * u_layer.zw - u_visible.xy) / u_visible.zw;
  gl_Position = vec4(place.x * 2.0 - 1.0, 1.0 - place.y * 2.0, 0.0, 1.0);
}`;

const fragmentShader = `#version 300 es
precision highp float;
uniform sampler2D u_plane;
uniform sampler2D u_colours;
uniform sampler2D u_depth;
uniform sampler2D u_palette;
uniform bool u_deep;
uniform vec3 u_levels;  // black and white, or where doubt begins and ends, as shares of the codes; exponent
uniform bool u_trust;
in vec2 v_at;
out vec4 colour;
void main() {
  float code = texture(u_plane, v_at).r;
  if (u_trust) {
    // Stripes as well as colour, for eyes that do not see it.
    float doubt = clamp((code - u_levels.x) / (u_levels.y - u_levels.x), 0.0, 1.0);
    float stripe = step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / 12.0));
    float alpha = doubt * mix(0.25, 0.6, stripe);
    colour = vec4(vec3(0.35, 0.77, 0.87) * alpha, alpha);
    return;
  }
  float level = clamp((code - u_levels.x) / max(u_levels.y - u_levels.x, 1e-6), 0.0, 1.0);
  if (u_deep) {
    // Codes from 1 on are depths or times; 0 is dark anyway.
    float depth = clamp((texture(u_depth, v_at).r * 255.0 - 1.0) / 254.0, 0.0, 1.0);
    colour = vec4(texture(u_palette, vec2((depth * 255.0 + 0.5) / 256.0, 0.5)).rgb * pow(level, u_levels.z), 1.0);
    return;
  }
  colour = vec4(texture(u_colours, vec2((pow(level, u_levels.z) * 255.0 + 0.5) / 256.0, 0.5)).rgb, 1.0);
}`;

interface Layer {
  picture: Picture;
  readonly texture: WebGLTexture;
  width: number;
  height: number;
}

/** Draws with WebGL2: codes go to the graphics card as they came, contrast and colour are made there. */
export class WebGlPainter implements Painter {
  readonly about = 'WebGL2';
  readonly #gl: WebGL2RenderingContext;
  readonly #canvas: HTMLCanvasElement;
  readonly #layers = new Map<LayerName, Layer>();
  readonly #spare: WebGLTexture[] = [];
  #program!: WebGLProgram;
  #colours!: WebGLTexture;
  #coloursOf = '';
  #places!: Record<'u_layer' | 'u_visible' | 'u_levels' | 'u_trust' | 'u_plane' | 'u_colours' | 'u_depth' | 'u_palette' | 'u_deep', WebGLUniformLocation | null>;

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    [this.#canvas, this.#gl] = [canvas, gl];
    this.#prepare();
    // A driver that is reset takes everything with it: prevented, the context comes back and is filled again.
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      const pictures = [...this.#layers].map(([name, layer]) => [name, layer.picture] as const);
      this.#layers.clear();
      this.#spare.length = 0;
      this.#prepare();
      for (const [name, picture] of pictures) this.set(name, picture);
      canvas.dispatchEvent(new Event('repaint'));
    });
  }

  /** A painter, or null where the browser has no WebGL2. */
  static tryCreate(canvas: HTMLCanvasElement): WebGlPainter | null {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true });
    return gl ? new WebGlPainter(canvas, gl) : null;
  }

  set(name: LayerName, picture: Picture | null): void {
    const gl = this.#gl;
    let layer = this.#layers.get(name);
    if (!picture) {
      if (layer) this.#spare.push(layer.texture);
      this.#layers.delete(name);
      return;
    }
    if (!layer) {
      layer = { picture, texture: this.#spare.pop() ?? this.#texture(), width: 0, height: 0 };
      this.#layers.set(name, layer);
    }
    layer.picture = picture;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, layer.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (layer.width === picture.width && layer.height === picture.height) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, picture.width, picture.height, gl.RED, gl.UNSIGNED_BYTE, picture.codes);
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, picture.width, picture.height, 0, gl.RED, gl.UNSIGNED_BYTE, picture.codes);
      [layer.width, layer.height] = [picture.width, picture.height];
    }
  }

  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean, tint: Tint | null): void {
    const gl = this.#gl;
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.#program);
    gl.uniform4f(this.#places.u_visible, visible.x, visible.y, visible.width, visible.height);
    this.#useColours(colours);
    gl.disable(gl.BLEND);
    for (const name of ['base', 'detail', 'trust'] as const) {
      const layer = this.#layers.get(name);
      if (!layer || (name === 'trust' && !showTrust)) continue;
      const { picture } = layer;
      const span = picture.largest - picture.least || 1;
      gl.uniform4f(this.#places.u_layer, picture.xNm, picture.yNm, picture.width * picture.pixelNm, picture.height * picture.pixelNm);
      const [black, white] = name === 'trust' ? [doubtful.from, doubtful.to] : [levels.black, levels.white];
      gl.uniform3f(this.#places.u_levels, (black - picture.least) / span, (white - picture.least) / span, levels.gamma);
      gl.uniform1i(this.#places.u_trust, name === 'trust' ? 1 : 0);
      const second = name === 'trust' || !tint ? undefined : this.#layers.get(`${name}-${tint}`);
      const deep = second !== undefined && belongs(second.picture, picture);
      gl.uniform1i(this.#places.u_deep, deep ? 1 : 0);
      if (deep) {
        gl.activeTexture(gl.TEXTURE2);
        gl.bindTexture(gl.TEXTURE_2D, second.texture);
      }
      if (name === 'trust') {
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      }
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, layer.texture);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
  }

  #useColours(colours: ColourMap): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.#colours);
    if (this.#coloursOf !== colours.name) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours.table);
      this.#coloursOf = colours.name;
    }
  }

  #prepare(): void {
    const gl = this.#gl;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]] as const) {
      const shader = gl.createShader(type);
      if (!shader) throw new Error('The graphics driver makes no shader.');
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`The graphics driver refuses the shaders: ${gl.getProgramInfoLog(program) ?? ''}`);
    }
    this.#program = program;
    gl.useProgram(program);
    const at = (name: string) => gl.getUniformLocation(program, name);
    this.#places = {
      u_layer: at('u_layer'), u_visible: at('u_visible'), u_levels: at('u_levels'), u_trust: at('u_trust'), u_plane: at('u_plane'), u_colours: at('u_colours'),
      u_depth: at('u_depth'), u_palette: at('u_palette'), u_deep: at('u_deep'),
    };
    gl.uniform1i(this.#places.u_plane, 0);
    gl.uniform1i(this.#places.u_colours, 1);
    gl.uniform1i(this.#places.u_depth, 2);
    gl.uniform1i(this.#places.u_palette, 3);
    gl.activeTexture(gl.TEXTURE3);
    this.#texture();
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, depthPalette.table);
    gl.activeTexture(gl.TEXTURE0);
    this.#colours = this.#texture();
    this.#coloursOf = '';
  }

  #texture(): WebGLTexture {
    const gl = this.#gl;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    // Enlarged, a pixel is shown as the square that it is.
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }
}
