// node validate-gltf.mjs FILE: the Khronos validator's report as JSON; exit code 0 also when it found something.
import { readFile } from "node:fs/promises";
import validator from "gltf-validator";

const report = await validator.validateBytes(new Uint8Array(await readFile(process.argv[2])), { maxIssues: 100 });
process.stdout.write(JSON.stringify({ issues: report.issues, info: report.info }, null, 1));
