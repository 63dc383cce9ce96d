import { type Box3, DirectionalLight, type Group, HemisphereLight, MathUtils, Matrix4, PerspectiveCamera, Scene, Spherical, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { ViewName } from '../address.ts';

const FIELD_OF_VIEW = 24; // of a portrait lens: noses stay small
const MARGIN = 1.08;
const STEP_DEGREES = 8;
const TURN_SECONDS = 12;
const LAMP_HEIGHT_DEGREES = 28;

/** The room in which the head turns: camera, what moves it, and light. */
export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.01, 20);
  readonly controls: OrbitControls;
  private readonly sky = new HemisphereLight(0xffffff, 0xd9d2cc, 1);
  private readonly lamp = new DirectionalLight(0xfff6ea, 1);
  private distance = 1; // at which the whole head fills the view
  private radius = 0.15;
  private halfHeight = 0.15;
  private halfWidth = 0.1;

  constructor(canvas: HTMLCanvasElement, onChange: () => void, calm: boolean) {
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enablePan = false;
    this.controls.enableDamping = !calm;
    this.controls.dampingFactor = 0.12;
    this.controls.rotateSpeed = 0.9;
    this.controls.minPolarAngle = MathUtils.degToRad(10);
    this.controls.maxPolarAngle = MathUtils.degToRad(170);
    this.controls.autoRotateSpeed = 60 / TURN_SECONDS; // OrbitControls: 1 = a turn in a minute
    this.controls.addEventListener('change', onChange);
    this.scene.add(this.sky, this.lamp);
    this.light('textured', 30);
  }

  /** Puts the head into the middle. */
  frame(box: Box3): void {
    const size = box.getSize(new Vector3());
    this.halfHeight = size.y / 2;
    this.halfWidth = Math.max(size.x, size.z) / 2;
    this.radius = size.length() / 2;
    box.getCenter(this.controls.target);
    this.resize(this.camera.aspect);
    this.look(0, 0, 1);
  }

  resize(aspect: number): void {
    const zoom = this.current().zoom;
    this.camera.aspect = aspect;
    const half = Math.tan(MathUtils.degToRad(FIELD_OF_VIEW / 2));
    // The nearest side of the head must fit, whichever way it is turned.
    this.distance = MARGIN * (Math.max(this.halfHeight / half, this.halfWidth / (half * aspect)) + this.halfWidth);
    this.controls.minDistance = this.radius * 1.25;
    this.controls.maxDistance = this.distance * 2.5;
    this.camera.near = this.radius / 20;
    this.camera.far = this.distance * 4;
    this.camera.updateProjectionMatrix();
    const at = this.current();
    this.look(at.turn, at.tilt, zoom);
  }

  /** Degrees around and above the head; zoom 1 = the whole head. */
  look(turn: number, tilt: number, zoom: number): void {
    // What still glides after a drag or the turntable ends here.
    const glides = this.controls.enableDamping;
    this.controls.enableDamping = false;
    this.controls.update();
    this.controls.enableDamping = glides;
    const distance = MathUtils.clamp(this.distance / zoom, this.controls.minDistance, this.controls.maxDistance);
    const at = new Spherical(distance, MathUtils.degToRad(90 - tilt), MathUtils.degToRad(turn)).makeSafe();
    this.camera.position.setFromSpherical(at).add(this.controls.target);
    this.controls.update();
  }

  current(): { turn: number; tilt: number; zoom: number } {
    const at = new Spherical().setFromVector3(this.camera.position.clone().sub(this.controls.target));
    const known = at.radius > 0 && Number.isFinite(at.radius);
    return known
      ? { turn: MathUtils.radToDeg(at.theta), tilt: 90 - MathUtils.radToDeg(at.phi), zoom: this.distance / at.radius }
      : { turn: 0, tilt: 0, zoom: 1 };
  }

  /** Turns or zooms by one key. Returns whether the key means anything. */
  key(name: string): boolean {
    const { turn, tilt, zoom } = this.current();
    switch (name) {
      case 'ArrowLeft': this.look(turn + STEP_DEGREES, tilt, zoom); break;
      case 'ArrowRight': this.look(turn - STEP_DEGREES, tilt, zoom); break;
      case 'ArrowUp': this.look(turn, Math.min(tilt + STEP_DEGREES, 80), zoom); break;
      case 'ArrowDown': this.look(turn, Math.max(tilt - STEP_DEGREES, -80), zoom); break;
      case '+': case '=': this.look(turn, tilt, zoom * 1.12); break;
      case '-': case '_': this.look(turn, tilt, zoom / 1.12); break;
      case '0': case 'Home': this.look(0, 0, 1); break;
      default: return false;
    }
    return true;
  }

  /**
   * Light from an angle around the head, degrees, above 0 = from the subject's left. The texture holds the photo's own light, so
   * the lamp only tints it; on clay it makes the form.
   */
  light(view: ViewName, degrees: number): void {
    const clay = view === 'clay';
    this.sky.intensity = Math.PI * (clay ? 0.5 : 0.86);
    this.lamp.intensity = Math.PI * (clay ? 0.78 : 0.34);
    this.lamp.position.setFromSpherical(new Spherical(1, MathUtils.degToRad(90 - LAMP_HEIGHT_DEGREES), MathUtils.degToRad(degrees)));
  }

  take(content: Group): void {
    content.matrixAutoUpdate = false;
    content.matrix.copy(new Matrix4());
    content.matrixWorldNeedsUpdate = true;
    this.scene.add(content);
  }
}
