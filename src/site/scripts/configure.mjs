// Makes a built page ready for a static host: where the API and the storage are, and the content policy that follows from it.
//   node scripts/configure.mjs --api https://API --storage https://ACCOUNT.blob.core.windows.net [--hours 24] [--dist FOLDER]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { api: { type: 'string' }, storage: { type: 'string' }, hours: { type: 'string', default: '24' }, dist: { type: 'string', default: 'dist' } } });
const origins = [values.api, values.storage].map((address, index) => {
  if (!URL.canParse(address ?? '')) {
    console.error(`--${index ? 'storage' : 'api'} needs an address such as https://example.org.`);
    process.exit(2);
  }
  return new URL(address).origin;
});

const path = (name) => join(values.dist, name);
writeFileSync(path('config.json'), `${JSON.stringify({ apiUrl: values.api, storageUrl: values.storage, retentionHours: Number(values.hours) }, null, 2)}\n`);

// The same policy as the local host's (SitePolicy.cs).
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "manifest-src 'self'", "form-action 'none'", "base-uri 'none'",
  "require-trusted-types-for 'script'", `connect-src 'self' blob: ${[...new Set(origins)].join(' ')}`,
].join('; ');
const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
const page = readFileSync(path('index.html'), 'utf8').replace(/\s*<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
writeFileSync(path('index.html'), page.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />\n    ${meta}`));

// What only headers can say, for Azure Static Web Apps; other hosts leave the file alone.
writeFileSync(path('staticwebapp.config.json'), `${JSON.stringify({
  globalHeaders: {
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
  },
  routes: [
    { route: '/assets/*', headers: { 'Cache-Control': 'public, max-age=31536000, immutable' } },
    { route: '/selfie-3d.js', headers: { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' } },
  ],
}, null, 2)}\n`);
console.log(`The page in ${values.dist} calls ${origins.join(' and ')}.`);
