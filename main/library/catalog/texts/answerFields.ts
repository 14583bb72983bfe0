/** @file Fields: a name and a type under which the answers to some questions are kept. Main process, reader threads, CLI. */
import * as z from 'zod';
import { type FieldDefinition, fieldDefinitionSchema } from '../../../../schemas/answerField.ts';
import type { FieldType } from '../../../../schemas/choices.ts';
import { foldText } from '../../text/searchableText.ts';
import { caselessKey, tidied } from '../../text/textKeys.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { AnswerStore, type Question } from './answers.ts';
import { questionKey } from './questionKey.ts';

export interface AnswerField {
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  /** Of a list, in order. */
  readonly values: readonly string[];
  readonly questions: readonly Question[];
}

interface FieldRow {
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  readonly list_values: string;
}

const valuesSchema = z.array(z.string());

/** By name. */
export function answerFields(connection: CatalogConnection): AnswerField[] {
  const questions = connection
    .prepare<[], Question & { fieldId: number }>(
      `SELECT question.id, question.text, field_id AS fieldId
       FROM answer_field_question JOIN question ON question.id = question_id ORDER BY field_id, position`,
    )
    .all();
  const byField = Map.groupBy(questions, ({ fieldId }) => fieldId);
  return connection
    .prepare<[], FieldRow>('SELECT id, name, type, list_values FROM answer_field ORDER BY name_key')
    .all()
    .map(({ list_values: values, ...field }) => ({
      ...field,
      values: valuesSchema.parse(JSON.parse(values)),
      questions: (byField.get(field.id) ?? []).map(({ id, text }) => ({ id, text })),
    }));
}

/** By the ids of the questions that fields hold. */
export function fieldsByQuestion(connection: CatalogConnection): ReadonlyMap<number, AnswerField> {
  return new Map(answerFields(connection).flatMap((field) => field.questions.map(({ id }) => [id, field] as const)));
}

export class AnswerFieldStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  all(): AnswerField[] {
    return answerFields(this.#connection);
  }

  /** @throws CatalogError NO_SUCH_FIELD */
  get(id: number): AnswerField {
    return found(
      this.all().find((field) => field.id === id),
      { fieldId: id },
    );
  }

  /** By its name, in whichever case. @throws CatalogError NO_SUCH_FIELD */
  named(name: string): AnswerField {
    return found(this.find(name), { name });
  }

  find(name: string): AnswerField | undefined {
    return this.all().find((field) => keyOf(field.name) === keyOf(name));
  }

  /**
   * Defines a field, or another's definition anew; answers stay as they are. A question of another field comes to this one.
   * @returns its id @throws CatalogError FIELD_INVALID, FIELD_NAME_TAKEN, NO_SUCH_FIELD
   */
  save(definition: FieldDefinition, id?: number): number {
    const wanted = sound(definition);
    const { name } = wanted;
    return this.#connection.write(() => {
      if (id !== undefined) this.get(id);
      const taken = this.find(name);
      if (taken !== undefined && taken.id !== id) {
        throw new CatalogError('FIELD_NAME_TAKEN', `There is a field called ${taken.name} already.`, {
          name: taken.name,
        });
      }
      return this.#store(wanted, id);
    });
  }

  #store({ name, type, values, questions }: FieldDefinition, id?: number): number {
    const columns = [name, keyOf(name), type, JSON.stringify(values)] as const;
    if (id !== undefined) {
      this.#connection
        .prepare('UPDATE answer_field SET name = ?, name_key = ?, type = ?, list_values = ? WHERE id = ?')
        .run(...columns, id);
    }
    const fieldId =
      id ??
      Number(
        this.#connection
          .prepare('INSERT INTO answer_field (name, name_key, type, list_values) VALUES (?, ?, ?, ?)')
          .run(...columns).lastInsertRowid,
      );
    this.#hold(fieldId, questions);
    return fieldId;
  }

  /** A new field; one of that name keeps its type, and holds the questions and has a list's values, too. Returns its id. @throws CatalogError FIELD_INVALID */
  keep(definition: FieldDefinition): number {
    return this.#connection.write(() => {
      const before = this.find(definition.name);
      if (before === undefined) return this.save(definition);
      const { id, name, type } = before;
      const values = type === 'list' ? [...before.values, ...definition.values] : [];
      const questions = [...before.questions.map(({ text }) => text), ...definition.questions];
      return this.save({ name, type, values, questions }, id);
    });
  }

  /** Those of an import, each within the limits: a field that is here keeps its definition, and a question its field. */
  addUnknown(definitions: readonly FieldDefinition[]): void {
    if (definitions.length === 0) return;
    this.#connection.write(() => {
      const fields = this.all();
      const names = new Set(fields.map(({ name }) => keyOf(name)));
      const held = new Set(fields.flatMap(({ questions }) => questions.map(({ text }) => questionKey(text))));
      for (const definition of definitions) {
        const isWhole = definition.type !== 'list' || definition.values.length > 0;
        if (!isWhole || names.has(keyOf(definition.name))) continue;
        const questions = definition.questions.filter((question) => !held.has(questionKey(question)));
        this.#store(sound({ ...definition, values: definition.type === 'list' ? definition.values : [], questions }));
        names.add(keyOf(definition.name));
        for (const question of questions) held.add(questionKey(question));
      }
    });
  }

  /** Its answers stay. @throws CatalogError NO_SUCH_FIELD */
  remove(id: number): void {
    this.#connection.write(() => {
      this.get(id);
      this.#connection.prepare('DELETE FROM answer_field WHERE id = ?').run(id);
    });
  }

  #hold(fieldId: number, questions: readonly string[]): void {
    const answers = new AnswerStore(this.#connection);
    this.#connection.prepare('DELETE FROM answer_field_question WHERE field_id = ?').run(fieldId);
    const once = [...Map.groupBy(questions, questionKey).values()].flatMap(([first]) => first ?? []);
    for (const [position, question] of once.entries()) {
      this.#connection
        .prepare(
          `INSERT INTO answer_field_question (question_id, field_id, position) VALUES (?, ?, ?)
           ON CONFLICT (question_id) DO UPDATE SET field_id = excluded.field_id, position = excluded.position`,
        )
        .run(answers.questionId(question), fieldId, position);
    }
  }
}

function found(
  field: AnswerField | undefined,
  asked: { readonly fieldId?: number; readonly name?: string },
): AnswerField {
  if (field !== undefined) return field;
  const message =
    asked.name === undefined ? 'This field is no longer there.' : `There is no field called ${asked.name}.`;
  throw new CatalogError('NO_SUCH_FIELD', message, asked);
}

/** @throws CatalogError FIELD_INVALID */
function sound(definition: FieldDefinition): FieldDefinition {
  const parsed = fieldDefinitionSchema.safeParse({ ...definition, name: tidied(definition.name) });
  const values = [
    ...new Map((parsed.data?.values ?? []).map((value) => [foldText(tidied(value)), tidied(value)])).values(),
  ];
  if (parsed.data === undefined || (parsed.data.type === 'list') !== values.length > 0) {
    throw new CatalogError(
      'FIELD_INVALID',
      'A field has a name of at most 100 characters, and values only where it is one of a list.',
      { name: definition.name },
    );
  }
  return { ...parsed.data, values };
}

function keyOf(name: string): string {
  return caselessKey(tidied(name));
}
