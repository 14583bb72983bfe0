/**
 * @file Conversations about photos, kept for as long as the photo. A photo has one; its messages form a tree, in which a
 * question that was asked again stands beside the earlier one. One branch of it is shown. Main process and CLI.
 */
import * as z from 'zod';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';

const detailsSchema = z.record(z.string(), z.unknown());
const idsSchema = z.array(z.int());

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
  /** This message and those that stand in its place in other branches, oldest first. */
  readonly versionIds: readonly number[];
  readonly createdAtMs: number;
}

/** How a branch begins. */
export interface FirstMessage {
  readonly id: number;
  readonly text: string;
  readonly createdAtMs: number;
}

interface MessageRow {
  readonly id: number;
  readonly author: 'human' | 'model';
  readonly text: string;
  readonly run_id: number | null;
  readonly prompt: string | null;
  readonly details: string | null;
  readonly created_at_ms: number;
  readonly version_ids: string;
}

interface MessagePlace {
  readonly conversation_id: number;
  readonly parent_id: number | null;
}

export class ConversationStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Says something at the end of the branch that is shown. Returns the message's id. */
  say(photoId: number, message: NewMessage): number {
    return this.#connection.write(() => {
      const { id, leafId } = this.#conversationOf(photoId);
      return this.#show(id, this.#insert(id, leafId, message));
    });
  }

  /** Says something in the place of an earlier message, which stays with what followed it. @throws NO_SUCH_MESSAGE */
  sayInstead(photoId: number, messageId: number, message: NewMessage): number {
    return this.#connection.write(() => {
      const { conversation_id: conversationId, parent_id: parentId } = this.#placeOf(messageId, photoId);
      return this.#show(conversationId, this.#insert(conversationId, parentId, message));
    });
  }

  /** Answers a message, whichever branch is shown by now: that stays the one that the person chose. @throws NO_SUCH_MESSAGE */
  reply(messageId: number, message: NewMessage): number {
    return this.#connection.write(() => {
      const { conversation_id: conversationId } = this.#placeOf(messageId);
      const id = this.#insert(conversationId, messageId, message);
      this.#connection
        .prepare('UPDATE conversation SET leaf_id = ? WHERE id = ? AND leaf_id = ?')
        .run(id, conversationId, messageId);
      return id;
    });
  }

  /** Shows the branch with this message, up to the last that was said in it. @throws NO_SUCH_MESSAGE */
  showBranch(photoId: number, messageId: number): void {
    this.#connection.write(() => {
      const { conversation_id: conversationId } = this.#placeOf(messageId, photoId);
      // A message is newer than the one it follows: the newest has none after it.
      const leafId = this.#connection
        .prepare<[number], number>(
          `WITH RECURSIVE branch (id) AS (
             VALUES (?) UNION ALL SELECT message.id FROM message JOIN branch ON message.parent_id = branch.id
           ) SELECT max(id) FROM branch`,
        )
        .pluck()
        .get(messageId);
      this.#show(conversationId, leafId ?? messageId);
    });
  }

  /** What is said next begins a branch of its own. */
  startOver(photoId: number): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE conversation SET leaf_id = NULL WHERE photo_id = ?').run(photoId);
    });
  }

  /** How each branch from the beginning starts, oldest first. */
  firstMessages(photoId: number): FirstMessage[] {
    return this.#connection
      .prepare<[number], FirstMessage>(
        `SELECT message.id, message.text, message.created_at_ms AS createdAtMs
         FROM message JOIN conversation ON conversation.id = message.conversation_id
         WHERE photo_id = ? AND parent_id IS NULL ORDER BY message.id`,
      )
      .all(photoId);
  }

  /** One message. @throws NO_SUCH_MESSAGE also for one about another photo */
  message(photoId: number, messageId: number): Message | undefined {
    this.#placeOf(messageId, photoId);
    return this.upTo(messageId).at(-1);
  }

  /** Whether anything was said after the message. */
  isFollowed(messageId: number): boolean {
    return (
      this.#connection
        .prepare<[number], 1>('SELECT 1 FROM message WHERE parent_id = ? LIMIT 1')
        .pluck()
        .get(messageId) === 1
    );
  }

  /** The branch that is shown, oldest first. */
  messages(photoId: number): Message[] {
    return this.#branch('(SELECT leaf_id FROM conversation WHERE photo_id = ?)', photoId);
  }

  /** The message and what was said before it, oldest first. Empty where there is no such message. */
  upTo(messageId: number): Message[] {
    return this.#branch('?', messageId);
  }

  #branch(leaf: string, parameter: number): Message[] {
    return this.#connection
      .prepare<[number], MessageRow>(
        `WITH RECURSIVE branch (id, parent_id, depth) AS (
           SELECT id, parent_id, 0 FROM message WHERE id = ${leaf}
           UNION ALL
           SELECT message.id, message.parent_id, depth + 1 FROM message JOIN branch ON message.id = branch.parent_id
         )
         SELECT message.*, (
           SELECT json_group_array(version.id ORDER BY version.id) FROM message AS version
           WHERE version.conversation_id = message.conversation_id AND version.parent_id IS message.parent_id
         ) AS version_ids
         FROM branch JOIN message ON message.id = branch.id ORDER BY depth DESC`,
      )
      .all(parameter)
      .map((row) => ({
        id: row.id,
        author: row.author,
        text: row.text,
        runId: row.run_id ?? undefined,
        prompt: row.prompt ?? undefined,
        details: row.details === null ? undefined : detailsSchema.parse(JSON.parse(row.details)),
        versionIds: idsSchema.parse(JSON.parse(row.version_ids)),
        createdAtMs: row.created_at_ms,
      }));
  }

  #conversationOf(photoId: number): { readonly id: number; readonly leafId: number | null } {
    const begun = this.#connection
      .prepare<[number], { id: number; leafId: number | null }>(
        'SELECT id, leaf_id AS leafId FROM conversation WHERE photo_id = ?',
      )
      .get(photoId);
    if (begun !== undefined) return begun;
    const { lastInsertRowid } = this.#connection
      .prepare('INSERT INTO conversation (photo_id, created_at_ms) VALUES (?, ?)')
      .run(photoId, this.#connection.nowMs());
    this.#connection.photoChanged(photoId);
    return { id: Number(lastInsertRowid), leafId: null };
  }

  #placeOf(messageId: number, photoId?: number): MessagePlace {
    const place = this.#connection
      .prepare<[number, number | null], MessagePlace>(
        `SELECT conversation_id, parent_id FROM message JOIN conversation ON conversation.id = conversation_id
         WHERE message.id = ? AND photo_id = coalesce(?, photo_id)`,
      )
      .get(messageId, photoId ?? null);
    if (place === undefined) {
      throw new CatalogError('NO_SUCH_MESSAGE', 'This message is not in the conversation any more.', { messageId });
    }
    return place;
  }

  #insert(conversationId: number, parentId: number | null, message: NewMessage): number {
    const { lastInsertRowid } = this.#connection
      .prepare(
        `INSERT INTO message (conversation_id, parent_id, author, text, run_id, prompt, details, created_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        conversationId,
        parentId,
        message.author,
        message.text,
        message.runId ?? null,
        message.prompt ?? null,
        message.details === undefined ? null : JSON.stringify(message.details),
        this.#connection.nowMs(),
      );
    return Number(lastInsertRowid);
  }

  #show(conversationId: number, leafId: number): number {
    this.#connection.prepare('UPDATE conversation SET leaf_id = ? WHERE id = ?').run(leafId, conversationId);
    return leafId;
  }
}
