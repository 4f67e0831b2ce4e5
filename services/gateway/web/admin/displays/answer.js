// What a display answered to a command, in words.
import { t } from '../core/texts.js';

/** @param {{command?: any, live?: boolean}} answer @param {string} name of the display */
export function answerText({ command, live }, name) {
  const state = command?.state ?? '';
  if (state === 'COMMAND_STATE_ACKED') return t('command.acked', { name });
  if (state === 'COMMAND_STATE_FAILED') return t('command.failed', { name, info: command.info || '–' });
  return live ? t('command.unanswered', { name }) : t('command.queued', { name });
}
