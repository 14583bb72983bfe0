/** @file Svelte: runes only, and accessibility warnings are errors (svelte-check fails on them). */
export default { compilerOptions: { runes: true } };
