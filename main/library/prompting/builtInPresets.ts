/**
 * @file The presets that come with Vignette, in the words that suit each family of models. Pure.
 *
 * InstructBLIP's are taken from, or modelled on, the instructions of its paper (table 6 and appendix); BLIP's captioner
 * can only go on from a beginning, so that most presets are not for it. Where the bundled model knows an instruction of
 * the same meaning, its words are taken, so that the preset can be tried at once.
 */
import type { PromptKind, PromptStyle } from '../../../native-models/prompting/promptRequest.ts';
import type { PresetUse } from '../../../schemas/text.ts';

export interface Wording {
  readonly kind: PromptKind;
  readonly text: string;
}

export interface Preset {
  readonly name: string;
  /** One line for a list. */
  readonly about: string;
  /** The kind of text that it is for; it can be used for the others, too. Those for answers are questions and nothing else. */
  readonly writes: PresetUse;
  /** Undefined for models that it asks too much of. */
  readonly wordings: Readonly<Record<PromptStyle, Wording | undefined>>;
}

const defaultCaptionPreset = 'caption';

export const builtInPresets: readonly Preset[] = [
  {
    name: defaultCaptionPreset,
    about: 'a caption of one sentence',
    writes: 'caption',
    wordings: {
      'blip-caption': text('a photo of'),
      'blip-vqa': question('what is in the picture?'),
      blip2: text('a photo of'),
      instruct: text('a photo of'),
    },
  },
  {
    name: 'short',
    about: 'a caption in a few words',
    writes: 'caption',
    wordings: {
      'blip-caption': text(''),
      'blip-vqa': question('what is this?'),
      blip2: text(''),
      instruct: question('A short image description:'),
    },
  },
  {
    name: 'detailed',
    about: 'a description in several sentences',
    writes: 'caption',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': undefined,
      blip2: question('Describe the photo in detail.'),
      instruct: question('describe the image in detail.'),
    },
  },
  {
    name: 'tags',
    about: 'the things in the photo, separated by commas',
    writes: 'caption',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': question('what objects are in the picture?'),
      blip2: question('Which objects are in the photo? List them, separated by commas.'),
      instruct: question('list the tags of this photo.'),
    },
  },
  {
    name: 'alt-text',
    about: 'one sentence for somebody who cannot see the photo',
    writes: 'altText',
    wordings: {
      // A screen reader says "image" by itself.
      'blip-caption': text(''),
      'blip-vqa': undefined,
      blip2: question('Describe the photo in one sentence to somebody who cannot see it.'),
      instruct: question('Describe the image in one sentence to somebody who cannot see it.'),
    },
  },
  {
    name: 'long-description',
    about: 'the details, for somebody who cannot see the photo',
    writes: 'longDescription',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': undefined,
      blip2: question('Describe the photo in detail to somebody who cannot see it.'),
      instruct: question('describe the image in detail.'),
    },
  },
  {
    name: 'story',
    about: 'a short story about the photo',
    writes: 'caption',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': undefined,
      blip2: question('Tell a short story about the photo.'),
      instruct: question('Write a short story about the image.'),
    },
  },
  {
    name: 'text',
    about: 'the writing in the photo',
    writes: 'caption',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': question('what does the text say?'),
      blip2: question('What does the text in the photo say?'),
      instruct: question('What is written in the image?'),
    },
  },
  {
    name: 'short-answer',
    about: 'your question, answered in a word or two',
    writes: 'caption',
    wordings: {
      'blip-caption': undefined,
      'blip-vqa': question('{question}'),
      blip2: text('Question: {question} Short answer:'),
      instruct: question('Question: {question} Short answer:'),
    },
  },
  savedQuestion('how-many', 'how many there are of something', 'how many ___ are there?'),
  savedQuestion('is-there', 'whether something is in the photo', 'is there a ___?'),
  savedQuestion('what-color', 'the color of something', 'what color is the ___?'),
  savedQuestion('where-is', 'where something is', 'where is the ___?'),
  savedQuestion('what-doing', 'what somebody does', 'what is the ___ doing?'),
  savedQuestion('is-next-to', 'whether something is next to something else', 'is there a ___ next to the ___?'),
];

/** What a model is asked for a caption when nobody says otherwise. */
export function defaultCaptionWording(style: PromptStyle): Wording {
  const wording = builtInPresets.find(({ name }) => name === defaultCaptionPreset)?.wordings[style];
  if (wording === undefined) throw new RangeError(`the default preset has no words for ${style}`);
  return wording;
}

/** With blanks (`schemas/blanks.ts`). */
function savedQuestion(name: string, about: string, words: string): Preset {
  const wording = question(words);
  const wordings = { 'blip-caption': undefined, 'blip-vqa': wording, blip2: wording, instruct: wording };
  return { name, about, writes: 'answer', wordings };
}

function text(words: string): Wording {
  return { kind: 'text', text: words };
}

function question(words: string): Wording {
  return { kind: 'question', text: words };
}
