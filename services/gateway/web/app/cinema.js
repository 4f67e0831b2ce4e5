// /cinema: one poster in a frame, as it hangs in the foyer: what is on above it, how it is shown below.

import { billing } from './billing.js';
import { Foyer } from './foyer.js';
import { NowPlaying } from './now_playing.js';
import { shownStatus, startPage } from './page.js';

const count = 50;

const foyer = new Foyer({
  frame: document.getElementById('frame'),
  header: document.getElementById('header'),
  footer: document.getElementById('footer'),
});
let app = null;
const nowPlaying = new NowPlaying({ onItem: (item) => foyer.interrupt(item), deviceId: () => app?.deviceId() });

app = startPage({
  mode: 'cinema',
  count,
  kinds: ['games'],
  page: {
    next: () => foyer.step(1),
    prev: () => foyer.step(-1),
    pause: () => { foyer.paused = true; },
    resume: () => { foyer.paused = false; },
    paused: () => foyer.paused,
  },
  onItems: (items) => foyer.setItems(items),
  onConfig: (config, address) => {
    const settings = billing(config);
    if (address.intervalSeconds) settings.intervalSeconds = address.intervalSeconds;
    document.body.dataset.orientation = settings.orientation;
    foyer.configure(settings);
    nowPlaying.configure(settings.nowPlaying);
  },
  status: () => shownStatus(foyer.item),
});
