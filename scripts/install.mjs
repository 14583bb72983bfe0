/** @file Installs what is missing, on whatever Node started the command: runs before any dependency exists, so it uses none. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const oldestNode = 24;

/** The Node that the project is pinned to is a package, so that the lock holds its hash. Not every platform has one. */
const pinnedPackage = `node_modules/node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const pinnedNode = join(root, pinnedPackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The pinned Node, or the one that started this where that is new enough. */
function nodeBinary() {
  if (existsSync(pinnedNode)) return pinnedNode;
  return Number.parseInt(process.versions.node, 10) >= oldestNode ? process.execPath : undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, peer?: boolean, devOptional?: boolean }> | undefined}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm keeps a lock of what it really installed; where it says what package-lock.json says, there is nothing to do. */
function isInstalled() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const present = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  // It is optional, as all platforms' are: npm says nothing when it could not be fetched.
  if (wanted[pinnedPackage] !== undefined && !existsSync(pinnedNode)) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional }]) => {
    const found = present[path];
    // Packages for other platforms are optional and stay away.
    if (path === '' || (found === undefined && (optional === true || devOptional === true))) return true;
    return found !== undefined && found.version === version && found.integrity === integrity;
  });
}

/** @returns {string | undefined} what npm said, when it failed */
export function installDependencies() {
  if (isInstalled()) return undefined;
  // Through a shell, and as one line for it: on Windows npm is a batch file, which Node starts in no other way.
  const result = spawnSync('npm ci --no-audit --no-fund', { cwd: root, encoding: 'utf8', shell: true });
  if (result.status === 0) return undefined;
  return `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
}

/**
 * Installs, then runs a script of this folder on the pinned Node, and ends as it ends.
 * @param {string} script
 */
export function installAndRun(script) {
  const failure = installDependencies();
  if (failure !== undefined) {
    process.stderr.write(`${failure}\nThe dependencies could not be installed (npm ci failed).\n`);
    process.exit(1);
  }
  const node = nodeBinary();
  if (node === undefined) {
    process.stderr.write(
      `Vignette runs on Node ${oldestNode} or later, and none was installed for ${process.platform} on ${process.arch}. Install it and start again; this is Node ${process.versions.node}.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [join(root, 'scripts', script), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child by itself, and it is the child that ends in order; a signal sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 1));
}
