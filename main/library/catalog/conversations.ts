/** @file Conversations about a photo, kept for as long as the photo. */
import * as z from 'zod';
import type { CatalogConnection } from './connection.ts';

const detailsSchema = z.record(z.string(), z.unknown());

export interface NewMessage {
  readonly author: 'human' | 'model';
  readonly text: string;
  /** Of a model's message: the run that names the model and its settings. */
  readonly runId?: number | undefined;
  readonly prompt?: string | undefined;
  /** What is worth knowing of an answer: times of its stages, how it ended. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface Message extends NewMessage {
  readonly id: number;
  readonly conversationId: number;
  readonly createdAtMs: number;
}

interface MessageRow {
  readonly id: number;
  readonly conversation_id: number;
  readonly author: 'human' | 'model';
  readonly text: string;
  readonly run_id: number | null;
  readonly prompt: string | null;
  readonly details: string | null;
  readonly created_at_ms: number;
}

export class ConversationStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Begins a conversation about the photo. Returns its id. */
  begin(photoId: number): number {
    return this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare('INSERT INTO conversation (photo_id, created_at_ms) VALUES (?, ?)')
        .run(photoId, this.#connection.nowMs());
      this.#connection.photoChanged(photoId);
      return Number(lastInsertRowid);
    });
  }

  /** Oldest first. */
  of(photoId: number): { readonly id: number; readonly createdAtMs: number }[] {
    return this.#connection
      .prepare<[number], { id: number; createdAtMs: number }>(
        'SELECT id, created_at_ms AS createdAtMs FROM conversation WHERE photo_id = ? ORDER BY id',
      )
      .all(photoId);
  }

  addMessage(conversationId: number, message: NewMessage): number {
    return this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO message (conversation_id, author, text, run_id, prompt, details, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          conversationId,
          message.author,
          message.text,
          message.runId ?? null,
          message.prompt ?? null,
          message.details === undefined ? null : JSON.stringify(message.details),
          this.#connection.nowMs(),
        );
      return Number(lastInsertRowid);
    });
  }

  /** Puts a new message where an earlier one was; that one, and what followed it, is kept but no longer shown. */
  replaceFrom(messageId: number, message: NewMessage): number {
    return this.#connection.write(() => {
      const conversationId = this.#connection
        .prepare<[number], number>('SELECT conversation_id FROM message WHERE id = ?')
        .pluck()
        .get(messageId);
      if (conversationId === undefined) throw new RangeError(`no message ${messageId}`);
      const id = this.addMessage(conversationId, message);
      this.#connection
        .prepare(
          `UPDATE message SET replaced_by_id = ?
           WHERE conversation_id = ? AND id >= ? AND id < ? AND replaced_by_id IS NULL`,
        )
        .run(id, conversationId, messageId, id);
      return id;
    });
  }

  /** The messages that are shown, oldest first. */
  messages(conversationId: number): Message[] {
    return this.#connection
      .prepare<[number], MessageRow>(
        'SELECT * FROM message WHERE conversation_id = ? AND replaced_by_id IS NULL ORDER BY id',
      )
      .all(conversationId)
      .map((row) => ({
        id: row.id,
        conversationId: row.conversation_id,
        author: row.author,
        text: row.text,
        runId: row.run_id ?? undefined,
        prompt: row.prompt ?? undefined,
        details: row.details === null ? undefined : detailsSchema.parse(JSON.parse(row.details)),
        createdAtMs: row.created_at_ms,
      }));
  }
}
