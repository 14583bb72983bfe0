/**
 * @file What known models take after import and compute for an answer, by their shapes. The numbers are read off the graphs
 * that the importer would write (`bench/publishedWork.ts`; a test holds the two equal). Pure; every process.
 */
import type { Precision } from '../../../native-models/quantization/precision.ts';

export interface ModelWork {
  /** Bytes of the weights after import. */
  readonly sizes: Readonly<Record<Precision, number>>;
  /** Bytes of the weights that a token reads; 0 where the model writes nothing. */
  readonly stepBytes: Readonly<Record<Precision, number>>;
  readonly decoderLayers: number;
  /** Multiplications and additions of the vision tower for a photo. */
  readonly visionOperations: number;
  readonly prompt: {
    /** Positions of a photo, and weights of cross-attention that each is multiplied with. */
    readonly featureRows: number;
    readonly featureWeights: number;
    /** Positions of an ordinary instruction, with the query tokens. */
    readonly rows: number;
    /** Weights that each of them is multiplied with: of Q-Former and text encoder, and of the decoder. */
    readonly encoderWeights: number;
    readonly decoderWeights: number;
  };
}

const writesNothing = { fp32: 0, fp16: 0, int8: 0, int4: 0 };

const blipStep = { fp32: 493_255_000, fp16: 247_010_000, int8: 131_582_000, int4: 81_742_000 };
const blipVision = { base: 111_136_000_000, large: 382_130_000_000 };
const giantVision = 521_920_000_000;

const blip2Prompt = { featureRows: 257, featureWeights: 13e6 };
const t5Step = {
  xl: { fp32: 5_699_609_000, fp16: 3_353_420_000, int8: 1_518_510_000, int4: 964_862_000 },
  xxl: { fp32: 22_270_853_000, fp16: 13_149_291_000, int8: 5_924_799_000, int4: 3_710_206_000 },
};

export const modelWork = {
  blipCaptionBase: {
    sizes: { fp32: 895_887_000, fp16: 451_460_000, int8: 237_348_000, int4: 187_508_000 },
    stepBytes: blipStep,
    decoderLayers: 12,
    visionOperations: blipVision.base,
    prompt: { featureRows: 577, featureWeights: 14.2e6, rows: 8, encoderWeights: 0, decoderWeights: 100e6 },
  },
  blipCaptionLarge: {
    sizes: { fp32: 1_785_162_000, fp16: 897_188_000, int8: 461_855_000, int4: 412_015_000 },
    stepBytes: blipStep,
    decoderLayers: 12,
    visionOperations: blipVision.large,
    prompt: { featureRows: 577, featureWeights: 18.9e6, rows: 8, encoderWeights: 0, decoderWeights: 100e6 },
  },
  blipVqa: {
    sizes: { fp32: 1_444_921_000, fp16: 727_117_000, int8: 378_260_000, int4: 328_420_000 },
    stepBytes: blipStep,
    decoderLayers: 12,
    visionOperations: blipVision.base,
    prompt: { featureRows: 577, featureWeights: 28.3e6, rows: 16, encoderWeights: 99e6, decoderWeights: 0 },
  },
  blipMatchingBase: {
    sizes: { fp32: 894_977_000, fp16: 450_944_000, int8: 231_206_000, int4: 231_206_000 },
    stepBytes: writesNothing,
    decoderLayers: 0,
    visionOperations: blipVision.base,
    prompt: { featureRows: 577, featureWeights: 14.2e6, rows: 16, encoderWeights: 99e6, decoderWeights: 0 },
  },
  blipMatchingLarge: {
    sizes: { fp32: 1_784_515_000, fp16: 896_803_000, int8: 455_778_000, int4: 455_778_000 },
    stepBytes: writesNothing,
    decoderLayers: 0,
    visionOperations: blipVision.large,
    prompt: { featureRows: 577, featureWeights: 18.9e6, rows: 16, encoderWeights: 99e6, decoderWeights: 0 },
  },
  blip2Opt2: {
    sizes: { fp32: 14_978_720_000, fp16: 7_506_207_000, int8: 3_937_753_000, int4: 2_679_461_000 },
    stepBytes: { fp32: 10_606_387_000, fp16: 5_315_830_000, int8: 2_835_881_000, int4: 1_577_590_000 },
    decoderLayers: 32,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 40, encoderWeights: 94e6, decoderWeights: 2518e6 },
  },
  blip2Opt6: {
    sizes: { fp32: 31_010_953_000, fp16: 15_529_908_000, int8: 8_207_387_000, int4: 4_986_162_000 },
    stepBytes: { fp32: 26_633_896_000, fp16: 13_337_166_000, int8: 7_104_324_000, int4: 3_883_098_000 },
    decoderLayers: 32,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 40, encoderWeights: 94e6, decoderWeights: 6444e6 },
  },
  blip2T5Xl: {
    sizes: { fp32: 16_032_979_000, fp16: 9_027_836_000, int8: 4_117_416_000, int4: 3_563_768_000 },
    stepBytes: t5Step.xl,
    decoderLayers: 24,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 40, encoderWeights: 1453e6, decoderWeights: 0 },
  },
  blip2T5Xxl: {
    sizes: { fp32: 49_444_772_000, fp16: 28_754_139_000, int8: 12_740_635_000, int4: 10_526_043_000 },
    stepBytes: t5Step.xxl,
    decoderLayers: 24,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 40, encoderWeights: 5530e6, decoderWeights: 0 },
  },
  blip2Matching: {
    sizes: { fp32: 4_688_129_000, fp16: 2_349_190_000, int8: 1_183_834_000, int4: 1_183_834_000 },
    stepBytes: writesNothing,
    decoderLayers: 0,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 48, encoderWeights: 94e6, decoderWeights: 0 },
  },
  instructBlipT5Xl: {
    sizes: { fp32: 16_336_173_000, fp16: 9_180_338_000, int8: 4_196_206_000, int4: 3_642_558_000 },
    stepBytes: t5Step.xl,
    decoderLayers: 24,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 48, encoderWeights: 1453e6, decoderWeights: 0 },
  },
  instructBlipT5Xxl: {
    sizes: { fp32: 49_747_966_000, fp16: 28_906_641_000, int8: 12_819_425_000, int4: 10_604_832_000 },
    stepBytes: t5Step.xxl,
    decoderLayers: 24,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 48, encoderWeights: 5530e6, decoderWeights: 0 },
  },
  instructBlipVicuna7: {
    sizes: { fp32: 31_634_995_000, fp16: 15_823_673_000, int8: 8_343_259_000, int4: 5_105_256_000 },
    stepBytes: { fp32: 26_430_439_000, fp16: 13_216_277_000, int8: 7_030_330_000, int4: 3_792_327_000 },
    decoderLayers: 32,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 48, encoderWeights: 94e6, decoderWeights: 6476e6 },
  },
  instructBlipVicuna13: {
    sizes: { fp32: 56_747_948_000, fp16: 28_380_448_000, int8: 15_014_281_000, int4: 8_670_397_000 },
    stepBytes: { fp32: 51_409_166_000, fp16: 25_705_937_000, int8: 13_667_788_000, int4: 7_323_904_000 },
    decoderLayers: 40,
    visionOperations: giantVision,
    prompt: { ...blip2Prompt, rows: 48, encoderWeights: 94e6, decoderWeights: 12688e6 },
  },
} as const satisfies Readonly<Record<string, ModelWork>>;
