// Guessed registrations, checks and heartbeats against displays that exist, where registration needs
// approval or is closed: node guesses.mjs [--guesses N] [--seed N] [--registration approve|closed]
import { parseArgs } from 'node:util';

import { Guesser, existingDisplays } from '../support/guesses.mjs';

const { values: flags } = parseArgs({
  options: {
    guesses: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' },
    registration: { type: 'string', default: '' } },
});
const displays = 50;

let failed = false;
for (const registration of flags.registration ? [flags.registration] : ['approve', 'closed']) {
  const began = Date.now();
  const existing = await existingDisplays('allinone', registration, displays);
  try {
    const guesser = new Guesser(existing, Number(flags.seed));
    await guesser.run(Number(flags.guesses));
    const faults = [...guesser.faults, ...await existing.changes()];
    console.log(`${registration}: ${flags.guesses} guesses of each kind in ${((Date.now() - began) / 1000).toFixed(0)} s: ` +
      `${JSON.stringify(guesser.answers)}; ${faults.length} faults`);
    for (const fault of faults.slice(0, 20)) console.error(`FAILED: ${registration}: ${fault}`);
    failed ||= faults.length > 0;
  } finally {
    await existing.stop();
  }
}
process.exit(failed ? 1 : 0);
