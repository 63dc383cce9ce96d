import { defineConfig } from 'vite';

// The <selfie-3d> element: one file under a name that does not change, for other people's pages.
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: 'src/element/selfie-3d.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'selfie-3d.js', codeSplitting: false },
    },
  },
});
