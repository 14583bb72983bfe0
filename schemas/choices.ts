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
