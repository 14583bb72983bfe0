/** @file Why the queue or a run of it rests, in the language of the moment. Pure; renderer only. */
import type { Problem } from '../../preload/contract/common.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import type { Settings } from '../../schemas/settings.ts';
import { problemText } from './problemText.ts';

export function queueReason(reason: Problem, settings: Settings, texts: Texts): string {
  if (reason.code === 'QUIET_HOURS' && settings.quietHours !== null)
    return texts.queue.quietHours(settings.quietHours.to);
  return texts.queue.reasons[reason.code] ?? problemText(reason, texts);
}
