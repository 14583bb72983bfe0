/** @file Fetches onnxruntime's CUDA libraries (`npm run setup:cuda`): the package's own install script, which a plain install leaves out for its size. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const script = resolve(import.meta.dirname, '..', 'node_modules', 'onnxruntime-node', 'script', 'install.js');
const env = { ...process.env };
// The first asks for no download; with the other two the script takes this for a build of onnxruntime itself, and does nothing.
for (const name of ['ONNXRUNTIME_NODE_INSTALL', 'npm_config_local_prefix', 'npm_package_json']) delete env[name];
process.exit(spawnSync(process.execPath, [script], { stdio: 'inherit', env }).status ?? 1);
