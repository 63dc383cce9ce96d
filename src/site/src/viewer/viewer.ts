import { Color, Group, Matrix4, WebGLRenderer } from 'three';
import { Failure } from '../api/failure.ts';
import { FIRST_LOOK, type Look, type ViewName } from '../address.ts';
import { type HeadModel, readHead } from './head.ts';
import { makeLandmarks } from './landmarks.ts';
import { HeadLooks } from './materials.ts';
import { Overlay } from './overlay.ts';
import { Stage } from './stage.ts';
import type { Sunglasses } from './sunglasses/wear.ts';
import type { GlassesName } from './sunglasses/names.ts';

const MOST_PIXEL_RATIO = 2;
const SNAPSHOT_SIDE = 1600;

/** How a viewer starts. */
export interface ViewerOptions {
  /** No gliding after a drag. */
  readonly calm?: boolean;
  /** Called after every change of the camera that the person made. */
  readonly onLook?: () => void;
  /** Called when the graphics card gives up. */
  readonly onLost?: () => void;
}

/** Shows one head on a canvas, which the caller puts into the host. Draws only when something changed. */
export class Viewer {
  readonly canvas = document.createElement('canvas');
  private readonly renderer: WebGLRenderer;
  private readonly stage: Stage;
  private readonly content = new Group();
  private readonly watcher: ResizeObserver;
  private head: HeadModel | null = null;
  private looks: HeadLooks | null = null;
  private marks: Group | null = null;
  private glasses: { name: GlassesName; worn: Sunglasses } | null = null;
  private overlay: Overlay | null = null;
  private view: ViewName = 'textured';
  private degrees = FIRST_LOOK.light;
  private frameAsked = 0;
  private before = 0;

