/** @file English: what only the command line says. Its help is English in every language. */

export const commandLine = {
  didYouMean: (suggestion: string) => `Did you mean ${suggestion}`,
};
