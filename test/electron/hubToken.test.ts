/** @file The access token for Hugging Face, on a double of the system's key store. */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HubToken } from '../../main/desktop/hubToken.ts';
import { serializeError } from '../../native-models/errors.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { KeyStoreDouble } from './double/keyStoreDouble.ts';

const token = 'hf_aSecretThatNobodyMayRead';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let keyStore: KeyStoreDouble;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'hub-token');
  keyStore = new KeyStoreDouble();
});

afterEach(() => folder[Symbol.asyncDispose]());

/** As after a restart. */
const started = (platform: NodeJS.Platform = 'linux') => new HubToken({ file, keyStore, platform });

async function refusalOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
  } catch (error) {
    expect(error instanceof Error && error.cause).toBe(undefined);
    return JSON.stringify([serializeError(error), error instanceof Error ? error.stack : undefined]);
  }
  throw new Error('It was not refused.');
}

it('the access token is there after a restart, encrypted, for its owner alone, and gone when it is removed', async () => {
  await writeFile(file, 'of an earlier version');
  await chmod(file, 0o644);
  const first = started();
  expect(await first.save(` ${token}\n`)).toBe('saved');
  expect(await first.read()).toBe(token);
  expect(await readFile(file, 'latin1')).not.toContain(token.slice(3));
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual(['hub-token']);
  const second = started();
  expect(await second.read()).toBe(token);
  expect(await second.remove()).toBe('none');
  expect([await second.read(), await second.state()]).toEqual([undefined, 'none']);
  expect(await readdir(folder.path)).toEqual([]);
});

it('the access token has the key store opened only to save or to use it, and once', async () => {
  const none = started();
  expect([await none.state(), await none.read(), keyStore.opened]).toEqual(['none', undefined, 0]);
  await none.save(token);
  keyStore.opened = 0;
  const stored = started();
  expect([await stored.state(), keyStore.opened]).toEqual(['saved', 0]);
  await Promise.all([stored.read(), stored.read(), stored.read()]);
  expect(keyStore.opened).toBe(1);
});

it.each([
  ['encrypts with a password that everyone knows', { kind: 'basic_text' }],
  ['is missing', { kind: 'missing' }],
  ['stays locked', { isLocked: true }],
])('the access token counts until the end, and replaces a saved one, where the key store %s', async (_what, change) => {
  await started().save('hf_former');
  Object.assign(keyStore, change);
  const session = started();
  expect(await session.save(token)).toBe('session');
  expect([await session.read(), await session.state()]).toEqual([token, 'session']);
  expect(await readdir(folder.path)).toEqual([]);
  expect(await started().read()).toBe(undefined);
});

it.each<NodeJS.Platform>(['darwin', 'win32'])(
  'the access token is saved on %s, where no backend is told',
  async (platform) => {
    keyStore.kind = 'notLinux';
    expect(await started(platform).save(token)).toBe('saved');
    expect(await started(platform).read()).toBe(token);
  },
);

it('the access token is not saved before the application is ready', async () => {
  keyStore = new KeyStoreDouble('gnome_libsecret', () => false);
  expect(await started().save(token)).toBe('session');
});

it.each([
  ['the key store stays locked', async () => Object.assign(keyStore, { isLocked: true })],
  ['the key store is missing', async () => Object.assign(keyStore, { kind: 'missing' })],
  ['its file is damaged', async () => await writeFile(file, 'damaged')],
  [
    'the key store has another key',
    async () => {
      keyStore.changeKey();
      keyStore.forgetFormerKeys();
    },
  ],
])('the access token is kept and refused with a sentence where %s, until it is saved anew', async (_what, change) => {
  await started().save(token);
  await change();
  const before = await readFile(file);
  const unreadable = started();
  const refusal = await refusalOf(unreadable.read());
  expect(refusal).toMatch(/HUB_TOKEN_UNREADABLE.*Unlock the key store, or save the token again/);
  expect(refusal).not.toContain(token);
  expect([await unreadable.state(), (await readFile(file)).equals(before)]).toEqual(['saved', true]);
  keyStore.isLocked = false;
  keyStore.kind = 'gnome_libsecret';
  await unreadable.save('hf_anew');
  expect(await started().read()).toBe('hf_anew');
});

it('the access token is read once the key store is unlocked', async () => {
  await started().save(token);
  keyStore.isLocked = true;
  const locked = started();
  await refusalOf(locked.read());
  keyStore.isLocked = false;
  expect(await locked.read()).toBe(token);
});

it('the access token is encrypted anew where the key store has a new key', async () => {
  await started().save(token);
  keyStore.changeKey();
  expect(await started().read()).toBe(token);
  keyStore.forgetFormerKeys();
  expect(await started().read()).toBe(token);
});

it.each(['', '  ', 'hf_two words', 'hf_line\nHost: example.com', `hf_${'x'.repeat(5000)}`, 'hf_秘密'])(
  'the access token is refused where it is none, without being repeated: %j',
  async (text) => {
    const kept = started();
    await kept.save(token);
    const refusal = await refusalOf(kept.save(text));
    expect(refusal).toContain('HUB_SETTING_INVALID');
    if (text.trim() !== '') expect(refusal).not.toContain(text.trim());
    expect(await kept.read()).toBe(token);
  },
);

it('the access token counts until the end where it cannot be written or removed, which is said', async () => {
  await mkdir(join(file, 'a folder in its place'), { recursive: true });
  const refused = started();
  const refusal = await refusalOf(refused.save(token));
  expect(refusal).toContain('HUB_TOKEN_NOT_SAVED');
  expect(refusal).not.toContain(token);
  expect(await refused.read()).toBe(token);
  expect(await refusalOf(refused.remove())).toContain('HUB_TOKEN_NOT_REMOVED');
  await rm(file, { recursive: true });
  expect(await refused.remove()).toBe('none');
});

it('the access token is the one that was given last, however fast', async () => {
  const kept = started();
  await Promise.all([kept.save('hf_1'), kept.remove(), kept.save('hf_2'), kept.save('hf_3')]);
  expect([await kept.read(), await started().read()]).toEqual(['hf_3', 'hf_3']);
});
