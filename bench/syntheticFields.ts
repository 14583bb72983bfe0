/** @file Fields of answers for the made-up photos, for the benchmarks that count or find by them. */
import type { CatalogConnection } from '../main/library/catalog/connection.ts';
import { AnswerFieldStore } from '../main/library/catalog/texts/answerFields.ts';

/** One of each type that is counted: of six photos in ten, whether it is indoors, how many people there are, and the season. */
export function fillFields(connection: CatalogConnection): void {
  connection.write(() =>
    connection.database.exec(`
      INSERT INTO question (id, text, text_key) VALUES (3, 'which season is it', 'which season is it');
      INSERT INTO answer (photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, created_at_ms)
        SELECT id, 3, season, season, 'model', 1, 1, 1, 0 FROM (
          SELECT id, CASE id * 7919 % 4 WHEN 0 THEN 'winter' WHEN 1 THEN 'spring' WHEN 2 THEN 'summer' ELSE 'autumn' END
            AS season FROM photo WHERE id % 5 < 3);
      ANALYZE;`),
  );
  const fields = new AnswerFieldStore(connection);
  fields.save({ name: 'indoors', type: 'yesNo', values: [], questions: ['is it indoors'] });
  fields.save({ name: 'people', type: 'number', values: [], questions: ['how many people are there'] });
  const values = ['winter', 'spring', 'summer', 'autumn'];
  fields.save({ name: 'season', type: 'list', values, questions: ['which season is it'] });
}
