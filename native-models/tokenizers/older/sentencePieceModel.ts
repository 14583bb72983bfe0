/**
 * @file Reads a model of SentencePiece, a protobuf message, in the fields that a tokenizer is made of (sentencepiece,
 * `src/sentencepiece_model.proto`). Compiler only.
 */
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { invalidFile, readTokenizerFile } from '../tokenizerFile.ts';
import type { NumberedToken } from './olderSettings.ts';

export type PieceKind = 'normal' | 'unknown' | 'control' | 'userDefined' | 'unused' | 'byte';

interface SentencePiece {
  readonly piece: string;
  readonly score: number;
  readonly kind: PieceKind;
}

export interface SentencePieceModel {
  /** In order of their ids; no two are the same. */
  readonly pieces: readonly SentencePiece[];
  readonly ids: ReadonlyMap<string, number>;
  readonly algorithm: 'unigram' | 'bpe';
  /** Of the piece that stands for what no other piece has. */
  readonly unknownId: number;
  /** How characters are replaced, compiled; empty where they are not. */
  readonly charsmap: Uint8Array;
}

/** The numbers of `SentencePiece.Type`. */
const kinds: readonly (PieceKind | undefined)[] = [
  undefined,
  'normal',
  'unknown',
  'control',
  'userDefined',
  'unused',
  'byte',
];

/** Far beyond any vocabulary, and any of its pieces; what is made of a piece takes the square of its length. */
const maxPieces = 1_000_000;
const maxPieceLength = 512;

/** @throws TokenizerError TOKENIZER_FILE_MISSING, TOKENIZER_FILE_INVALID */
export async function readSentencePieceModel(file: string): Promise<SentencePieceModel> {
  const bytes = await readTokenizerFile(file);
  let fields: ModelFields;
  try {
    fields = readModel(new BinaryReader(bytes, decodeUtf8));
  } catch (cause) {
    if (cause instanceof ModelFault) throw invalidFile(file, cause.message, cause);
    throw invalidFile(file, 'is cut off or damaged: it is not a model of SentencePiece', cause);
  }
  const { pieces, modelType, unknownId, charsmap } = fields;
  const algorithm = modelType === 1 ? 'unigram' : modelType === 2 ? 'bpe' : undefined;
  if (algorithm === undefined) {
    throw invalidFile(file, `is a model of a kind that is not supported (${modelType}); unigram and BPE are`);
  }
  if (pieces.length === 0) throw invalidFile(file, 'holds no pieces');
  const ids = new Map<string, number>();
  for (const [id, { piece, score }] of pieces.entries()) {
    const first = ids.get(piece);
    if (first !== undefined) {
      throw invalidFile(file, `has the piece ${JSON.stringify(piece)} twice, as ${first} and as ${id}`);
    }
    if (!Number.isFinite(score)) throw invalidFile(file, `scores the piece ${id} with ${score}`);
    ids.set(piece, id);
  }
  if (pieces[unknownId] === undefined) {
    throw invalidFile(file, `has ${unknownId} for the id of its unknown token, but ${pieces.length} pieces`);
  }
  return { pieces, ids, algorithm, unknownId, charsmap };
}

/** What a message says that no model can; the message begins with its verb. */
class ModelFault extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ModelFault('has a piece that is not UTF-8', { cause });
  }
}

interface ModelFields {
  readonly pieces: SentencePiece[];
  modelType: number;
  unknownId: number;
  charsmap: Uint8Array;
}

type FieldReaders = Readonly<Record<number, (() => void) | undefined>>;

/** With the defaults of the message's definition. */
function readModel(reader: BinaryReader): ModelFields {
  const fields: ModelFields = { pieces: [], modelType: 1, unknownId: 0, charsmap: new Uint8Array() };
  const inside = (read: (inner: BinaryReader) => void) => read(new BinaryReader(reader.bytes(), decodeUtf8));
  readFields(reader, {
    1: () => {
      if (fields.pieces.length >= maxPieces) throw new ModelFault(`holds more than ${maxPieces} pieces`);
      inside((inner) => fields.pieces.push(readPiece(inner)));
    },
    2: () =>
      inside((inner) =>
        readFields(inner, {
          3: () => {
            fields.modelType = inner.int32();
          },
          40: () => {
            fields.unknownId = inner.int32();
          },
        }),
      ),
    3: () =>
      inside((inner) =>
        readFields(inner, {
          2: () => {
            fields.charsmap = inner.bytes();
          },
        }),
      ),
  });
  return fields;
}

function readPiece(reader: BinaryReader): SentencePiece {
  let [piece, score, type] = ['', 0, 1];
  readFields(reader, {
    1: () => {
      piece = reader.string();
    },
    2: () => {
      score = reader.float();
    },
    3: () => {
      type = reader.int32();
    },
  });
  if (piece === '') throw new ModelFault('has an empty piece');
  if (piece.length > maxPieceLength) throw new ModelFault(`has a piece of ${piece.length} characters`);
  const kind = kinds[type];
  if (kind === undefined) throw new ModelFault(`has a piece of the unknown type ${type}`);
  return { piece, score, kind };
}

/** Fields that are not asked for are passed over. */
function readFields(reader: BinaryReader, readers: FieldReaders): void {
  while (reader.pos < reader.len) {
    const [number, wireType]: [number, WireType] = reader.tag();
    const read = readers[number];
    if (read === undefined) reader.skip(wireType, number);
    else read();
  }
  if (reader.pos > reader.len) throw new RangeError('the message is cut off');
}

/** Pieces that are found in text before any other, or never: control symbols and those that a user defined. */
export function setApart({ pieces }: SentencePieceModel): NumberedToken[] {
  return pieces.flatMap(({ piece, kind }) =>
    kind === 'control' || kind === 'userDefined' ? [{ content: piece, special: kind === 'control' }] : [],
  );
}
