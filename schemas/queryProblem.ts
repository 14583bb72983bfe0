/**
 * @file What is wrong with a query, as facts. Its sentence is made of them where it is shown
 * (resources/messages/queryProblemText.ts). Any process; types only.
 */

export interface QueryProblemParams {
  readonly tooLong: null;
  readonly tooManyParts: null;
  readonly tooDeep: null;
  readonly tooManyWords: null;
  readonly nothingToSearchFor: null;
  readonly quoteOpen: null;
  readonly parenthesisOpen: null;
  readonly parenthesisNotOpened: null;
  readonly parenthesesEmpty: null;
  /** AND, OR or NOT. */
  readonly nothingBefore: { readonly operator: string };
  readonly nothingAfter: { readonly operator: string };
  readonly noField: { readonly field: string };
  readonly otherField: { readonly field: string; readonly meant: string };
  readonly valueMissing: { readonly field: string; readonly example: string };
  readonly questionMissing: null;
  readonly answerMissing: { readonly example: string };
  readonly noChoice: { readonly field: string; readonly choices: readonly string[] };
  readonly notANumber: { readonly example: string };
  readonly decimalComma: null;
  readonly rangeReversed: null;
  readonly notADate: null;
  readonly notOnCalendar: { readonly text: string };
  readonly notAPlace: { readonly example: string };
  readonly notAnArea: { readonly example: string };
  readonly latitudeOut: { readonly limit: number };
  readonly longitudeOut: { readonly limit: number };
  readonly distanceTooSmall: null;
  readonly tooManyPhotos: { readonly limit: number };
  /** By its number, or by its file's name. */
  readonly noPhoto: { readonly photo: string; readonly byNumber: boolean };
  /** `example`: one of them with its folder. */
  readonly severalPhotos: { readonly name: string; readonly photos: number; readonly example: string };
  readonly photoNotIndexed: { readonly photo: string };
  readonly noMatchingModel: null;
  readonly nothingIndexed: null;
}

export type QueryProblem = {
  [Code in keyof QueryProblemParams]: { readonly code: Code; readonly params: QueryProblemParams[Code] };
}[keyof QueryProblemParams];
