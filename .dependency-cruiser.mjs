/** @file Which part may import which. The folders are the architecture; these rules keep it that way. */

const electron = '^node_modules/electron/';

/** @typedef {import('dependency-cruiser').IRegularForbiddenRuleType} RegularRule */

/**
 * @param {string} name
 * @param {string} comment
 * @param {RegularRule['from']} from
 * @param {RegularRule['to']} to
 * @returns {RegularRule}
 */
function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

/**
 * The floors of main/library, from the ground up: a folder imports those on the floors below its own, and none beside it.
 * Above them all are the files of main/library itself, which put a library together.
 */
const floors = [
  ['files', 'text', 'metadata'],
  ['photos', 'query', 'prompting'],
  ['catalog'],
  ['watch', 'images', 'search', 'queue', 'interchange', 'editing', 'models', 'stacks'],
  ['captioning', 'embedding', 'liveSidecars', 'pilots'],
];

const libraryFloors = floors.flatMap((floor, index) =>
  floor.map((folder) => {
    const below = floors.slice(0, index).flat();
    return forbid(
      `floor-of-${folder}`,
      `main/library/${folder} builds on ${below.length === 0 ? 'no other folder of the library' : below.join(', ')}, and on nothing beside or above it.`,
      { path: `^main/library/${folder}/` },
      { path: '^main/library/', pathNot: `^main/library/(${[...below, folder].join('|')})/` },
    );
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Modules that need each other are one module, or lack a third.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'no-cycles-of-types',
      'Types that need each other belong into one module, or into a third.',
      { path: '^(main|preload|renderer|schemas|resources|native-models|test|bench|scripts)/' },
      { circular: true },
    ),
    forbid('resolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true, pathNot: '^(electron|bun:)' }),
    forbid(
      'models-stand-alone',
      'native-models is usable on its own: it knows nothing of the application, of Electron or of SQL.',
      { path: '^native-models/' },
      {
        path: `^(main|preload|renderer|schemas|resources)/|${electron}|^node_modules/(better-sqlite3|@types/better-sqlite3|svelte)/`,
      },
    ),
    ...libraryFloors,
    forbid(
      'library-below-the-rest',
      'main/library builds on native-models only; what shows it or serves it stands above.',
      { path: '^main/library/' },
      { path: `^main/(?!library/)|^(preload|renderer)/|${electron}` },
    ),
    forbid(
      'api-below-its-hosts',
      'main/api builds on the library, on native-models and on the contract, whoever serves it.',
      { path: '^main/api/' },
      { path: `^main/(?!api/|library/)|^renderer/|^preload/(?!contract[./])|${electron}` },
    ),
    forbid(
      'server-without-desktop',
      'The server runs without Electron and is started by the command line, not the other way round.',
      { path: '^main/server/' },
      { path: `^main/(desktop|cli)/|^renderer/|${electron}` },
    ),
    forbid(
      'cli-without-desktop',
      'The command line runs without Electron.',
      { path: '^main/cli/' },
      { path: `^main/desktop/|^renderer/|${electron}` },
    ),
    forbid(
      'desktop-without-server',
      'The desktop application opens no port and is no command.',
      { path: '^main/desktop/' },
      { path: '^main/(server|cli)/|^renderer/' },
    ),
    forbid(
      'electron-in-its-place',
      'Only main/desktop, the preload script and its tests know Electron, its types included.',
      { pathNot: '^(main/desktop/|preload/preload\\.ts$|test/electron/)' },
      { path: electron },
    ),
    forbid(
      'sql-in-the-catalog',
      'SQL lives in main/library/catalog and nowhere else.',
      { pathNot: '^(main/library/catalog/|test/)' },
      { path: '^node_modules/(better-sqlite3|@types/better-sqlite3)/' },
    ),
    forbid(
      'sharp-in-its-place',
      'The decoder is loaded where it is told which formats it may open, and nowhere else.',
      { path: '^(main|native-models)/', pathNot: '^native-models/preprocess/sharp\\.ts$' },
      { path: '^node_modules/sharp/', dependencyTypesNot: ['type-only'] },
    ),
    {
      name: 'library-without-decoder',
      comment: 'The process that holds the library decodes no picture: it asks a picture process or the model host.',
      severity: 'error',
      from: { path: '^main/library/(openLibrary|libraryKeeper)\\.ts$' },
      to: { path: '^native-models/preprocess/sharp\\.ts$', reachable: true },
    },
    forbid(
      'messages-are-words',
      'The catalog of messages is read by the page, the desktop and the command line, so it depends on none: it knows types only.',
      { path: '^resources/messages/' },
      { pathNot: '^resources/messages/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'library-sends-facts',
      'The library and the models send codes and facts; their sentences are made where they are shown.',
      { path: '^(main/library|native-models|preload)/' },
      { path: '^resources/' },
    ),
    forbid(
      'renderer-knows-the-contract',
      'Of the project, the page imports the contract, the schemas and the messages only.',
      { path: '^renderer/' },
      { path: '^(main|native-models|test|scripts|bench)/|^preload/(?!contract[./])' },
    ),
    forbid(
      'schemas-are-data',
      'What the library, the contract and the page share depends on none of them.',
      { path: '^schemas/' },
      { pathNot: '^node_modules/zod/|^schemas/' },
    ),
    forbid(
      'contract-is-data',
      'The contract is read by every side, so it depends on neither.',
      { path: '^preload/contract[./]' },
      { pathNot: '^node_modules/(zod|@orpc/contract)/|^preload/contract/|^schemas/' },
    ),
    forbid(
      'product-without-its-tests',
      'What is shipped imports neither tests nor scripts nor benches.',
      { path: '^(main|preload|renderer|native-models|resources|schemas)/' },
      { path: '^(test|scripts|bench)/' },
    ),
    forbid(
      'shipped-dependencies',
      'What runs after installation is a dependency, not a devDependency; the page is bundled, and Electron brings itself.',
      { path: '^(main|native-models)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: electron },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
    },
  },
};
