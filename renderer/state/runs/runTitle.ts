/** @file What a run did, in the language of the moment: the library names runs in English. Pure; renderer only. */
import type { Texts } from '../../../resources/messages/texts.ts';

type Names = Texts['runs']['names'];

/** The library's names, by their form; the first that fits. */
const forms: readonly {
  readonly form: RegExp;
  readonly say: (names: Names, parts: readonly string[]) => string;
}[] = [
  { form: /^Caption: (.*)$/s, say: (names, [preset = '']) => names.caption(preset) },
  { form: /^Ask: (.*) and (\d+) more$/s, say: (names, [first = '', more = '']) => names.ask(names.more(first, more)) },
  { form: /^Ask: (.*)$/s, say: (names, [question = '']) => names.ask(question) },
  { form: /^Undo: (.*)$/s, say: (names, [name = '']) => names.undo(named(name, names)) },
  { form: /^Redo: (.*)$/s, say: (names, [name = '']) => names.redo(named(name, names)) },
  { form: /^Tag by answers: (.*)$/s, say: (names, [name = '']) => names.byAnswers(named(name, names)) },
  { form: /^Judge captions$/, say: (names) => names.judge },
  { form: /^Make photos findable by what they show$/, say: (names) => names.findable },
  { form: /^Add the tag (.*)$/s, say: (names, [tags = '']) => names.addTag(several(tags, names)) },
  { form: /^Remove the tag (.*)$/s, say: (names, [tags = '']) => names.removeTag(several(tags, names)) },
  {
    form: /^Turn the tag (.*) into (.*)$/s,
    say: (names, [from = '', into = '']) => names.turnTag(several(from, names), into),
  },
  { form: /^Move the tag (.*) to the top$/s, say: (names, [tags = '']) => names.moveToTop(several(tags, names)) },
  {
    form: /^Move the tag (.*) below (.*)$/s,
    say: (names, [tags = '', below = '']) => names.moveTag(several(tags, names), below),
  },
  {
    form: /^Replace (.*) by (.*) in tags$/s,
    say: (names, [pattern = '', replacement = '']) => names.replace(pattern, replacement),
  },
  { form: /^Keep the tags of a vocabulary of (\d+)$/, say: (names, [count = '']) => names.vocabulary(count) },
  { form: /^Drop tags that deeper ones imply$/, say: (names) => names.implied },
  { form: /^Edit a caption$/, say: (names) => names.editCaption },
  { form: /^Edit an answer$/, say: (names) => names.editAnswer },
  { form: /^Remove a caption$/, say: (names) => names.removeCaption },
  { form: /^Approve a caption$/, say: (names) => names.approveCaption },
  { form: /^Use an answer as the caption$/, say: (names) => names.useAnswer },
];

function several(text: string, names: Names): string {
  const [, first, more] = /^(.*) and (\d+) more$/s.exec(text) ?? [];
  return first === undefined || more === undefined ? text : names.more(first, more);
}

function named(name: string, names: Names): string {
  for (const { form, say } of forms) {
    const parts = form.exec(name);
    if (parts !== null) return say(names, parts.slice(1));
  }
  return name;
}

export function runTitle(name: string, texts: Texts): string {
  return named(name, texts.runs.names);
}
