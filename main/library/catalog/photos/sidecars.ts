/** @file The XMP files beside photos, as they were last seen, and which photos they belong to. Main process, CLI. */
import { type SidecarProblem, sidecarProblemSchema } from '../../../../schemas/fileInfo.ts';
import { nameKey } from '../../photos/nameKey.ts';
import { soundName } from '../../photos/soundNames.ts';
import { sameButForExtensionCase, stemOf, xmpOfPhoto } from '../../photos/xmpNames.ts';
import type { CatalogConnection } from '../connection.ts';
import type { Root } from './roots.ts';

/** As far as it tells whether the file changed. */
export interface SidecarState {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
}

const stateColumns = 'name, size_bytes AS sizeBytes, modified_ms AS modifiedMs, changed_ms AS changedMs';

export class SidecarStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  inFolder(folderId: number): SidecarState[] {
    return this.#connection
      .prepare<[number], SidecarState>(`SELECT ${stateColumns} FROM sidecar WHERE folder_id = ?`)
      .all(folderId);
  }

  /**
   * Notes what came, changed or went, and has the photos that it may belong to read again. Returns those.
   */
  update(
    folderId: number,
    nameRule: Root['nameRule'],
    { present, gone }: { readonly present: readonly SidecarState[]; readonly gone: readonly string[] },
  ): number[] {
    return this.#connection.write(() => {
      for (const { name, sizeBytes, modifiedMs, changedMs } of present) {
        this.#connection
          .prepare(
            `INSERT INTO sidecar (folder_id, name, size_bytes, modified_ms, changed_ms) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (folder_id, name) DO UPDATE SET size_bytes = excluded.size_bytes,
               modified_ms = excluded.modified_ms, changed_ms = excluded.changed_ms, problem = NULL`,
          )
          .run(folderId, name, sizeBytes, modifiedMs, changedMs);
      }
      for (const name of gone) {
        this.#connection.prepare('DELETE FROM sidecar WHERE folder_id = ? AND name = ?').run(folderId, name);
      }
      const names = [...present.map(({ name }) => name), ...gone];
      const photos = new Set(names.flatMap((name) => this.#mayBelongTo(folderId, nameRule, name)));
      return [...photos].filter((id) => this.#readAgain(id));
    });
  }

  /** Of a photo, the one that programs look at first before the others: files beside it. */
  of(photoId: number): SidecarState[] {
    const photo = this.#connection
      .prepare<[number], { folderId: number; name: string; nameRule: Root['nameRule'] }>(
        `SELECT folder_id AS folderId, photo.name AS name, root.name_rule AS nameRule FROM photo
         JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
         WHERE photo.id = ? AND EXISTS (SELECT 1 FROM sidecar WHERE sidecar.folder_id = photo.folder_id)`,
      )
      .get(photoId);
    if (photo === undefined) return [];
    const { folderId, name, nameRule } = photo;
    const stem = stemOf(name);
    const there = this.#connection
      .prepare<[number, string, string], SidecarState>(
        `SELECT ${stateColumns} FROM sidecar WHERE folder_id = ? AND name >= ? AND name < ?`,
      )
      .all(folderId, `${stem}.`, `${stem}/`);
    if (there.length === 0) return [];
    const beside = this.#withStem(folderId, nameRule, stem).map((other) => other.name);
    const names = xmpOfPhoto(
      name,
      there.map((sidecar) => sidecar.name),
      beside,
    );
    return names.flatMap((of) => there.filter((sidecar) => sidecar.name === of && soundName(of) === of));
  }

  problemsOf(photoId: number): SidecarProblem[] {
    const problem = this.#connection
      .prepare<[number, string], string | null>(
        'SELECT problem FROM sidecar WHERE folder_id = (SELECT folder_id FROM photo WHERE id = ?) AND name = ?',
      )
      .pluck();
    return this.of(photoId).flatMap(({ name: sidecar }) => {
      const found = sidecarProblemSchema.safeParse({ sidecar, reason: problem.get(photoId, sidecar) });
      return found.success ? [found.data] : [];
    });
  }

  /** What was wrong with the photo's sidecars when they were last read. */
  setProblems(photoId: number, problems: readonly SidecarProblem[]): void {
    const reasons = new Map(problems.map(({ sidecar, reason }) => [sidecar, reason]));
    const set = this.#connection.prepare<[string | null, number, string, string | null]>(
      `UPDATE sidecar SET problem = ?
       WHERE folder_id = (SELECT folder_id FROM photo WHERE id = ?) AND name = ? AND problem IS NOT ?`,
    );
    for (const { name } of this.of(photoId)) {
      const reason = reasons.get(name) ?? null;
      set.run(reason, photoId, name, reason);
    }
  }

  /** Which one it is of depends on what lies beside it: all are asked again. */
  #mayBelongTo(folderId: number, nameRule: Root['nameRule'], sidecar: string): number[] {
    const of = sidecar.slice(0, -'.xmp'.length);
    const stems = new Set([of, stemOf(of)]);
    return [...stems]
      .flatMap((stem) => this.#withStem(folderId, nameRule, stem))
      .filter(({ name }) => sameButForExtensionCase(name, of) || stemOf(name) === of)
      .map(({ id }) => id);
  }

  #withStem(folderId: number, nameRule: Root['nameRule'], stem: string): { id: number; name: string }[] {
    // A slash comes after the dot, and is in no name.
    return this.#connection
      .prepare<[number, string, string], { id: number; name: string }>(
        `SELECT id, name FROM photo
         WHERE folder_id = ? AND missing_since_ms IS NULL AND name_key >= ? AND name_key < ?`,
      )
      .all(folderId, `${nameKey(nameRule, stem)}.`, `${nameKey(nameRule, stem)}/`);
  }

  /** One that cannot be read stays so until its own file changes. False where it does. */
  #readAgain(photoId: number): boolean {
    const { changes } = this.#connection
      .prepare(
        `UPDATE photo SET details_revision = min(details_revision, revision - 1) WHERE id = ? AND problem_code IS NULL`,
      )
      .run(photoId);
    return changes > 0;
  }
}
