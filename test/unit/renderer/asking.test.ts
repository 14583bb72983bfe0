/** @file What the page makes of answers: the command that gives one again, and the tags that one suggests. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { AnswerDetails, Message } from '../../../preload/contract/chat.ts';
import { answerTags, tagsOfField } from '../../../renderer/state/chat/answerTags.ts';
import { askCommand } from '../../../renderer/state/chat/askCommand.ts';
import { generationDefaults, overridesIn, unusualIn, withChange } from '../../../renderer/state/chat/generation.ts';
import { switchedMessage, versionBeside } from '../../../renderer/state/chat/versions.ts';

const details: AnswerDetails = {
  modelId: 'demo',
  precision: 'fp32',
  modelVersion: null,
  device: 'cpu',
  prompt: 'what is it?',
  settings: { numBeams: 1, maxNewTokens: 64, sample: false, temperature: 1, topP: 1, seed: 0, stopOnLoop: true },
  finish: 'eos',
  warnings: [],
  ms: {},
};

/** The words that a real shell takes the command for. */
function shellWords(command: string): string[] {
  const script = `set -- ${command}\nfor word; do printf '%s\\0' "$word"; done`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the command of an answer', () => {
  it('names the model, the photo and the prompt, and no setting that is as usual', () => {
    expect(askCommand('/photos/boat.jpg', details, true)).toBe(
      "vignette ask --model demo --raw -- /photos/boat.jpg 'what is it?'",
    );
  });

  it('names the settings that differ, those of sampling only where it samples', () => {
    const settings = { ...details.settings, numBeams: 5, temperature: 0.7, seed: 3 };
    expect(askCommand('/b.jpg', { ...details, settings }, true)).toContain('--raw --beams 5 -- ');
    expect(askCommand('/b.jpg', { ...details, settings: { ...settings, sample: true } }, true)).toContain(
      '--beams 5 --temperature 0.7 --seed 3 --sample -- ',
    );
  });

  it('leaves the wording to the command where only the question is known', () => {
    expect(askCommand('/b.jpg', details, false)).not.toContain('--raw');
  });

  it.skipIf(process.platform === 'win32')('survives a shell, whatever is in it', () => {
    const path = '/tmp/it\'s $HOME `id`/a "b"\\;rm -rf *.jpg';
    const prompt = '-x "quoted" \'single\' $(date)\nnext line !! 你好';
    expect(shellWords(askCommand(path, { ...details, prompt }, true))).toEqual([
      ...['vignette', 'ask', '--model', 'demo', '--raw', '--', path, prompt],
    ]);
  });

  it('is quoted for PowerShell where the photo lies on a drive of Windows', () => {
    expect(askCommand("C:\\My Photos\\it's.jpg", details, true)).toBe(
      "vignette ask --model demo --raw -- 'C:\\My Photos\\it''s.jpg' 'what is it?'",
    );
  });
});

describe('tags of an answer', () => {
  it('are its things, each once, without articles and counts', () => {
    expect(answerTags('A red boat, the sea and two clouds. a red boat.')).toEqual(['red boat', 'sea', 'clouds']);
    expect(answerTags('三艘船、大海、云')).toEqual(['三艘船', '大海', '云']);
  });

  it('are none of a plain yes or no, or of whole sentences', () => {
    expect(answerTags('yes')).toEqual([]);
    expect(answerTags('The photo shows how a small boat lies in the harbour of a town')).toEqual([]);
  });

  it('make no tree and keep no invisible characters', () => {
    expect(answerTags('sea/sky, \u202eboat\u0007')).toEqual(['sea sky', 'boat']);
  });

  it('are at most twenty, whatever a model repeats', () => {
    expect(answerTags(Array.from({ length: 500 }, (_, index) => `thing${index}`).join(', '))).toHaveLength(20);
  });

  it('come out of the field as a person wrote them', () => {
    expect(tagsOfField(' places/France,  Red  Boat ，海,, red ')).toEqual(['places/France', 'Red Boat', '海', 'red']);
  });
});

describe('the versions of a question', () => {
  const message = (id: number, versionIds: number[]): Message => ({
    ...{ id, versionIds, author: 'human', text: 'q', createdAtMs: 0, stopped: false, details: null, bulkRun: null },
  });

  it('follow each other round and round', () => {
    expect([-1, 1].map((step) => versionBeside(message(7, [3, 5, 7]), step))).toEqual([5, 3]);
    expect(versionBeside(message(3, [3, 5, 7]), -1)).toBe(7);
  });

  it('are those of the question that was switched last, whatever follows it in its branch', () => {
    const [first, plain, latest] = [message(3, [1, 3]), message(4, [4]), message(6, [5, 6])];
    expect(switchedMessage([first, plain, latest], undefined)).toBe(latest);
    expect(switchedMessage([first, plain, latest], 1)).toBe(first);
    expect(switchedMessage([plain, latest], 1)).toBe(latest);
    expect(switchedMessage([plain], undefined)).toBeUndefined();
  });
});

describe('how an answer was generated, for others like it', () => {
  it('says nothing of what is as usual, of sampling only where it samples', () => {
    expect(generationSettingsSchema.parse({})).toMatchObject(generationDefaults);
    expect(unusualIn(details.settings)).toEqual({});
    const settings = { ...details.settings, numBeams: 5, temperature: 0.7, seed: 3 };
    expect(unusualIn(settings)).toEqual({ numBeams: 5 });
    expect(unusualIn({ ...settings, sample: true })).toEqual({ numBeams: 5, sample: true, temperature: 0.7, seed: 3 });
    expect(unusualIn(undefined)).toEqual({});
  });

  it('is what the library accepts, whatever was stored', () => {
    expect(overridesIn({ numBeams: 99, maxNewTokens: 7.5, sample: 'yes', topP: 0.5, seed: 2, choices: ['a'] })).toEqual(
      {
        topP: 0.5,
        seed: 2,
      },
    );
    expect(withChange({ numBeams: 5, seed: 2 }, { numBeams: undefined, sample: true })).toEqual({
      sample: true,
      seed: 2,
    });
  });
});
