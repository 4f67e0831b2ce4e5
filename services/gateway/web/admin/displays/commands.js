// Commands to displays: one at once, or many as a job with progress.

/** The commands with a button. `label` is a text key, `icon` a name of components/icons.jsx. */
export const buttons = [
  { type: 'playback.prev', label: 'command.prev', icon: 'prev' },
  { type: 'playback.toggle', label: 'command.pause', icon: 'pause' },
  { type: 'playback.next', label: 'command.next', icon: 'next' },
  { type: 'power.toggle', label: 'command.power', icon: 'power' },
  { type: 'core.mgmt.reload', label: 'command.reload', icon: 'reload' },
];

const waveSize = 20;  // displays at once: progress is seen, and few have the command when it is cancelled

/** @typedef {{total: number, done: number, failed: number, waiting: number, stopped: ''|'cancelled'|'failures'}} Progress */

/**
 * Sends one command to many displays in waves.
 * @param {string[]} ids
 * @param {(ids: string[]) => Promise<{state: string}[]>} sendWave the states of the commands, COMMAND_STATE_*
 * @param {{onProgress: (progress: Progress) => void, cancelled: () => boolean, mostFailures?: number}} options
 *   mostFailures: share of all displays, 0 to 1, above which it stops
 * @returns {Promise<Progress>}
 */
export async function sendToMany(ids, sendWave, { onProgress, cancelled, mostFailures = 1 }) {
  /** @type {Progress} */
  const progress = { total: ids.length, done: 0, failed: 0, waiting: 0, stopped: '' };
  for (let at = 0; at < ids.length; at += waveSize) {
    if (cancelled()) progress.stopped = 'cancelled';
    else if (progress.failed > mostFailures * ids.length) progress.stopped = 'failures';
    if (progress.stopped !== '') break;
    const wave = ids.slice(at, at + waveSize);
    const states = await sendWave(wave);
    progress.done += wave.length;
    progress.failed += wave.length - states.length + states.filter(({ state }) =>
      ['COMMAND_STATE_FAILED', 'COMMAND_STATE_EXPIRED', 'COMMAND_STATE_CANCELLED'].includes(state)).length;
    progress.waiting += states.filter(({ state }) => state === 'COMMAND_STATE_QUEUED').length;
    onProgress({ ...progress });
  }
  onProgress({ ...progress });
  return progress;
}
