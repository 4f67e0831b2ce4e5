// Who is logged in, and which page is shown before that. The session itself is in a cookie that
// scripts cannot read.
import { effect, signal } from '@preact/signals';

import { pause } from '../../shared/pause.js';
import { ended } from './http.js';
import * as v1 from './v1.js';

const againMs = 5_000;

/** @typedef {'loading'|'setup'|'login'|'factor'|'overview'} View */

export const view = signal(/** @type {View} */ ('loading'));
export const user = signal('');
/** Whether the second factor is on; null: not known. */
export const secondFactor = signal(/** @type {boolean|null} */ (null));
/** The first account needs the set-up code from the log. */
export const codeRequired = signal(false);

effect(() => { document.body.dataset.view = view.value; });
ended.subscribe((count) => {
  if (count > 0 && view.peek() === 'overview') begin();
});

/** Shows what fits: the control room, the log-in, or the first account. Repeats until the server responds. */
export async function begin() {
  for (;;) {
    try {
      await decide();
      return;
    } catch (error) {
      if (error.status !== 0 && error.status !== 503) throw error;
    }
    await pause(againMs);
  }
}

async function decide() {
  try {
    await enter();
  } catch (error) {
    if (error.status !== 401 && error.status !== 403) throw error;
    const state = await v1.setupState();
    codeRequired.value = state.codeRequired === true;
    view.value = state.complete === false ? 'setup' : 'login';
  }
}

/** Shows the control room. Throws Failure with status 401 without a session. */
export async function enter() {
  const me = await v1.whoAmI();
  user.value = me.username;
  secondFactor.value = me.secondFactor ?? null;
  view.value = 'overview';
}

export async function leave() {
  await v1.logOut().catch(() => {});
  await begin();
}
