/** @file Schema 6: a conversation is a tree, so that a question that is asked again keeps what followed the earlier one. */
import type { Database } from 'better-sqlite3';

/**
 * Each message gets the one that it follows. What was replaced becomes an earlier branch, and the conversations of a
 * photo become branches of one.
 */
export function conversationBranches(database: Database): void {
  database.exec(`
    -- The last message of the branch that is shown; null: a new one is about to begin.
    ALTER TABLE conversation ADD COLUMN leaf_id INTEGER REFERENCES message;
    -- The message that it follows; null: it begins a branch.
    ALTER TABLE message ADD COLUMN parent_id INTEGER REFERENCES message;

    UPDATE message SET parent_id = (
      SELECT max(earlier.id) FROM message AS earlier
      WHERE earlier.conversation_id = message.conversation_id AND earlier.id < message.id
        AND (earlier.replaced_by_id IS NULL OR earlier.replaced_by_id > message.id)
    );
    UPDATE conversation SET leaf_id = (
      SELECT max(id) FROM message WHERE conversation_id = conversation.id AND replaced_by_id IS NULL
    );
    ALTER TABLE message DROP COLUMN replaced_by_id;

    UPDATE message SET conversation_id = (
      SELECT max(newest.id) FROM conversation AS own JOIN conversation AS newest ON newest.photo_id = own.photo_id
      WHERE own.id = message.conversation_id
    );
    DELETE FROM conversation WHERE NOT EXISTS (SELECT 1 FROM message WHERE conversation_id = conversation.id);

    DROP INDEX message_conversation;
    CREATE INDEX message_conversation ON message (conversation_id, parent_id);
    DROP INDEX conversation_photo;
    CREATE UNIQUE INDEX conversation_photo ON conversation (photo_id);
    CREATE INDEX conversation_leaf ON conversation (leaf_id);
    CREATE INDEX message_parent ON message (parent_id);
  `);
}
