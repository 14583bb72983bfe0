/** @file The access token for Hugging Face, encrypted with the system's key store in a file of the application's own. Desktop main process. */
import { lstat, rm } from 'node:fs/promises';
import { readForeignFile } from '../../native-models/foreignFile.ts';
import { assertToken } from '../../native-models/hub/hubSettings.ts';
import type { HubTokenState } from '../../preload/contract/desktop.ts';
import { DesktopError, type HubTokenKeeper } from '../api/desktop.ts';
import { writeAtomically } from '../library/files/atomicWrite.ts';
import { fileSystemCode } from '../library/files/fileSystemError.ts';
import { privateFileMode } from '../library/files/privateFiles.ts';

/** What is used of Electron's `SafeStorage`, once the application is ready. */
export interface KeyStore {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  encryptStringAsync(plainText: string): Promise<Buffer>;
  decryptStringAsync(encrypted: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>;
  /** On Linux only. */
  getSelectedStorageBackend(): string;
}

export interface HubTokenOptions {
  readonly file: string;
  readonly keyStore: KeyStore;
  readonly platform: NodeJS.Platform;
}

const maxFileBytes = 64 << 10;

/** No error of it has the token or what caused it: crash reports and logs show both. */
export class HubToken implements HubTokenKeeper {
  readonly #options: HubTokenOptions;
  /** Given or read since the start. */
  #known: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: HubTokenOptions) {
    this.#options = options;
  }

  /** Does not open the key store, which may ask the person for a password. */
  state(): Promise<HubTokenState> {
    return this.#inTurn(() => this.#state());
  }

  /** Undefined where the person gave none. @throws DesktopError HUB_TOKEN_UNREADABLE */
  read(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if (this.#known === undefined && (await this.#isStored())) this.#known = await this.#decrypted();
      return this.#known;
    });
  }

  /**
   * Counts from now on, and after a restart where the system has a key store.
   * @throws HubError HUB_SETTING_INVALID; DesktopError HUB_TOKEN_NOT_SAVED, HUB_TOKEN_NOT_REMOVED, with which it counts until the end
   */
  save(token: string): Promise<HubTokenState> {
    const text = token.trim();
    return this.#inTurn(async () => {
      assertToken(text);
      this.#known = text;
      const encrypted = await this.#encrypted(text);
      // A former one must not come back after a restart.
      if (encrypted === undefined) await this.#removeFile();
      else await this.#write(encrypted);
      return await this.#state();
    });
  }

  /** @throws DesktopError HUB_TOKEN_NOT_REMOVED */
  remove(): Promise<HubTokenState> {
    return this.#inTurn(async () => {
      this.#known = undefined;
      await this.#removeFile();
      return await this.#state();
    });
  }

  async #state(): Promise<HubTokenState> {
    if (await this.#isStored()) return 'saved';
    return this.#known === undefined ? 'none' : 'session';
  }

  async #isStored(): Promise<boolean> {
    try {
      await lstat(this.#options.file);
      return true;
    } catch (error) {
      return fileSystemCode(error) !== 'ENOENT';
    }
  }

  /** `basic_text` encrypts with a password that everyone knows. */
  async #hasKeyStore(): Promise<boolean> {
    const { keyStore, platform } = this.#options;
    if (platform === 'linux' && ['basic_text', 'unknown'].includes(keyStore.getSelectedStorageBackend())) return false;
    return await keyStore.isAsyncEncryptionAvailable();
  }

  /** Undefined where the system has no key store, or does not open it. */
  async #encrypted(token: string): Promise<Buffer | undefined> {
    try {
      return (await this.#hasKeyStore()) ? await this.#options.keyStore.encryptStringAsync(token) : undefined;
    } catch {
      return undefined;
    }
  }

  async #decrypted(): Promise<string> {
    const { file, keyStore } = this.#options;
    try {
      if (!(await this.#hasKeyStore())) throw new RangeError('no key store');
      const { result, shouldReEncrypt } = await keyStore.decryptStringAsync(await readForeignFile(file, maxFileBytes));
      assertToken(result);
      // With the key store's new key. What is there can be read with the former one for as long as that is kept.
      const anew = shouldReEncrypt ? await this.#encrypted(result) : undefined;
      if (anew !== undefined) await this.#write(anew).catch(() => undefined);
      return result;
    } catch {
      const message =
        "The saved access token for Hugging Face cannot be read: the system's key store does not open it. Unlock the key store, or save the token again in Settings, or remove it there.";
      throw new DesktopError('HUB_TOKEN_UNREADABLE', message);
    }
  }

  async #write(encrypted: Buffer): Promise<void> {
    try {
      await writeAtomically(this.#options.file, encrypted, privateFileMode);
    } catch (error) {
      const message = 'The access token could not be saved. It counts until Vignette is closed.';
      throw new DesktopError('HUB_TOKEN_NOT_SAVED', message, { details: { reason: fileSystemCode(error) } });
    }
  }

  async #removeFile(): Promise<void> {
    try {
      await rm(this.#options.file, { force: true });
    } catch (error) {
      const message = 'The file with the saved access token could not be removed.';
      throw new DesktopError('HUB_TOKEN_NOT_REMOVED', message, { details: { reason: fileSystemCode(error) } });
    }
  }

  /** One after the other, so that the file holds what was given last. */
  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
