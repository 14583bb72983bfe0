/** @file How the three parts of the application are built: main (with the command line, the model host and the picture processes), preload, renderer. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { normalizePath, type Plugin } from 'vite';
import { bundledPackages } from './scripts/bundledPackages.ts';

const fromRoot = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Threads and processes of their own are started by their address, which an import graph does not show: in the build
 * each is a file beside every chunk. By the name of that file: where its code lies.
 */
const startedByAddress: Readonly<Record<string, string>> = {
  modelHost: 'native-models/runtime/hostProcess.ts',
  readingThread: 'native-models/runtime/readingThread.ts',
  hashThread: 'native-models/compiler/hashThread.ts',
  modelImport: 'native-models/compiler/importProcess.ts',
  machineFloor: 'native-models/devices/floorProcess.ts',
  readerThread: 'main/library/readerThread.ts',
  scanWorker: 'main/library/search/vectors/scanWorker.ts',
  parquetThread: 'main/library/interchange/imports/parquetThread.ts',
  pictureProcess: 'main/library/images/process/pictureProcess.ts',
  heifWorker: 'main/library/images/heif/heifWorker.ts',
  magickThread: 'native-models/preprocess/magick/magickThread.ts',
};

const builtAddresses: Plugin = {
  name: 'vignette:built-addresses',
  transform: {
    filter: { code: /new URL\('\.\/\w+\.ts', import\.meta\.url\)/ },
    order: 'pre',
    handler(code, id) {
      const built = code.replaceAll(/new URL\('\.\/(\w+\.ts)', import\.meta\.url\)/g, (_address, name: string) => {
        const source = resolve(id, '..', name);
        const entry = Object.entries(startedByAddress).find(([, path]) => fromRoot(path) === source);
        if (entry === undefined)
          this.error(`${source} is started by its address; name it in the build's configuration.`);
        return `new URL('./${entry[0]}.js', import.meta.url)`;
      });
      return { code: built, map: null };
    },
  },
};

/** As Vite names it: with slashes, on Windows too. */
const pageModule = normalizePath(fromRoot('renderer/App.svelte'));

/** The page asks the library before it has its components: the browser need not wait for that to fetch them. */
const preloadedPage: Plugin = {
  name: 'vignette:preloaded-page',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const app = chunks.find(({ facadeModuleId }) => facadeModuleId === pageModule);
      if (app === undefined) throw new Error('The build has no part that begins with renderer/App.svelte.');
      return [app.fileName, ...app.imports]
        .map((file) => `./${file}`)
        .filter((href) => !html.includes(`"${href}"`))
        .map((href) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href }, injectTo: 'head' }));
    },
  },
};

export default defineConfig({
  main: {
    plugins: [builtAddresses],
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: [...bundledPackages] },
      sourcemap: true,
      rolldownOptions: {
        input: {
          desktop: fromRoot('main/desktop/main.ts'),
          vignette: fromRoot('main/cli/vignette.ts'),
          ...Object.fromEntries(Object.entries(startedByAddress).map(([name, path]) => [name, fromRoot(path)])),
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
    plugins: [svelte({ configFile: fromRoot('svelte.config.js') }), preloadedPage],
    build: {
      outDir: fromRoot('out/renderer'),
      emptyOutDir: true,
      rolldownOptions: { input: fromRoot('renderer/index.html'), checks: { pluginTimings: false } },
      // The page is loaded from the disk or from this machine: one file of a megabyte is no burden.
      chunkSizeWarningLimit: 4000,
      // A data: address is refused by the page's content policy.
      assetsInlineLimit: 0,
      // One style sheet: the order of its rules must not depend on which part was loaded first.
      cssCodeSplit: false,
      minify: true,
      cssMinify: true,
      modulePreload: { polyfill: false },
    },
  },
});
