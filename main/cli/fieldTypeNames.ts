/** @file The types of fields as flags are written. Pure. */
import { type FieldType, fieldTypes } from '../../schemas/choices.ts';
import { UsageError } from './exitCodes.ts';

export const fieldTypeNames: Readonly<Record<FieldType, string>> = {
  yesNo: 'yes-no',
  number: 'number',
  list: 'list',
  text: 'text',
};

/** @throws UsageError for one that is none */
export function fieldTypeNamed(flag: string, name: string): FieldType {
  const type = fieldTypes.find((known) => fieldTypeNames[known] === name);
  if (type !== undefined) return type;
  throw new UsageError((usage) => usage.noChoice(flag, Object.values(fieldTypeNames), name));
}
