// Checks a Dockerfile with dockerfile-utils; every finding is an error. Usage: node lint-dockerfile.mjs FILE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { validate } = createRequire(import.meta.url)('dockerfile-utils');
const [file] = process.argv.slice(2);
const findings = validate(readFileSync(file, 'utf8'));
for (const { range, message } of findings) {
  console.error(`${file}:${range.start.line + 1}: ${message}`);
}
process.exit(findings.length === 0 ? 0 : 1);
