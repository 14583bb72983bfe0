/** @file A double of Electron's safe storage, as unkind as the systems' key stores. What it has of its methods, the compiler holds against Electron's types. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SafeStorage } from 'electron';

type UsedOfSafeStorage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export type KeyStoreKind = 'gnome_libsecret' | 'basic_text' | 'missing' | 'notLinux';

const [ivBytes, tagBytes] = [12, 16];

export class KeyStoreDouble implements UsedOfSafeStorage {
  kind: KeyStoreKind;
  /** The person does not unlock it: it is there, but encrypts and decrypts nothing. */
  isLocked = false;
  /** How often the person might have been asked for a password. */
  opened = 0;
  readonly #isReady: () => boolean;
  /** The current one first. */
  #keys = [randomBytes(32)];

  constructor(kind: KeyStoreKind = 'gnome_libsecret', isReady: () => boolean = () => true) {
    this.kind = kind;
    this.#isReady = isReady;
  }

  getSelectedStorageBackend(): ReturnType<SafeStorage['getSelectedStorageBackend']> {
    if (this.kind === 'notLinux') throw new TypeError('safeStorage.getSelectedStorageBackend is not a function');
    if (!this.#isReady()) return 'unknown';
    // As where a desktop environment is known but nothing answers for it.
    return this.kind === 'missing' ? 'gnome_libsecret' : this.kind;
  }

  async isAsyncEncryptionAvailable(): Promise<boolean> {
    this.#assertReady();
    return this.kind !== 'missing';
  }

  async encryptStringAsync(plainText: string): ReturnType<SafeStorage['encryptStringAsync']> {
    this.#open();
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#currentKey(), iv);
    return Buffer.concat([iv, cipher.update(plainText, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  async decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    this.#open();
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, ivBytes));
        decipher.setAuthTag(encrypted.subarray(-tagBytes));
        const text = Buffer.concat([decipher.update(encrypted.subarray(ivBytes, -tagBytes)), decipher.final()]);
        return { result: text.toString('utf8'), shouldReEncrypt: key !== this.#currentKey() };
      } catch {
        // Encrypted with another key.
      }
    }
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
  }

  /** As an earlier start of the application left it. */
  goOnFrom(former: KeyStoreDouble): void {
    this.kind = former.kind;
    this.isLocked = former.isLocked;
    this.#keys = [...former.#keys];
  }

  /** A new key; what was encrypted with the former one can still be read. */
  changeKey(): void {
    this.#keys = [randomBytes(32), ...this.#keys];
  }

  forgetFormerKeys(): void {
    this.#keys = this.#keys.slice(0, 1);
  }

  #currentKey(): Buffer {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('The key store has no key.');
    return key;
  }

  #open(): void {
    this.#assertReady();
    this.opened += 1;
    if (this.kind === 'missing' || this.isLocked) throw new Error('Encryption is not available.');
  }

  #assertReady(): void {
    if (!this.#isReady()) throw new Error('safeStorage cannot be used before app is ready');
  }
}
