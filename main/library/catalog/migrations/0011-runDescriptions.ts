/**
 * @file Schema 11: runs, and the rules of folders, keep what they do as facts instead of an English name. What no form
 * fits stays verbatim, as `{kind: 'named', name}`.
 */
import type { Database } from 'better-sqlite3';

interface Description {
  readonly kind: string;
  readonly [fact: string]: unknown;
}

interface RunRow {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly revertsId: number | null;
}

interface Form {
  readonly form: RegExp;
  readonly facts: (parts: readonly string[], depth: number) => Description;
}

/** Of runs about runs, as a name alone can say it: deeper ones stay names. */
const maxDepth = 8;

const noFacts = (kind: string) => (): Description => ({ kind });

/** As they were when this schema was made; the first that fits. */
const forms: readonly Form[] = [
  { form: /^Caption: (.*)$/s, facts: ([preset]) => ({ kind: 'caption', preset }) },
  {
    form: /^Caption (.+) and (\d{1,9}) more$/s,
    facts: ([path, more]) => ({ kind: 'captionPaths', path, more: Number(more) }),
  },
  { form: /^Caption (.+)$/s, facts: ([path]) => ({ kind: 'captionPaths', path, more: 0 }) },
  { form: /^Ask: (.*)$/s, facts: ([questions = '']) => ({ kind: 'ask', ...several('question', questions) }) },
  { form: /^Undo: (.*)$/s, facts: ([name = ''], depth) => ({ kind: 'undo', of: described(name, depth) }) },
  { form: /^Redo: (.*)$/s, facts: ([name = ''], depth) => ({ kind: 'redo', of: described(name, depth) }) },
  {
    form: /^Tag by answers: (.*)$/s,
    facts: ([name = ''], depth) => ({ kind: 'tagByAnswers', of: described(name, depth) }),
  },
  { form: /^Judge captions$/, facts: noFacts('score') },
  { form: /^Make photos findable by what they show$/, facts: noFacts('embed') },
  { form: /^Make photos findable by what they show, with (.*)$/s, facts: ([modelId]) => ({ kind: 'embed', modelId }) },
  { form: /^Add the tag (.*)$/s, facts: ([tags = '']) => ({ kind: 'addTag', ...several('tag', tags) }) },
  { form: /^Remove the tag (.*)$/s, facts: ([tags = '']) => ({ kind: 'removeTag', ...several('tag', tags) }) },
  {
    form: /^Turn the tag (.*) into (.*)$/s,
    facts: ([tags = '', into]) => ({ kind: 'mergeTags', ...several('tag', tags), into }),
  },
  {
    form: /^Move the tag (.*) to the top$/s,
    facts: ([tags = '']) => ({ kind: 'moveTag', ...several('tag', tags), parent: '' }),
  },
  {
    form: /^Move the tag (.*) below (.*)$/s,
    facts: ([tags = '', parent]) => ({ kind: 'moveTag', ...several('tag', tags), parent }),
  },
  {
    form: /^Replace (.*) by (.*) in tags$/s,
    facts: ([pattern, replacement]) => ({ kind: 'replaceInTags', pattern, replacement }),
  },
  {
    form: /^Keep the tags of a vocabulary of (\d{1,9})$/,
    facts: ([count]) => ({ kind: 'restrictTags', vocabulary: Number(count) }),
  },
  { form: /^Drop tags that deeper ones imply$/, facts: noFacts('removeImpliedTags') },
  { form: /^Edit a caption$/, facts: noFacts('editCaption') },
  { form: /^Edit an answer$/, facts: noFacts('editAnswer') },
  { form: /^Remove a caption$/, facts: noFacts('removeCaption') },
  { form: /^Approve a caption$/, facts: noFacts('approveCaption') },
  { form: /^Use an answer as the caption$/, facts: noFacts('captionFromAnswer') },
];

function several(key: string, text: string): Record<string, unknown> {
  const [, first, more] = /^(.*) and (\d{1,9}) more$/s.exec(text) ?? [];
  return first === undefined ? { [key]: text, more: 0 } : { [key]: first, more: Number(more) };
}

function described(name: string, depth = 0): Description {
  if (depth > maxDepth) return { kind: 'named', name };
  for (const { form, facts } of forms) {
    const parts = form.exec(name);
    if (parts !== null) return facts(parts.slice(1), depth + 1);
  }
  return { kind: 'named', name };
}

/** A question in a conversation was the whole name of its run, whatever it looked like. */
function descriptionOf({ kind, name }: Pick<RunRow, 'kind' | 'name'>): Description {
  return kind === 'chat' ? { kind: 'chat', question: name } : described(name);
}

/** An undo is of the run that it names, where that is one of those that it goes back to. */
function revertOf(run: RunRow, runs: ReadonlyMap<number, RunRow>): Description {
  for (let target = targetOf(run, runs); target !== undefined; target = targetOf(target, runs)) {
    if (target.kind === 'undo') continue;
    if (run.name === `Undo: ${target.name}`) return { kind: 'undo', of: descriptionOf(target) };
    if (run.name === `Redo: ${target.name}`) return { kind: 'redo', of: descriptionOf(target) };
  }
  return described(run.name);
}

/** Runs go back to earlier ones only, so that this ends. */
function targetOf({ id, revertsId }: RunRow, runs: ReadonlyMap<number, RunRow>): RunRow | undefined {
  return revertsId === null || revertsId >= id ? undefined : runs.get(revertsId);
}

export function runDescriptions(database: Database): void {
  const runs = database.prepare<[], RunRow>('SELECT id, kind, name, reverts_run_id AS revertsId FROM run').all();
  const byId = new Map(runs.map((run) => [run.id, run]));
  database.exec(`
    ALTER TABLE run ADD COLUMN description TEXT NOT NULL DEFAULT '{"kind":"named","name":""}'
      CHECK (json_valid(description));           -- facts; the title is made of them where it is shown
    ALTER TABLE run DROP COLUMN name;
  `);
  const describe = database.prepare('UPDATE run SET description = ? WHERE id = ?');
  for (const run of runs) {
    const description = run.kind === 'undo' ? revertOf(run, byId) : descriptionOf(run);
    describe.run(JSON.stringify(description), run.id);
  }
  folderRules(database);
}

function folderRules(database: Database): void {
  const rules = database.prepare<[], { id: number; action: string }>('SELECT id, action FROM folder_rule').all();
  const change = database.prepare('UPDATE folder_rule SET action = ? WHERE id = ?');
  for (const { id, action } of rules) {
    const { name, ...terms }: { kind: string; name: string } = JSON.parse(action);
    change.run(JSON.stringify({ ...terms, description: descriptionOf({ kind: terms.kind, name }) }), id);
  }
}
