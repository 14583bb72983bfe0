/** @file What a model is asked for each kind of text, and how long it may be, when nobody says otherwise. Pure; data only. */
import type { TextKind } from '../../../schemas/text.ts';

/** The preset whose words are taken; undefined: `defaultCaptionWording`. */
export const presetsOfKinds: Readonly<Record<TextKind, string | undefined>> = {
  caption: undefined,
  altText: 'alt-text',
  longDescription: 'long-description',
};

/** At most, in tokens; undefined: as the generation settings have it. An alt text that is somewhat too long is shortened by the person. */
export const maxTokensOfKinds: Readonly<Record<TextKind, number | undefined>> = {
  caption: undefined,
  altText: 96,
  longDescription: 256,
};
