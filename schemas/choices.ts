/** @file What a person chooses between, in the order in which it is shown. Any process; data only, which the page loads without its checks. */

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

/** `system` is the first of the system's languages that Vignette speaks. */
export const languageChoices = ['system', 'en', 'zh'] as const;
export type LanguageChoice = (typeof languageChoices)[number];
export type Language = Exclude<LanguageChoice, 'system'>;

/** How a model's weights are stored: those of native-models, as a test holds. */
export const precisions = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof precisions)[number];

/** `auto` is what suits the machine. */
export const precisionChoices = ['auto', ...precisions] as const;
export type PrecisionChoice = (typeof precisionChoices)[number];

/** What models are computed on: those of native-models, as a test holds. */
export const devices = ['cpu', 'webgpu', 'cuda', 'directml'] as const;
export type Device = (typeof devices)[number];

/** `auto` is the best that the machine has. */
export const deviceChoices = ['auto', ...devices] as const;
export type DeviceChoice = (typeof deviceChoices)[number];

/** What an import reads: all that can be exported. */
export const importFormats = ['json', 'json-full', 'jsonl', 'coco', 'csv', 'parquet', 'txt', 'caption', 'xmp'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** What the text of a plain text file is: a list of tags with commas between them, or prose of some kind. */
export const textUses = ['tags', 'caption', 'altText', 'longDescription'] as const;
export type TextUse = (typeof textUses)[number];

/**
 * Where a person's text is here and another one there. `keep`: the one here stays, the other is left out. `add`: it stays,
 * and the other is added beside it. `replace`: the other takes its place.
 */
export const conflictChoices = ['keep', 'add', 'replace'] as const;
export type ConflictChoice = (typeof conflictChoices)[number];

/** Which marks a person gives photos. */
export const markKinds = ['rating', 'flag', 'label'] as const;
export type MarkKind = (typeof markKinds)[number];

export const flags = ['pick', 'reject'] as const;

/** As Lightroom has them, and in its order. */
export const colourLabels = ['red', 'yellow', 'green', 'blue', 'purple'] as const;
export type ColourLabel = (typeof colourLabels)[number];

export const maxStars = 5;

/** What the answers that a field holds are: yes or no, a number, one of the field's values, or any text. */
export const fieldTypes = ['yesNo', 'number', 'list', 'text'] as const;
export type FieldType = (typeof fieldTypes)[number];
