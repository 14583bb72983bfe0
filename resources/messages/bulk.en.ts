/** @file English: work on many photos at once. */
import { counted, english } from './format.ts';

export const bulk = {
  bar: 'What to do with the selected photos',
  selected: (count: number) => `${english.number(count)} selected`,
  caption: 'Caption',
  ask: 'Ask…',
  tag: 'Tag…',
  judge: 'Judge',
  judgeHint: 'A matching model says how well each caption fits its photo',
  findable: 'Make findable',
  findableHint: 'Prepares photos for the search by what they show',
  selectNone: 'Select none',
  captionTitle: (count: number) => `Caption ${counted(count, 'photo')}`,
  askTitle: (count: number) => `Ask ${counted(count, 'photo')}`,
  tagTitle: (count: number) => `Tags of ${counted(count, 'photo')}`,
  captionMany: 'Caption the selected photos…',
  askMany: 'Ask the selected photos…',
  tagMany: 'Tag the selected photos…',
  preset: 'Preset',
  usualPreset: 'The usual caption',
  ownWords: 'Own words',
  prompt: 'What the model goes on from',
  promptHint: 'Such as: a photo of. Facts may stand in it, such as {folder} or {date}.',
  model: 'Model',
  usualModel: 'The usual model',
  candidates: 'Attempts',
  oneCandidate: 'One caption',
  bestOf: (count: number) => `The best of ${english.number(count)}`,
  judgedBy: 'Judged by',
  usualJudge: 'The usual judge',
  noJudge: 'Judging needs a matching model. None is installed.',
  again: 'Also photos that have such a caption already',
  askAgain: 'Also photos that have answers already',
  startCaption: 'Caption',
  questions: 'Questions, one a line',
  questionsExample: 'what is in the picture?\nhow many people are there?',
  questionCount: (questions: number, photos: number) =>
    `${counted(questions, 'question')} × ${counted(photos, 'photo')} = ${counted(questions * photos, 'answer')}`,
  closedChoices: 'Choose from a list only',
  choices: 'Answers to choose from, separated by commas',
  choicesHint: 'At least two. Answers that are never something else are easy to turn into tags.',
  startAsk: 'Ask',
  captionStarted: (photos: number, skipped: number) =>
    skipped === 0
      ? `Captioning ${counted(photos, 'photo')}.`
      : `Captioning ${counted(photos, 'photo')}; ${english.number(skipped)} skipped that are done already.`,
  askStarted: (answers: number, skipped: number) =>
    skipped === 0
      ? `${counted(answers, 'answer')} on the way.`
      : `${counted(answers, 'answer')} on the way; ${english.number(skipped)} are there already.`,
  judgeStarted: (photos: number, skipped: number) =>
    skipped === 0
      ? `Judging the captions of ${counted(photos, 'photo')}.`
      : `Judging the captions of ${counted(photos, 'photo')}; ${english.number(skipped)} skipped without one or judged already.`,
  findableStarted: (photos: number, skipped: number) =>
    skipped === 0
      ? `Preparing ${counted(photos, 'photo')}.`
      : `Preparing ${counted(photos, 'photo')}; ${english.number(skipped)} skipped that are prepared already.`,
  editing: (done: number, total: number) => `Changing photos: ${english.number(done)} of ${english.number(total)}`,
  nothingNew: 'There is nothing to do: all of them are done already.',
  showRun: 'Show',
  addTags: 'Add',
  removeTags: 'Remove',
  tagField: 'Tags to add or remove',
  removeChosen: (tag: string) => `Leave out ${tag}`,
  chosenTags: 'Chosen tags',
  tagsAdded: (tags: string, photos: number) => `Added ${tags} to ${counted(photos, 'photo')}.`,
  tagsRemoved: (tags: string, photos: number) => `Removed ${tags} from ${counted(photos, 'photo')}.`,
  preview: 'What changes',
  previewPhotos: (photos: number) => `${counted(photos, 'photo')} ${photos === 1 ? 'changes' : 'change'}`,
  previewNothing: 'Nothing would change.',
  previewAdded: 'Added',
  previewRemoved: 'Removed',
  previewExamples: (shown: number, photos: number) =>
    shown === photos ? 'Photo by photo' : `The first ${english.number(shown)} of ${counted(photos, 'photo')}`,
  previewNoTags: 'no tags',
  previewMore: (count: number) => `and ${english.number(count)} more`,
  onPhotos: (photos: number) => `on ${counted(photos, 'photo')}`,
  presetAbouts: {
    caption: 'a caption of one sentence',
    short: 'a caption in a few words',
    detailed: 'a description in several sentences',
    tags: 'the things in the photo, separated by commas',
    'alt-text': 'one sentence for somebody who cannot see the photo',
    story: 'a short story about the photo',
    text: 'the writing in the photo',
    'short-answer': 'your question, answered in a word or two',
  } as Readonly<Record<string, string>>,
};
