import { AmbientLight, DirectionalLight, DoubleSide, type Group, LinearFilter, Matrix4, Mesh, MeshBasicMaterial, OrthographicCamera, PlaneGeometry, Scene, SRGBColorSpace, Texture } from 'three';

/** The photo, and where the head lies on it. */
export interface OverlayPhoto {
  readonly image: ImageBitmap | HTMLImageElement;
  /** Size that `headToPhoto` speaks of, pixels. */
  readonly width: number;
  readonly height: number;
  readonly headToPhoto: Matrix4;
}

/**
 * The head over its photo. The photo's pixels are the units: x right, y up (the photo's y turned over), z towards the camera, and
 * the camera is orthographic because `headToPhoto` has the perspective of the photo in it.
 */
export class Overlay {
  readonly scene = new Scene();
  readonly camera = new OrthographicCamera();
  /** What goes onto the content to lie on the photo. */
  readonly placing: Matrix4;
  private readonly backdrop: Mesh<PlaneGeometry, MeshBasicMaterial>;

  constructor(private readonly photo: OverlayPhoto) {
    this.placing = new Matrix4().makeScale(1, -1, 1).multiply(photo.headToPhoto);
    const map = new Texture(photo.image);
    map.colorSpace = SRGBColorSpace;
    map.minFilter = map.magFilter = LinearFilter;
    map.generateMipmaps = false;
    map.needsUpdate = true;
    const reach = Math.max(photo.width, photo.height);
    this.backdrop = new Mesh(new PlaneGeometry(photo.width, photo.height), new MeshBasicMaterial({ map, depthWrite: false, side: DoubleSide }));
    this.backdrop.position.set(photo.width / 2, -photo.height / 2, -2 * reach);
    this.backdrop.renderOrder = -1;
    const lamp = new DirectionalLight(0xffffff, 2);
    lamp.position.set(0.4, 0.8, 1);
    this.scene.add(this.backdrop, new AmbientLight(0xffffff, 2), lamp);
    this.camera.near = 1;
    this.camera.far = 6 * reach;
    this.camera.position.z = 3 * reach;
  }

  /** Fits the whole photo into a view of this shape. */
  fit(width: number, height: number): void {
    const scale = Math.max(this.photo.width / width, this.photo.height / height);
    const acrossHalf = (width * scale) / 2, downHalf = (height * scale) / 2;
    const x = this.photo.width / 2, y = -this.photo.height / 2;
    [this.camera.left, this.camera.right] = [x - acrossHalf, x + acrossHalf];
    [this.camera.top, this.camera.bottom] = [y + downHalf, y - downHalf];
    this.camera.updateProjectionMatrix();
  }

  take(content: Group): void {
    content.matrixAutoUpdate = false;
    content.matrix.copy(this.placing);
    content.matrixWorldNeedsUpdate = true;
    this.scene.add(content);
  }

  dispose(): void {
    this.backdrop.geometry.dispose();
    this.backdrop.material.map?.dispose();
    this.backdrop.material.dispose();
  }
}
