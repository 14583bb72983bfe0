/** @file Whether this Linux lets Electron isolate its pages: it aborts where it cannot, and is never started without. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface System {
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows. */
  readonly userId: number | undefined;
  /** Undefined where there is no such file, or no right to read it. */
  readonly read: (path: string) => string | undefined;
  readonly namesIn: (folder: string) => readonly string[];
  readonly isSetuidRoot: (path: string) => boolean;
  /** Undefined where there is no way to try. */
  readonly canMakeNamespace: () => boolean | undefined;
}

export const thisSystem: System = {
  platform: process.platform,
  userId: process.getuid?.(),
  read: (path) => orUndefined(() => readFileSync(path, 'utf8')),
  namesIn: (folder) => orUndefined(() => readdirSync(folder)) ?? [],
  isSetuidRoot: (path) =>
    orUndefined(() => {
      const { uid, mode } = statSync(path);
      return uid === 0 && (mode & 0o4000) !== 0;
    }) ?? false,
  canMakeNamespace: () => {
    const { status, error } = spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' });
    return error === undefined ? status === 0 : undefined;
  },
};

/**
 * What keeps Electron from starting, and what to do about it, in two sentences; undefined where nothing does.
 * https://github.com/electron/electron/issues/42510
 */
export function sandboxProblem(electron: string, system: System = thisSystem): string | undefined {
  if (system.platform !== 'linux') return undefined;
  if (system.userId === 0) {
    return 'Electron does not run as root, whose pages it could not isolate. Start as yourself for the desktop application.';
  }
  // Chromium's older way, which needs no namespaces.
  if (system.isSetuidRoot(join(dirname(electron), 'chrome-sandbox'))) return undefined;
  const setting = (name: string) => system.read(`/proc/sys/${name}`)?.trim();
  if (setting('user/max_user_namespaces') === '0')
    return forbidden('user.max_user_namespaces', 'a number such as 10000');
  if (setting('kernel/unprivileged_userns_clone') === '0') return forbidden('kernel.unprivileged_userns_clone', '1');
  if (setting('kernel/apparmor_restrict_unprivileged_userns') !== '1') {
    // Containers forbid it without a setting that tells.
    return system.canMakeNamespace() === false
      ? 'This system or container keeps Electron from isolating its pages: it allows no user namespaces. Start outside of the container, or allow them in it, for the desktop application.'
      : undefined;
  }
  // A profile is for one program: what another may do tells nothing.
  if (hasProfile(electron, system)) return undefined;
  return `AppArmor keeps Electron from isolating its pages (kernel.apparmor_restrict_unprivileged_userns). Install Vignette's .deb package, which brings a profile for it, or save one for this checkout: ${profileCommand(electron)}`;
}

function forbidden(name: string, value: string): string {
  return `This system keeps Electron from isolating its pages (${name} is 0). Set it to ${value} with “sudo sysctl -w” for the desktop application.`;
}

const profiles = '/etc/apparmor.d';

/** Whether somebody has allowed it for this very program. */
function hasProfile(electron: string, { namesIn, read }: System): boolean {
  return namesIn(profiles).some((name) => {
    const profile = read(join(profiles, name))?.replace(/^\s*#.*$/gm, '');
    return profile?.includes(electron) === true && /\buserns\b/.test(profile);
  });
}

function profileCommand(electron: string): string {
  const profile = `abi <abi/4.0>,\\nprofile vignette-checkout "${electron}" flags=(unconfined) {\\n  userns,\\n}\\n`;
  const file = join(profiles, 'vignette-checkout');
  return `printf '${profile}' | sudo tee ${file} && sudo apparmor_parser -r ${file}`;
}

function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