  /** @throws Failure `viewer` when the browser has no WebGL. */
  constructor(private readonly host: HTMLElement, private readonly options: ViewerOptions = {}) {
    try {
      this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, alpha: true });
    } catch {
      throw new Failure('viewer');
    }
    this.renderer.setClearAlpha(0);
    this.stage = new Stage(this.canvas, () => this.changed(), options.calm ?? false);
    this.stage.take(this.content);
    this.canvas.addEventListener('webglcontextlost', (event) => (event.preventDefault(), options.onLost?.()));
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(host);
    this.resize();
  }

  /** Whether there is a head on the canvas. */
  get loaded(): boolean {
    return this.head !== null;
  }

  get canWearGlasses(): boolean {
    return this.head?.anchors.glassesBridge !== undefined;
  }

  get hasLandmarks(): boolean {
    return (this.head?.landmarks.length ?? 0) > 0;
  }

  get headToPhoto(): Matrix4 | null {
    return this.head?.headToPhoto ?? null;
  }

  /** Shows the head of a GLB file instead of the one before. */
  async load(bytes: ArrayBuffer): Promise<void> {
    const head = await readHead(bytes);
    this.clear();
    this.head = head;
    this.looks = new HeadLooks(head.geometry, head.texture);
    this.content.add(this.looks.group);
    this.stage.frame(head.box);
    this.setView(this.view === 'overlay' ? 'textured' : this.view);
    this.draw();
  }

  /** Gives the viewer the photo, which the view on the photo needs. */
  setPhoto(image: ImageBitmap | HTMLImageElement, width: number, height: number, headToPhoto: Matrix4): void {
    this.overlay?.dispose();
    this.overlay = new Overlay({ image, width, height, headToPhoto });
    this.resize();
  }

  get canOverlay(): boolean {
    return this.overlay !== null;
  }

  setView(view: ViewName): void {
    this.view = view === 'overlay' && !this.overlay ? 'textured' : view;
    const flat = this.view === 'overlay';
    this.stage.controls.enabled = !flat;
    if (flat) this.overlay!.take(this.content);
    else this.stage.take(this.content);
    this.paint();
    this.looks?.show(this.view);
    this.stage.light(this.view, this.degrees);
    this.changed();
  }

  setLight(degrees: number): void {
    this.degrees = degrees;
    this.stage.light(this.view, degrees);
    this.changed();
  }

  /** How much of the head covers the photo, 0..1. */
  setCover(cover: number): void {
    if (this.looks) this.looks.cover = cover;
    this.changed();
  }

  setLandmarks(on: boolean): void {
    if (on && !this.marks && this.head?.landmarks.length) this.content.add((this.marks = makeLandmarks(this.head.landmarks)));
    if (this.marks) this.marks.visible = on;
    this.changed();
  }

  async setGlasses(name: GlassesName | null): Promise<void> {
    if (this.glasses && this.glasses.name !== name) {
      this.content.remove(this.glasses.worn.group);
      this.glasses.worn.dispose();
      this.glasses = null;
    }
    const head = this.head;
    if (name && !this.glasses && head?.anchors.glassesBridge) {
      const { wear } = await import('./sunglasses/wear.ts');
      if (head !== this.head || this.glasses) return;
      const worn = wear(name, head);
      this.glasses = { name, worn };
      this.content.add(worn.group);
    }
    this.changed();
  }

  setTurntable(on: boolean): void {
    this.stage.controls.autoRotate = on;
    this.before = 0;
    this.changed();
  }

  look(turn: number, tilt: number, zoom: number): void {
    this.stage.look(turn, tilt, zoom);
    this.changed();
  }

  get camera(): Pick<Look, 'turn' | 'tilt' | 'zoom'> {
    return this.stage.current();
  }

  /** Turns or zooms by one key. Returns whether the key means anything. */
  key(name: string): boolean {
    return this.view !== 'overlay' && this.stage.key(name);
  }

  /** The colours of the page changed. */
  paint(): void {
    const style = getComputedStyle(this.host);
    const color = (name: string, otherwise: string) => new Color(style.getPropertyValue(name).trim() || otherwise);
    this.looks?.paint(color('--stage', '#eceaf1'), color('--wire', '#3a3357'));
    this.changed();
  }

  /** What is seen, as PNG, on a colour. */
  async snapshot(background: string): Promise<Blob> {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = SNAPSHOT_SIDE / Math.max(width, height);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.draw();
    const picture = document.createElement('canvas');
    picture.width = this.canvas.width;
    picture.height = this.canvas.height;
    const paint = picture.getContext('2d')!;
    paint.fillStyle = background;
    paint.fillRect(0, 0, picture.width, picture.height);
    paint.drawImage(this.canvas, 0, 0); // in the same task as the drawing: later the buffer is empty
    this.resize();
    const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
    if (!blob) throw new Failure('viewer');
    return blob;
  }

  dispose(): void {
    cancelAnimationFrame(this.frameAsked);
    this.watcher.disconnect();
    this.clear();
    this.overlay?.dispose();
    this.stage.controls.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.canvas.remove();
  }

  private clear(): void {
    void this.setGlasses(null);
    if (this.marks) this.content.remove(this.marks);
    if (this.looks) this.content.remove(this.looks.group);
    this.looks?.dispose();
    [this.head, this.looks, this.marks] = [null, null, null];
  }

  private changed(): void {
    if (!this.frameAsked) this.frameAsked = requestAnimationFrame((now) => this.tick(now));
  }

  private tick(now: number): void {
    this.frameAsked = 0;
    const seconds = this.before ? Math.min((now - this.before) / 1000, 0.1) : 0;
    this.before = now;
    const moving = this.view !== 'overlay' && this.stage.controls.update(seconds); // 'change' asks for the next frame
    this.draw();
    if (moving) this.options.onLook?.();
    if (this.stage.controls.autoRotate && this.view !== 'overlay') this.changed();
  }

  private draw(): void {
    if (this.view === 'overlay' && this.overlay) this.renderer.render(this.overlay.scene, this.overlay.camera);
    else this.renderer.render(this.stage.scene, this.stage.camera);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!width || !height) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, MOST_PIXEL_RATIO));
    this.renderer.setSize(width, height, false);
    this.stage.resize(width / height);
    this.overlay?.fit(width, height);
    this.draw(); // at once, or the canvas flickers
  }
}
