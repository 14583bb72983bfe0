/** @file How the three parts of the application are built: main (with the command line and the model host), preload, renderer. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const fromRoot = (path: string): string => resolve(import.meta.dirname, path);

const hostAddress = "new URL('./hostProcess.ts', import.meta.url)";

/** The model host is started by its address, which an import graph does not show: in the build it is modelHost.js, beside every chunk. */
const modelHostAddress: Plugin = {
  name: 'vignette:model-host-address',
  transform: {
    filter: { id: /native-models[\\/]runtime[\\/]modelHost\.ts$/ },
    order: 'pre',
    handler(code) {
      if (!code.includes(hostAddress))
        this.error(`modelHost.ts no longer starts ${hostAddress}; the build must follow.`);
      return { code: code.replace(hostAddress, "new URL('./modelHost.js', import.meta.url)"), map: null };
    },
  },
};

export default defineConfig({
  main: {
    plugins: [modelHostAddress],
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rolldownOptions: {
        // Every dependency stays outside: the native ones must, and the others are then the ones npm audited.
        input: {
          desktop: fromRoot('main/desktop/main.ts'),
          vignette: fromRoot('main/cli/vignette.ts'),
          modelHost: fromRoot('native-models/runtime/hostProcess.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: fromRoot('preload/preload.ts') },
        // A sandboxed preload script is CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: fromRoot('renderer'),
    base: './',
    plugins: [svelte({ configFile: fromRoot('svelte.config.js') })],
    build: {
      outDir: fromRoot('out/renderer'),
      emptyOutDir: true,
      rolldownOptions: { input: fromRoot('renderer/index.html') },
      // A data: address is refused by the page's content policy.
      assetsInlineLimit: 0,
      minify: true,
      cssMinify: true,
      modulePreload: { polyfill: false },
    },
  },
});
