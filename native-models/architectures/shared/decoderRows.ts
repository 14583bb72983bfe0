/**
 * @file What a decoder knows of its rows between two steps: their keys and values, what they attend to, where they are.
 * A step gives new rows and leaves the old ones as they are, so that one that failed can be tried again in parts. Model host.
 *
 * R rows · N heads · T keys so far · H head size · L tokens of the source
 */
import { causalBias, type Padding } from '../../layers/masks.ts';
import { floatTensor, type Tensor } from '../../runtime/graphSession.ts';
import { stackRows, type Tensors, takeRows, withoutFirst } from '../../runtime/tensorRows.ts';

interface Row {
  /** Which of the source's rows it continues: beams of one sequence share what they attend to. */
  readonly sequence: symbol;
  /** Of its next token, counted from its first real one. */
  readonly position: number;
  /** Keys that are none of its own. */
  readonly hidden: readonly Padding[];
}

export interface DecoderRows {
  readonly rows: readonly Row[];
  /** T */
  readonly length: number;
  /** `past_key.i` and `past_value.i`, [R', N, T, H]: of the rows of the last step, which the graph itself reorders. */
  readonly cache: Tensors;
  /** What the rows attend to besides: `cross_key.i`, `cross_value.i`, [R, N, L, H], and a mask [R, L]. */
  readonly source: Tensors;
}

/** So many unseen columns are worth a copy of the others. */
const trimmedColumns = 16;

/** Row r of the next step continues row `parents[r]`. The source is copied only where rows change sequence. */
export function followRows(before: DecoderRows, parents: Int32Array): DecoderRows {
  const rows = Array.from(parents, (parent) => {
    const row = before.rows[parent];
    if (row === undefined) throw new RangeError(`the last step had no row ${parent}`);
    return row;
  });
  const isSame =
    rows.length === before.rows.length && rows.every(({ sequence }, r) => sequence === before.rows[r]?.sequence);
  const source = isSame ? before.source : mapTensors(before.source, (tensor) => takeRows(tensor, [...parents]));
  return { ...before, rows, source };
}

/** After a step that gave every row `created` more keys. */
export function grownRows({ rows, length, source }: DecoderRows, created: number, cache: Tensors): DecoderRows {
  return {
    rows: rows.map((row) => ({ ...row, position: row.position + created })),
    length: length + created,
    cache,
    source,
  };
}

/** The rows of all, one after the other: the shorter ones have keys before theirs that they do not see. */
export function joinRows(parts: readonly DecoderRows[]): DecoderRows {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const length = Math.max(...parts.map((part) => part.length));
  const rows = parts.flatMap((part) => part.rows.map((row) => movedRow(row, length - part.length)));
  return {
    rows,
    length,
    cache: stackTensors(
      parts.map(({ cache }) => cache),
      'before',
    ),
    source: stackTensors(
      parts.map(({ source }) => source),
      'after',
    ),
  };
}

/** Without the columns that were kept for rows which have left. */
export function trimRows(before: DecoderRows): DecoderRows {
  const unseen = Math.min(...before.rows.map(({ hidden }) => (hidden[0]?.start === 0 ? hidden[0].length : 0)));
  if (unseen < trimmedColumns) return before;
  return {
    ...before,
    rows: before.rows.map((row) => movedRow(row, -unseen)),
    length: before.length - unseen,
    cache: mapTensors(before.cache, (tensor) => withoutFirst(tensor, unseen)),
  };
}

/** Bias of the next `created` keys of every row against all, [R, 1, created, T + created] */
export function rowsBias({ rows, length }: DecoderRows, created: number): Tensor {
  const keys = length + created;
  const hidden = rows.map((row) => row.hidden);
  return floatTensor(causalBias(hidden, created, keys), [rows.length, 1, created, keys]);
}

/** With so many more keys before its own, or fewer. */
function movedRow(row: Row, by: number): Row {
  if (by === 0) return row;
  const moved = row.hidden.map(({ start, length }) => ({ start: start + by, length }));
  const [first] = row.hidden;
  const startsHidden = first?.start === 0;
  const before = (startsHidden ? first.length : 0) + by;
  const others = startsHidden ? moved.slice(1) : moved;
  return { ...row, hidden: before > 0 ? [{ start: 0, length: before }, ...others] : others };
}

function stackTensors(parts: readonly Tensors[], zeros: 'after' | 'before'): Tensors {
  return mapTensors(parts[0] ?? {}, (_, name) =>
    stackRows(
      parts.map((part) => {
        const tensor = part[name];
        if (tensor === undefined) throw new RangeError(`one of the decoders has no ${name}`);
        return tensor;
      }),
      zeros,
    ),
  );
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor, name: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
}
