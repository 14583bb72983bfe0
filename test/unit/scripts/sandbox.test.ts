/** @file Where Electron would abort for want of a sandbox, `npm start` says so and opens a browser. */
import { describe, expect, it } from 'vitest';
import { type System, sandboxProblem } from '../../../scripts/sandbox.ts';

const electron = '/home/ann/vignette/node_modules/electron/dist/electron';

function system(files: Readonly<Record<string, string>>, more: Partial<System> = {}): System {
  return {
    platform: 'linux',
    userId: 1000,
    read: (path) => files[path],
    namesIn: (folder) =>
      Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
    isSetuidRoot: () => false,
    canMakeNamespace: () => true,
    ...more,
  };
}

const restricted = { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' };

describe('a system that lets Electron isolate its pages', () => {
  it.each<[string, System]>([
    ['has no such settings', system({})],
    ['restricts nothing', system({ '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0\n' })],
    [
      'allows namespaces',
      system({ '/proc/sys/user/max_user_namespaces': '95000\n', '/proc/sys/kernel/unprivileged_userns_clone': '1\n' }),
    ],
    [
      'has a profile for this program',
      system({ ...restricted, '/etc/apparmor.d/mine': `profile mine ${electron} flags=(unconfined) {\n  userns,\n}` }),
    ],
    [
      'has the older sandbox installed',
      system(restricted, { isSetuidRoot: (path) => path === electron.replace(/electron$/, 'chrome-sandbox') }),
    ],
    [
      'has a profile for this program, and none for the one that tries',
      system(
        { ...restricted, '/etc/apparmor.d/mine': `profile mine ${electron} flags=(unconfined) {\n  userns,\n}` },
        { canMakeNamespace: () => false },
      ),
    ],
    ['cannot be tried', system({}, { canMakeNamespace: () => undefined })],
    ['is no Linux', system(restricted, { platform: 'win32', userId: undefined })],
  ])('%s', (_how, its) => {
    expect(sandboxProblem(electron, its)).toBeUndefined();
  });
});

describe('a system that does not', () => {
  it('is told which profile to load, by a command with the path of this program', () => {
    for (const other of [
      {},
      { '/etc/apparmor.d/chrome': 'profile chrome /opt/google/chrome/chrome {\n  userns,\n}' },
      { '/etc/apparmor.d/mine': `profile mine ${electron} {\n  deny network,\n}` },
      { '/etc/apparmor.d/mine': `# profile mine ${electron} { userns, }` },
    ]) {
      const problem = sandboxProblem(electron, system({ ...restricted, ...other }));
      expect(problem).toMatch(/^AppArmor keeps Electron .*\.deb package/);
      expect(problem).toContain(`profile vignette-checkout "${electron}" flags=(unconfined)`);
      expect(problem).toContain('sudo apparmor_parser -r /etc/apparmor.d/vignette-checkout');
    }
  });

  it.each([
    ['/proc/sys/user/max_user_namespaces', 'user.max_user_namespaces is 0'],
    ['/proc/sys/kernel/unprivileged_userns_clone', 'kernel.unprivileged_userns_clone is 0'],
  ])('is told which setting forbids it: %s', (path, named) => {
    expect(sandboxProblem(electron, system({ [path]: '0\n' }))).toContain(named);
  });

  it('is told of namespaces that a container forbids', () => {
    expect(sandboxProblem(electron, system({}, { canMakeNamespace: () => false }))).toMatch(/container/);
  });

  it('is not started as root', () => {
    expect(sandboxProblem(electron, system({}, { userId: 0 }))).toMatch(/does not run as root/);
  });

  it('is told in two sentences', () => {
    for (const its of [system(restricted), system({}, { userId: 0 }), system({}, { canMakeNamespace: () => false })])
      expect(sandboxProblem(electron, its)?.split(/\.(?= [A-Z])/)).toHaveLength(2);
  });
});
