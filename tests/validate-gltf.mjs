// node validate-gltf.mjs FILE: the Khronos validator's report as JSON; exit code 0 also when it found something.
// node validate-gltf.mjs FILE FILE...: one line of JSON for each file, with the numbers of errors and warnings.
import { readFile } from "node:fs/promises";
import validator from "gltf-validator";

const files = process.argv.slice(2);
for (const file of files) {
  const report = await validator.validateBytes(new Uint8Array(await readFile(file)), { maxIssues: 100 });
  const { numErrors: errors, numWarnings: warnings } = report.issues;
  process.stdout.write(files.length === 1
    ? JSON.stringify({ issues: report.issues, info: report.info }, null, 1)
    : JSON.stringify({ file, errors, warnings, triangles: report.info?.totalTriangleCount }) + "\n");
}
