import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the server that it passes the API's requests on to. */
const SERVER = process.env['NEXUS_SERVER'] ?? 'http://127.0.0.1:4000';

/**
 * What the API serves itself; the rest is the app. Patterns, for as plain paths they would take the
 * app's own sources in web/graphql/ along.
 */
const API_PATHS = ['^/graphql(\\?|$)', '^/graphiql-assets/', '^/session$', '^/health/'];

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Read by the test that bounds the first load.
    manifest: true,
    // A data: URL would need its own line in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: Object.fromEntries(
      API_PATHS.map((path) => [
        path,
        { target: SERVER, ws: path.startsWith('^/graphql'), xfwd: true },
      ]),
    ),
  },
});
