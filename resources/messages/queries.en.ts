/** @file English: what is wrong with a query. */
import type { QuerySentences } from './queryProblemText.ts';

export const queries: QuerySentences = {
  tooLong: () => 'The query is too long.',
  tooManyParts: () => 'The query has too many parts.',
  tooDeep: () => 'The parentheses are nested too deeply.',
  tooManyWords: () => 'Too many words are like this. Write more of the letters.',
  nothingToSearchFor: () => 'There is no letter or digit here to search for.',
  quoteOpen: () => 'This quotation mark is not closed.',
  parenthesisOpen: () => 'This parenthesis is not closed.',
  parenthesisNotOpened: () => 'This closing parenthesis has no opening one.',
  parenthesesEmpty: () => 'There is nothing between these parentheses.',
  nothingBefore: ({ operator }) =>
    `${operator} needs something before it. To search for the word, write it in small letters.`,
  nothingAfter: ({ operator }) => `${operator} needs something after it.`,
  noField: ({ field }) => `There is no field ${field}. To search for the text, put it in quotation marks.`,
  otherField: ({ field, meant }) => `There is no field ${field}. Did you mean ${meant}:?`,
  valueMissing: ({ field, example }) => `${field}: needs a value, as in ${example}.`,
  questionMissing: () => 'The question is missing. For any question, write answer:*=yes.',
  answerMissing: ({ example }) => `The answer is missing, as in ${example}.`,
  noChoice: ({ field, choices }) => `${field}: is ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.`,
  notANumber: ({ example }) => `This is not a number that can be searched for. Write it as in ${example}.`,
  decimalComma: () => 'Decimals are written with a point.',
  rangeReversed: () => 'The range ends before it begins.',
  notADate: () =>
    'This is not a date. Write 2024, 2024-05 or 2024-05-01, today, yesterday, or 7d for the last seven days.',
  notOnCalendar: ({ text }) => `${text} is not on the calendar.`,
  notAnArea: ({ example }) => `Write south, west, north and east in degrees, as in ${example}.`,
  notAPlace: ({ example }) => `Write latitude, longitude and distance, as in ${example}.`,
  latitudeOut: ({ limit }) => `The latitude is between -${limit} and ${limit} degrees.`,
  longitudeOut: ({ limit }) => `The longitude is between -${limit} and ${limit} degrees.`,
  distanceTooSmall: () => 'The distance is at least a metre.',
  tooManyPhotos: ({ limit }) => `similar: takes at most ${limit} photos.`,
  noPhoto: ({ photo, byNumber }) =>
    byNumber ? `There is no photo with the number ${photo}.` : `There is no photo called ${photo}.`,
  severalPhotos: ({ name, photos, example }) => `${photos} photos are called ${name}. Add the folder: ${example}.`,
  photoNotIndexed: ({ photo }) => `${photo} is not indexed for visual search yet.`,
  noMatchingModel: () =>
    'Finding similar photos requires a matching model: install one, or choose which of several is the default.',
  nothingIndexed: () => 'Finding similar photos requires photos that are indexed for visual search, and none are.',
};
