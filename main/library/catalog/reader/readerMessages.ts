/** @file What passes between the catalog's reader threads and whoever asks them, besides questions and answers. */

/** No question follows: the thread ends. */
export const endOfQuestions = 'end';
