/**
 * @file The precisions a model can be imported in, and what each of them means for the parts of a model: vision and
 * prompt are bound by arithmetic, decoding by how fast the weights are read. Compiler, and whoever offers the choice.
 */
import * as z from 'zod';

/** How a model's weights are stored and multiplied. */
export const precisionSchema = z.enum(['fp32', 'fp16', 'int8', 'int4']);
export type Precision = z.output<typeof precisionSchema>;

/** What a person can choose: `auto` is what suits the machine. */
export const precisionChoiceSchema = z.enum(['auto', ...precisionSchema.options]);
export type PrecisionChoice = z.output<typeof precisionChoiceSchema>;

/** The parts of a model that a precision treats differently; every graph is one of them. */
export type ModelPart = 'vision' | 'qformer' | 'textEncoder' | 'decoder';

/** Codes of 4 or 8 bits with a scale for every `blockSize` inputs of an output: fewest bytes a weight. */
export interface BlockFormat {
  readonly form: 'blocks';
  readonly bits: 4 | 8;
  readonly blockSize: number;
}

/** How one matrix is stored. */
export type MatrixFormat =
  /** As float32. */
  | { readonly form: 'float' }
  /** As float16, and multiplied with float16: for graphics cards. */
  | { readonly form: 'half' }
  | QuantizedFormat;

/** How one matrix is stored in codes. */
export type QuantizedFormat =
  | BlockFormat
  /** 8-bit codes with a scale for every output; what they are multiplied with becomes 8-bit codes a row: fastest for many rows. */
  | { readonly form: 'channels' };

/** How the matrices of one part are stored, by their role. */
export interface PartFormat {
  readonly matrices: MatrixFormat;
  /** Of matrices that small errors hurt most: T5's `wo` (CTranslate2#1239, ipex-llm#9171). */
  readonly sensitive: MatrixFormat;
  /** Of embedding tables and output layers. */
  readonly tables: MatrixFormat;
}

const float: MatrixFormat = { form: 'float' };
const half: MatrixFormat = { form: 'half' };
const channels: MatrixFormat = { form: 'channels' };
const bytes: MatrixFormat = { form: 'blocks', bits: 8, blockSize: 64 };
const nibbles: MatrixFormat = { form: 'blocks', bits: 4, blockSize: 64 };

const inFloat: PartFormat = { matrices: float, sensitive: float, tables: float };
/**
 * What T5's `wo` gives overflows float16, so that it stays wide, as in the reference (`_keep_in_fp32_modules`); norms,
 * attention and the residual stream of every model are float32 in any case.
 */
const inHalf: PartFormat = { matrices: half, sensitive: float, tables: half };
const encoder: PartFormat = { matrices: channels, sensitive: channels, tables: bytes };

const formats: Readonly<Record<Precision, Readonly<Record<ModelPart, PartFormat>>>> = {
  fp32: { vision: inFloat, qformer: inFloat, textEncoder: inFloat, decoder: inFloat },
  fp16: { vision: inHalf, qformer: inHalf, textEncoder: inHalf, decoder: inHalf },
  int8: {
    vision: encoder,
    qformer: encoder,
    textEncoder: encoder,
    decoder: { matrices: bytes, sensitive: bytes, tables: bytes },
  },
  int4: {
    vision: encoder,
    qformer: encoder,
    textEncoder: encoder,
    decoder: { matrices: nibbles, sensitive: bytes, tables: bytes },
  },
};

/** Whether weights are codes with scales, which a device needs operators of its own for. */
export function isQuantized(precision: Precision): boolean {
  return precision === 'int8' || precision === 'int4';
}

/** What a matrix is for, as far as its precision depends on it. */
export type MatrixRole = Exclude<keyof PartFormat, 'tables'>;

export function formatOf(precision: Precision, part: ModelPart): PartFormat {
  return formats[precision][part];
}

/** How layers of the part are stored that do too much harm in the precision's own format. */
export function widerFormatOf(precision: Precision, part: ModelPart): PartFormat {
  return precision === 'int4' && part === 'decoder' ? formats.int8.decoder : inFloat;
}
