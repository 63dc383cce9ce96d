// node read-gltf.mjs FILE: what three.js makes of a GLB file, packed or not, as JSON: counts, bounds and the triangles' places.
import { readFile } from "node:fs/promises";
import draco from "draco3dgltf";
import { MeshoptDecoder } from "meshoptimizer";
import { BufferAttribute, BufferGeometry } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";

const file = await readFile(process.argv[2]);
await MeshoptDecoder.ready;

// Pictures need a browser; the geometry does not.
const length = file.readUInt32LE(12);
const json = JSON.parse(file.subarray(20, 20 + length).toString("utf8"));
for (const part of ["materials", "textures", "images", "samplers"]) delete json[part];
for (const mesh of json.meshes) for (const primitive of mesh.primitives) delete primitive.material;
const text = Buffer.from(JSON.stringify(json));
const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, 0x20)]);
const rest = file.subarray(20 + length);
const header = Buffer.alloc(20);
file.copy(header, 0, 0, 20);
header.writeUInt32LE(20 + padded.length + rest.length, 8);
header.writeUInt32LE(padded.length, 12);
const glb = Buffer.concat([header, padded, rest]);

// Google's decoder in the place of three's DRACOLoader, which wants workers of a browser.
const decoders = await draco.createDecoderModule();
const dracoLoader = {
  preload() {},
  async decodeDracoFile(bytes, onLoad, ids) {
    const decoder = new decoders.Decoder(), mesh = new decoders.Mesh();
    const status = decoder.DecodeArrayToMesh(new Int8Array(bytes), bytes.byteLength, mesh);
    if (!status.ok()) throw new Error(status.error_msg());
    const read = (Type, count, decode) => {
      const place = decoders._malloc(4 * count);
      if (!decode(4 * count, place)) throw new Error("not decoded");
      return new Type(decoders.HEAPU8.slice(place, place + 4 * count).buffer);
    };
    const geometry = new BufferGeometry();
    const index = read(Uint32Array, 3 * mesh.num_faces(), (size, place) => decoder.GetTrianglesUInt32Array(mesh, size, place));
    geometry.setIndex(new BufferAttribute(index, 1));
    for (const [name, id] of Object.entries(ids)) {
      const attribute = decoder.GetAttributeByUniqueId(mesh, id), size = attribute.num_components();
      const values = read(Float32Array, size * mesh.num_points(), (bytes, place) =>
        decoder.GetAttributeDataArrayForAllPoints(mesh, attribute, decoders.DT_FLOAT32, bytes, place));
      geometry.setAttribute(name, new BufferAttribute(values, size));
    }
    onLoad(geometry);
  },
};

globalThis.self ??= globalThis;
const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder).setDRACOLoader(dracoLoader);
const { scene } = await loader.parseAsync(glb.buffer.slice(glb.byteOffset, glb.byteOffset + glb.length), "");
scene.updateMatrixWorld(true);
const result = { anchors: {}, triangles: 0, vertices: 0, corners: [], texCoords: [], normals: [] };
scene.traverse((node) => {
  if (node.name.startsWith("anchor_")) result.anchors[node.name] = node.getWorldPosition(node.position.clone()).toArray();
  if (!node.isMesh) return;
  const { position, uv, normal } = node.geometry.attributes;
  const index = node.geometry.index.array;
  result.triangles += index.length / 3;
  result.vertices += position.count;
  const point = node.position.clone();
  for (const vertex of index) {
    point.fromBufferAttribute(position, vertex).applyMatrix4(node.matrixWorld);
    result.corners.push(...point.toArray().map((v) => Math.round(v * 1e6) / 1e6));
    result.texCoords.push(uv.getX(vertex), uv.getY(vertex));
    result.normals.push(normal.getX(vertex), normal.getY(vertex), normal.getZ(vertex));
  }
});
process.stdout.write(JSON.stringify(result));
