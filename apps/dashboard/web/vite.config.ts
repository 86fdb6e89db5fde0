import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** In development the pages come from Vite, and everything else from the dashboard's own server. */
const server = 'http://127.0.0.1:3001';

export default defineConfig({
  plugins: [react()],
  resolve: {
    conditions: ['@drover/source', ...defaultClientConditions],
    // The form library's test registry names it. It compiles code, which the content security policy forbids.
    alias: { '@rjsf/validator-ajv8': '/src/run/schema-check.ts' },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: address for scripts and styles, and needs none for the rest.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/v1': server, '/session': server, '/queues': server } },
});
