/** @file What a model of SentencePiece says of its pieces beside their text. Compiler only. */
import type { NumberedToken } from './olderSettings.ts';
import type { SentencePieceModel } from './sentencePieceModel.ts';

/** Pieces that are found in text before any other, or never: control symbols and those that a user defined. */
export function setApart({ pieces }: SentencePieceModel): NumberedToken[] {
  return pieces.flatMap(({ piece, kind }) =>
    kind === 'control' || kind === 'userDefined' ? [{ content: piece, special: kind === 'control' }] : [],
  );
}
