#!/usr/bin/env node
/** @file What the npm package's command starts. It runs on any Node, and says which one the rest needs. */
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = Number.parseInt(engines.node.replace('>=', ''), 10);

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(`Vignette runs on Node ${oldest} or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
await import(new URL('../out/main/vignette.js', import.meta.url).href);
