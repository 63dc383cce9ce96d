import { Color, Mesh, MeshBasicMaterial, MeshStandardMaterial, type BufferGeometry, Group, type Texture } from 'three';
import type { ViewName } from '../address.ts';

const CLAY = 0xcdb9a7;

/** The head as it looks in each view. */
export class HeadLooks {
  readonly group = new Group();
  private readonly skin: Mesh;
  private readonly lines: Mesh;
  private readonly textured: MeshStandardMaterial;
  private readonly clay = new MeshStandardMaterial({ color: CLAY, roughness: 0.92, metalness: 0 });
  private readonly flat: MeshBasicMaterial;
  // Hides the lines behind the head and takes the stage's colour.
  private readonly hull = new MeshBasicMaterial({ polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 1 });
  private readonly wire = new MeshBasicMaterial({ wireframe: true, transparent: true, opacity: 0.5 });

  constructor(geometry: BufferGeometry, texture: Texture | null) {
    if (texture) texture.anisotropy = 4;
    this.textured = new MeshStandardMaterial({ map: texture, color: texture ? 0xffffff : CLAY, roughness: 0.78, metalness: 0 });
    this.flat = new MeshBasicMaterial({ map: texture, transparent: true });
    this.skin = new Mesh(geometry, this.textured);
    this.lines = new Mesh(geometry, this.wire);
    this.lines.visible = false;
    this.group.add(this.skin, this.lines);
  }

  show(view: ViewName): void {
    this.skin.material = { textured: this.textured, clay: this.clay, wireframe: this.hull, overlay: this.flat }[view];
    this.lines.visible = view === 'wireframe';
  }

  /** Colours of the mesh view. */
  paint(stage: Color, line: Color): void {
    this.hull.color.copy(stage);
    this.wire.color.copy(line);
  }

  /** How much of the head covers the photo, 0..1. */
  set cover(value: number) {
    this.flat.opacity = value;
  }

  dispose(): void {
    for (const material of [this.textured, this.clay, this.flat, this.hull, this.wire]) material.dispose();
    this.textured.map?.dispose();
    this.skin.geometry.dispose();
  }
}
