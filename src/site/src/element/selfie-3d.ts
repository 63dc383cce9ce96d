import { FIRST_LOOK, VIEWS } from '../address.ts';
import { calm } from '../dom.ts';
import { Viewer } from '../viewer/viewer.ts';
import { isGlassesName } from '../viewer/sunglasses/names.ts';

const STYLE = `
:host { display: block; position: relative; width: 100%; aspect-ratio: 4 / 5; overflow: hidden; --stage: #eceaf1; background: var(--stage); }
:host([hidden]) { display: none; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: grab; }
canvas:focus-visible { outline: 3px solid #5a46d6; outline-offset: -3px; }
p { position: absolute; inset: auto 0 0; margin: 0; padding: 12px; font: 15px system-ui, sans-serif; text-align: center; color: #333; }
`;

/**
 * `<selfie-3d src="head.glb">`: a head to turn, on any page. Attributes: `src`, `view` (textured, clay, wireframe), `glasses`
 * (round, aviator, square), `landmarks`, `turntable`, `light` (-90 to 90 degrees), `turn`, `tilt`, `zoom`, `label` (for screen
 * readers). Events: `load`, `error` (its `detail` is the reason).
 */
export class Selfie3DElement extends HTMLElement {
  static readonly observedAttributes = ['src', 'view', 'glasses', 'landmarks', 'turntable', 'light', 'turn', 'tilt', 'zoom', 'label'];

  private viewer: Viewer | null = null;
  private readonly message = document.createElement('p');
  private loading: AbortController | null = null;

  constructor() {
    super();
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style];
    this.message.setAttribute('role', 'status');
    root.append(this.message);
  }

  connectedCallback(): void {
    try {
      // The shadow root takes the canvas, the element gives size and colours.
      this.viewer = new Viewer(this, { calm: calm(), onLost: () => this.fail('The graphics card gave up.') });
      this.shadowRoot!.prepend(this.viewer.canvas);
      const canvas = this.viewer.canvas;
      canvas.tabIndex = 0;
      canvas.setAttribute('role', 'application');
      canvas.addEventListener('keydown', (event) => !event.ctrlKey && !event.metaKey && !event.altKey && this.viewer?.key(event.key) && event.preventDefault());
    } catch {
      this.fail('This browser has no WebGL.');
      return;
    }
    this.apply();
    void this.load();
  }

  disconnectedCallback(): void {
    this.loading?.abort();
    this.viewer?.dispose();
    this.viewer = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.viewer) return;
    if (name === 'src') void this.load();
    else this.apply();
  }

  private async load(): Promise<void> {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    const source = this.getAttribute('src');
    if (!source) return;
    try {
      const answer = await fetch(new URL(source, document.baseURI), { signal: loading.signal, referrerPolicy: 'no-referrer' });
      if (!answer.ok) throw new Error(`${answer.status} for ${source.split('?')[0]}`);
      const bytes = await answer.arrayBuffer();
      await this.viewer?.load(bytes);
      if (loading.signal.aborted) return;
      this.message.textContent = '';
      this.apply();
      this.dispatchEvent(new CustomEvent('load'));
    } catch (error) {
      if (!loading.signal.aborted) this.fail(error instanceof Error && error.message ? error.message : 'The file cannot be read.');
    }
  }

  private apply(): void {
    const viewer = this.viewer;
    if (!viewer) return;
    const number = (name: 'light' | 'turn' | 'tilt' | 'zoom') => (this.hasAttribute(name) && Number.isFinite(Number(this.getAttribute(name))) ? Number(this.getAttribute(name)) : FIRST_LOOK[name]);
    const glasses = this.getAttribute('glasses');
    const view = VIEWS.find((name) => name === this.getAttribute('view')) ?? FIRST_LOOK.view;
    viewer.canvas.setAttribute('aria-label', this.getAttribute('label') ?? '3D head. Arrow keys turn it, plus and minus zoom, 0 brings it back.');
    viewer.setView(view);
    viewer.setLight(number('light'));
    viewer.setTurntable(this.hasAttribute('turntable') && !calm());
    if (!viewer.loaded) return;
    viewer.setLandmarks(this.hasAttribute('landmarks'));
    viewer.look(number('turn'), number('tilt'), number('zoom'));
    void viewer.setGlasses(isGlassesName(glasses) ? glasses : null);
  }

  private fail(reason: string): void {
    this.message.textContent = `The head cannot be shown. ${reason}`;
    this.dispatchEvent(new CustomEvent('error', { detail: reason }));
  }
}

if (!customElements.get('selfie-3d')) customElements.define('selfie-3d', Selfie3DElement);
