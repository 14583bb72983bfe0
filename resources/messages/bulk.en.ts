/** @file English: work on many photos at once. */
import { counted, english } from './format.ts';

export const bulk = {
  bar: 'Actions for selected photos',
  /** @param stacks folded ones among them, each selected whole */
  selected: (count: number, stacks = { count: 0, photos: 0 }) => {
    const selected = `${english.number(count)} selected`;
    if (stacks.count === 0) return selected;
    const inStacks = `in ${counted(stacks.count, 'stack')}`;
    return stacks.photos === count
      ? `${selected} ${inStacks}`
      : `${selected}, ${english.number(stacks.photos)} ${inStacks}`;
  },
  /** @param tops photos instead of `all` */
  onlyTops: (tops: number, all: number) =>
    `Once for each stack: its top photo (${english.number(tops)} instead of ${english.number(all)})`,
  stackChecked:
    'The other photos get its text where the matching model finds that it fits; the rest are captioned on their own.',
  stackUnchecked:
    'The other photos get its text where they look nearly the same; the rest are captioned on their own. Nothing is checked: no matching model is installed.',
  stackAnswers:
    'The other photos get its answers where they look nearly the same; the rest are asked on their own. Answers are not checked.',
  caption: 'Caption',
  ask: 'Ask…',
  tag: 'Tag…',
  check: 'Check captions',
  index: 'Index for visual search',
  /** What a matching model does with the selected photos. */
  matching: {
    score: {
      title: (count: number) => `Check the captions of ${counted(count, 'photo')}`,
      hint: 'A matching model scores how well each caption matches its photo.',
      start: 'Check',
      started: (photos: number, skipped: number) =>
        skipped === 0
          ? `Checking the captions of ${counted(photos, 'photo')}.`
          : `Checking the captions of ${counted(photos, 'photo')}; skipped ${english.number(skipped)} without a caption or already checked.`,
    },
    embed: {
      title: (count: number) => `Index ${counted(count, 'photo')} for visual search`,
      hint: 'Lets you search photos by what they show.',
      start: 'Index',
      started: (photos: number, skipped: number) =>
        skipped === 0
          ? `Indexing ${counted(photos, 'photo')}.`
          : `Indexing ${counted(photos, 'photo')}; skipped ${english.number(skipped)} already indexed.`,
    },
  },
  clearSelection: 'Clear selection',
  writes: 'Write',
  kinds: { caption: 'Captions', altText: 'Alt text', longDescription: 'Long descriptions' },
  captionTitle: {
    caption: (count: number) => `Caption ${counted(count, 'photo')}`,
    altText: (count: number) => `Write alt text for ${counted(count, 'photo')}`,
    longDescription: (count: number) => `Write long descriptions for ${counted(count, 'photo')}`,
  },
  askTitle: (count: number) => `Ask about ${counted(count, 'photo')}`,
  modelTagging: 'Let a model choose tags',
  modelTaggingText: (count: number) => `Out of the ${counted(count, 'tag')} in the vocabulary.`,
  modelTaggingEmpty: 'The vocabulary is empty. Add tags to it on the Tags page.',
  maxTags: 'Maximum per photo',
  tagAgain: 'Include photos already tagged this way',
  startTagging: 'Start tagging',
  taggingStarted: (photos: number, skipped: number) =>
    skipped === 0
      ? `Tagging ${counted(photos, 'photo')}.`
      : `Tagging ${counted(photos, 'photo')}; skipped ${english.number(skipped)} already tagged this way.`,
  tagTitle: (count: number) => `Tag ${counted(count, 'photo')}`,
  captionMany: 'Caption the selected photos…',
  askMany: 'Ask about the selected photos…',
  tagMany: 'Tag the selected photos…',
  preset: 'Preset',
  defaultPreset: {
    caption: 'Default caption',
    altText: 'Default alt text',
    longDescription: 'Default long description',
  },
  customPrompt: 'Custom prompt',
  prompt: 'Prompt',
  promptHint:
    'The caption continues this text, such as: a photo of. Placeholders: {folder}, {date}, {people}, {place}, {title}, {keywords}. [Brackets] leave out a clause whose placeholder is empty.',
  model: 'Model',
  defaultModel: 'Default model',
  candidates: 'Candidates',
  oneCandidate: 'One caption',
  bestOf: (count: number) => `Best of ${english.number(count)}`,
  checkedBy: 'Checked by',
  defaultMatcher: 'Default matching model',
  noMatcher: 'Checking captions requires a matching model. None is installed.',
  again: {
    caption: 'Include photos already captioned',
    altText: 'Include photos that already have alt text',
    longDescription: 'Include photos that already have a long description',
  },
  answerSettings: 'Change answer settings',
  askAgain: 'Include photos already answered',
  startCaption: { caption: 'Caption', altText: 'Write alt text', longDescription: 'Write long descriptions' },
  questions: 'Questions, one per line',
  questionsExample: 'what is in the picture?\nhow many people are there?',
  questionCount: (questions: number, photos: number) =>
    `${counted(questions, 'question')} × ${counted(photos, 'photo')} = ${counted(questions * photos, 'answer')}`,
  followUp: 'Ask follow-ups',
  followUpHint: 'Only of photos with a certain answer to a question above, in the same run.',
  followUpAfter: 'After',
  followUpAnswers: 'Where the answer is',
  followUpAnswersExample: 'yes',
  followUpQuestions: 'Follow-ups, one per line',
  followUpExample: 'what does it say?',
  answers: 'Answers',
  answersTo: (question: string) => `Answers to “${question}”`,
  answerKinds: {
    any: 'Any',
    yesNo: 'Yes or no',
    number: 'Number',
    list: 'One of a list',
    tag: 'Tag of the vocabulary',
    field: 'What the field allows',
  },
  onlyBelow: 'Only tags below',
  onlyBelowOf: (question: string) => `Only tags below, for “${question}”`,
  onlyBelowExample: 'places',
  choices: 'Allowed answers, separated by commas',
  choicesHint: 'At least two. Fixed answers are easy to convert to tags.',
  choicesOf: (question: string) => `Allowed answers to “${question}”, separated by commas`,
  startAsk: 'Ask',
  captionStarted: {
    caption: (photos: number, skipped: number) =>
      skipped === 0
        ? `Captioning ${counted(photos, 'photo')}.`
        : `Captioning ${counted(photos, 'photo')}; skipped ${english.number(skipped)} already captioned.`,
    altText: (photos: number, skipped: number) =>
      skipped === 0
        ? `Writing alt text for ${counted(photos, 'photo')}.`
        : `Writing alt text for ${counted(photos, 'photo')}; skipped ${english.number(skipped)} that already have it.`,
    longDescription: (photos: number, skipped: number) =>
      skipped === 0
        ? `Writing long descriptions for ${counted(photos, 'photo')}.`
        : `Writing long descriptions for ${counted(photos, 'photo')}; skipped ${english.number(skipped)} that already have one.`,
  },
  askStarted: (answers: number, skipped: number) =>
    skipped === 0
      ? `Asking: ${counted(answers, 'answer')} queued.`
      : `Asking: ${counted(answers, 'answer')} queued; skipped ${english.number(skipped)} already answered.`,
  editing: (done: number, total: number) => `Editing photos: ${english.number(done)} of ${english.number(total)}`,
  nothingNew: 'Nothing to do: all photos are already done.',
  showRun: 'Show',
  addTags: 'Add',
  removeTags: 'Remove',
  tagField: 'Tags to add or remove',
  removeSelected: (tag: string) => `Remove ${tag} from the list`,
  selectedTags: 'Selected tags',
  tagsAdded: (tags: string, photos: number) => `Added ${tags} to ${counted(photos, 'photo')}.`,
  tagsRemoved: (tags: string, photos: number) => `Removed ${tags} from ${counted(photos, 'photo')}.`,
  preview: 'Changes',
  previewPhotos: (photos: number) => `${counted(photos, 'photo')} will change`,
  previewNothing: 'Nothing will change.',
  previewAdded: 'Added',
  previewRemoved: 'Removed',
  previewExamples: (shown: number, photos: number) =>
    shown === photos ? 'By photo' : `First ${english.number(shown)} of ${counted(photos, 'photo')}`,
  previewNoTags: 'no tags',
  previewMore: (count: number) => `and ${english.number(count)} more`,
  onPhotos: (photos: number) => `on ${counted(photos, 'photo')}`,
  presetAbouts: {
    caption: 'a caption of one sentence',
    short: 'a caption in a few words',
    detailed: 'a description in several sentences',
    tags: 'things in the photo, separated by commas',
    'alt-text': 'one sentence for someone who cannot see the photo',
    'long-description': 'the details, for someone who cannot see the photo',
    story: 'a short story about the photo',
    text: 'the text in the photo',
    'short-answer': 'an answer to your question in a word or two',
    'how-many': 'how many there are of something',
    'is-there': 'whether something is in the photo',
    'what-color': 'the color of something',
    'where-is': 'where something is',
    'what-doing': 'what someone is doing',
    'is-next-to': 'whether something is next to something else',
  } as Readonly<Record<string, string>>,
};
