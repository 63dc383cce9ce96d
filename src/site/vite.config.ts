import { defineConfig } from 'vite';

// The page. Relative addresses, so that it also works below a path.
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a content policy without data: scripts and styles
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    fs: { allow: ['../..'] }, // the sample photo
    proxy: { '/api': 'http://localhost:5080', '/storage': 'http://localhost:5080' },
  },
});
