/** @file What the command line says to a person stands in resources/messages, in both languages: no sentence is written in main/cli. */
import { glob, readFile } from 'node:fs/promises';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** Words that are the same in every language: scripts read them, or they name commands. */
const machineWords: readonly RegExp[] = [
  /^(vignette )?(ask|caption|export|fields|library|models|presets|runs|score|search|serve|tags) [a-z]+$/,
  // The columns after a path and its caption.
  /^\tdoubtful$/,
  // Where sidecars went, in the summary as JSON.
  /^sidecars beside the photos$/,
  // The two scores of `score`.
  /^itm $|^ {2}itc $/,
  /^vignette: $/,
  // A page that only leads to another.
  /^<!doctype html>/,
];

/** Of the terminal and its streams: whatever they are given is read by a person. */
const saying = new Set(['note', 'print', 'write', 'progress', 'table', 'say', 'progressLines']);
const twoWords = /\p{L}{2,}[,:;.…]? \p{L}{2,}/u;
const aWord = /\p{L}{2,}/u;

/** Literals that say something to a person, with their lines. */
function sentencesIn(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node, isSaid: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    // Errors cross borders as codes; their sentences are in the catalog of errors.
    if (ts.isNewExpression(node) && /(Error|PipeClosed)$/.test(node.expression.getText(source))) return;
    if (isLiteral(node)) {
      const isSentence = (isSaid ? aWord : twoWords).test(node.text);
      if (isSentence && !machineWords.some((words) => words.test(node.text))) {
        found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${node.text}`);
      }
    }
    if (ts.isCallExpression(node)) {
      const name = calledName(node, source);
      const isNowSaid = saying.has(name) || (isSaid && name !== 'stringify');
      visit(node.expression, isSaid);
      for (const argument of node.arguments) visit(argument, isNowSaid);
      return;
    }
    ts.forEachChild(node, (child) => visit(child, isSaid && !isComparison(child) && !ts.isBlock(child)));
  };
  visit(source, false);
  return found;
}

function isLiteral(node: ts.Node): node is ts.LiteralLikeNode {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  );
}

/** `state === 'done'` says nothing. */
function isComparison(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());
}

function calledName({ expression }: ts.CallExpression, source: ts.SourceFile): string {
  return (ts.isPropertyAccessExpression(expression) ? expression.name : expression).getText(source);
}

it('no sentence is written in main/cli', async () => {
  const found: string[] = [];
  let files = 0;
  for await (const file of glob('main/cli/**/*.ts')) {
    files += 1;
    found.push(...sentencesIn(file, await readFile(file, 'utf8')));
  }
  expect(files).toBeGreaterThan(40);
  expect(found).toEqual([]);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are sources
it.each([
  ["await terminal.note('There are no runs yet.');", 1],
  ['await terminal.note(`Removed ${id}.`);', 1],
  ["void terminal.progress(() => ({ line: 'Loading…', logLine: 'Loading.' }));", 2],
  ["await terminal.print(table([['NAME', 'FOR'], ...rows]));", 2],
  ["const goOn = done === 0 ? '' : ' Run the same command again to continue.';", 1],
  ["new Command('list').description('Lists the folders.')", 1],
  ['await terminal.note(more === 0 ? texts.done : `${more} failed`);', 1],
  ["throw new CatalogError('NO_SUCH_RUN', `There is no run ${id}.`, { runId: id });", 0],
  ["await terminal.print(JSON.stringify({ removed: 'every one of them' }));", 1],
  ["await terminal.print(JSON.stringify({ undone: id, state: 'done' }));", 0],
  ["await terminal.note(state === 'done' ? texts.done : texts.open);", 0],
  ["stream.write(text, (error) => {\n  if (code === 'EPIPE') settle(['EOF']);\n});", 0],
  ["stream.write(text, () => {\n  terminal.note('Saved.');\n});", 1],
  ["await ownCatalog({ context, terminal, command: 'library scan' });", 0],
])('%j says so much', (code, sentences) => {
  expect(sentencesIn('some.ts', code)).toHaveLength(sentences);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these were sources
