// /cinema: one poster in a frame, with a header above and the title's details below.

import { shownStatus, startPage } from '../device/page.js';
import { cinemaSettings } from './cinema_texts.js';
import { NowPlaying } from './now_playing.js';
import { PosterFrame } from './poster_frame.js';

const count = 50;

const frame = new PosterFrame({
  frame: document.getElementById('frame'),
  header: document.getElementById('header'),
  footer: document.getElementById('footer'),
});
let app = null;
const nowPlaying = new NowPlaying({ onItem: (item) => frame.interrupt(item), deviceId: () => app?.deviceId() });

app = startPage({
  mode: 'cinema',
  count,
  kinds: ['games'],
  page: {
    next: () => frame.step(1),
    prev: () => frame.step(-1),
    pause: () => { frame.paused = true; },
    resume: () => { frame.paused = false; },
    paused: () => frame.paused,
  },
  onItems: (items) => frame.setItems(items),
  onConfig: (config, address) => {
    const settings = cinemaSettings(config);
    if (address.intervalSeconds) settings.intervalSeconds = address.intervalSeconds;
    document.body.dataset.orientation = settings.orientation;
    frame.configure(settings);
    nowPlaying.configure(settings.nowPlaying);
  },
  status: () => shownStatus(frame.item),
});
