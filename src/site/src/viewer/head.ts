import { Box3, BufferAttribute, type BufferGeometry, Matrix4, Mesh, type Object3D, type Texture, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { Failure } from '../api/failure.ts';

/** Places on a head that its GLB names (`anchor_...` nodes), head frame, metres. */
export type Anchors = Readonly<Partial<Record<'glassesBridge' | 'templeLeft' | 'templeRight' | 'pupilLeft' | 'pupilRight' | 'noseTip' | 'chin' | 'crown', Vector3>>>;

/** A head of a GLB file: head frame, metres, +y up, +z out of the face, +x the subject's left. */
export interface HeadModel {
  readonly geometry: BufferGeometry;
  readonly texture: Texture | null;
  readonly box: Box3;
  readonly anchors: Anchors;
  /** 68 points; empty when the file has none. */
  readonly landmarks: readonly Vector3[];
  /** From the head frame to pixels of the photo, y down, z towards the camera; null when the file has none. */
  readonly headToPhoto: Matrix4 | null;
}

/**
 * Reads a GLB file; the largest mesh of it is the head.
 * @throws Failure `viewer` when it holds no mesh or cannot be read.
 */
export async function readHead(bytes: ArrayBuffer): Promise<HeadModel> {
  let root: Object3D;
  try {
    root = (await (await loaderFor(bytes)).parseAsync(bytes, '')).scene;
  } catch (error) {
    throw new Failure('viewer', error instanceof Error ? error.message : '');
  }
  root.updateMatrixWorld(true);

  let head: Mesh | null = null;
  const anchors: Record<string, Vector3> = {};
  let extras: Record<string, unknown> = {};
  root.traverse((node) => {
    if (node instanceof Mesh && (!head || vertexCount(node) > vertexCount(head))) head = node;
    if (node.name.startsWith('anchor_')) anchors[node.name.slice('anchor_'.length)] = node.getWorldPosition(new Vector3());
    if ('landmarks68' in node.userData || 'headToPhoto' in node.userData) extras = node.userData;
  });
  if (!head) throw new Failure('viewer', 'The file holds no mesh.');
  const mesh: Mesh = head;
  const geometry = inFloats(mesh.geometry as BufferGeometry).applyMatrix4(mesh.matrixWorld);
  if (!geometry.getAttribute('normal')) geometry.computeVertexNormals();
  geometry.computeBoundingBox();
  const material = mesh.material as { map?: Texture | null };
  const landmarks = pointsOf(extras['landmarks68']);
  return {
    geometry,
    texture: material.map ?? null,
    box: geometry.boundingBox ?? new Box3(),
    anchors: Object.keys(anchors).length ? anchors : anchorsOf(landmarks),
    landmarks,
    headToPhoto: matrixOf(extras['headToPhoto']),
  };
}

/** A column-major 4 x 4 matrix; null when it is none. */
export function matrixOf(value: unknown): Matrix4 | null {
  return Array.isArray(value) && value.length === 16 && value.every(Number.isFinite) ? new Matrix4().fromArray(value) : null;
}

/** Whether a GLB's geometry is packed (EXT_meshopt_compression, KHR_meshopt_compression); false for anything that is no GLB. */
export function isPacked(bytes: ArrayBuffer): boolean {
  if (bytes.byteLength < 20) return false;
  const view = new DataView(bytes);
  const length = Math.min(view.getUint32(12, true), bytes.byteLength - 20);
  return new TextDecoder().decode(new Uint8Array(bytes, 20, length)).includes('_meshopt_compression"');
}

/** The same geometry with floats for attributes: whole numbers of packed files cannot hold metres. */
export function inFloats(geometry: BufferGeometry): BufferGeometry {
  for (const [name, attribute] of Object.entries(geometry.attributes)) {
    if (attribute instanceof BufferAttribute && attribute.array instanceof Float32Array) continue;
    const { count, itemSize } = attribute;
    const values = new Float32Array(count * itemSize);
    for (let vertex = 0; vertex < count; vertex++) {
      for (let part = 0; part < itemSize; part++) values[vertex * itemSize + part] = attribute.getComponent(vertex, part);
    }
    geometry.setAttribute(name, new BufferAttribute(values, itemSize));
  }
  return geometry;
}

// The decoder is WebAssembly, which a content policy has to allow: only packed files ask for it.
async function loaderFor(bytes: ArrayBuffer): Promise<GLTFLoader> {
  const loader = new GLTFLoader();
  if (isPacked(bytes)) loader.setMeshoptDecoder((await import('three/addons/libs/meshopt_decoder.module.js')).MeshoptDecoder);
  return loader;
}

function vertexCount(mesh: Mesh): number {
  return (mesh.geometry as BufferGeometry).getAttribute('position')?.count ?? 0;
}

function pointsOf(value: unknown): Vector3[] {
  if (!Array.isArray(value) || value.length !== 68) return [];
  return value.map((point: number[]) => new Vector3(point[0], point[1], point[2]));
}

// For files that know landmarks only (68-point order).
function anchorsOf(points: readonly Vector3[]): Anchors {
  if (points.length !== 68) return {};
  const mean = (from: number, to: number) => points.slice(from, to).reduce((sum, point) => sum.add(point), new Vector3()).divideScalar(to - from);
  return {
    glassesBridge: points[27]!.clone().lerp(points[28]!, 0.35),
    pupilLeft: mean(42, 48),
    pupilRight: mean(36, 42),
    noseTip: points[30]!.clone(),
    chin: points[8]!.clone(),
  };
}
