/** @file What a command that captions named photos asks of the catalog: what is done, and whose text is whose. */

import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { CaptionStore, type StoredCaption } from '../texts/captions.ts';
import type { RunIdentity } from '../texts/provenance.ts';
import { runIdentityHash } from './runs.ts';

export class CaptionRunStore {
  readonly #connection: CatalogConnection;
  readonly #captions: CaptionStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#captions = new CaptionStore(connection);
  }

  /** The live caption of the photo as it is now that a run on equal terms wrote. */
  equalCaption(photoId: number, identity: RunIdentity): StoredCaption | undefined {
    return this.#newest('run.identity = ?', photoId, runIdentityHash(identity));
  }

  /** The live caption of the photo as it is now that this run wrote. */
  captionOfRun(photoId: number, runId: number): StoredCaption | undefined {
    return this.#newest('run.id = ?', photoId, runId);
  }

  #newest(condition: string, photoId: number, value: Buffer | number): StoredCaption | undefined {
    const id = this.#connection
      .prepare<[number, Buffer | number], number>(
        `SELECT caption.id FROM caption JOIN run ON run.id = caption.run_id JOIN photo ON photo.id = photo_id
         WHERE photo_id = ? AND removed_run_id IS NULL AND photo_revision = photo.revision AND ${condition}
         ORDER BY caption.id DESC LIMIT 1`,
      )
      .pluck()
      .get(photoId, value);
    return id === undefined ? undefined : this.#captions.get(id);
  }

  /** Whether a model wrote this about the photo, now or ever, in the form that texts take where it stands. */
  isModelText(photoId: number, text: string, form: (text: string) => string, kind: TextKind = 'caption'): boolean {
    return this.#isText(photoId, kind, text, form, `'model'`);
  }

  /** Whether this was written about the photo in this library, by a person or a model, now or ever. */
  isOwnText(photoId: number, text: string, form: (text: string) => string, kind: TextKind = 'caption'): boolean {
    return this.#isText(photoId, kind, text, form, `'human', 'model'`);
  }

  #isText(photoId: number, kind: TextKind, text: string, form: (text: string) => string, sources: string): boolean {
    return this.#connection
      .prepare<[number, TextKind], string>(
        `SELECT text FROM caption WHERE photo_id = ? AND kind = ? AND source IN (${sources})`,
      )
      .pluck()
      .all(photoId, kind)
      .some((candidate) => form(candidate) === form(text));
  }
}
