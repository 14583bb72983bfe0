#!/usr/bin/env node
/**
 * @file Stands in for fpm, which electron-builder downloads: makes the Debian package that it was asked for, with dpkg-deb.
 * It knows the options that electron-builder gives, and no others.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const flags = ['--force'];
const repeated = { '-d': 'Depends', '--deb-recommends': 'Recommends' };
const single = {
  ...{ '--architecture': 'Architecture', '--version': 'Version', '--name': 'Package', '--maintainer': 'Maintainer' },
  ...{ '--url': 'Homepage', '--category': 'Section', '--deb-priority': 'Priority', '--description': 'Description' },
};
const others = [
  '-s',
  '-t',
  '--deb-compression',
  '--after-install',
  '--after-remove',
  '--package',
  '--vendor',
  '--license',
];

/** @type {Record<string, string>} */
const control = {};
/** @type {Record<string, string>} */
const given = {};
/** @type {[string, string][]} */
const copies = [];
for (let rest = process.argv.slice(2); rest.length > 0; ) {
  const [option = '', value = ''] = rest;
  const isFlag = flags.includes(option);
  rest = rest.slice(isFlag || !option.startsWith('-') ? 1 : 2);
  if (isFlag) continue;
  if (option in repeated) {
    const field = repeated[/** @type {keyof typeof repeated} */ (option)];
    control[field] = control[field] === undefined ? value : `${control[field]}, ${value}`;
  } else if (option in single) control[single[/** @type {keyof typeof single} */ (option)]] = value;
  else if (others.includes(option)) given[option] = value;
  else if (option.startsWith('-')) throw new Error(`fpm was given ${option}, which this does not know.`);
  else {
    const at = option.lastIndexOf('=');
    copies.push([option.slice(0, at), option.slice(at + 1)]);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'vignette-deb-'));
try {
  for (const [from, to] of copies) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(from, join(folder, to), { recursive: true, verbatimSymlinks: true });
    if (!from.endsWith('/')) chmodSync(join(folder, to), 0o644);
  }
  const debian = join(folder, 'DEBIAN');
  mkdirSync(debian);
  const scripts = { postinst: given['--after-install'], postrm: given['--after-remove'] };
  for (const [name, from] of Object.entries(scripts)) {
    copyFileSync(from ?? '', join(debian, name));
    chmodSync(join(debian, name), 0o755);
  }
  const fields = Object.entries(control).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(debian, 'control'), fields.join(''));
  const compression = `-Z${given['--deb-compression']}`;
  execFileSync('dpkg-deb', ['--root-owner-group', compression, '-z1', '--build', folder, given['--package'] ?? '']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
