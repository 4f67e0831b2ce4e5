// /wallart: the library as a wall of posters.

import { shownStatus, startPage } from '../device/page.js';
import { tempoOf } from './tempo.js';
import { Wall } from './wall.js';

const count = 400;  // of a larger library: enough for an evening, in a small response

let latest = null;
const wall = new Wall(document.getElementById('wall'), { onChange: (item) => { latest = item; } });

startPage({
  mode: 'wallart',
  count,
  kinds: ['music', 'games'],
  page: {
    next: () => void wall.changeAll(),
    prev: () => void wall.changeAll(),
    pause: () => { wall.paused = true; },
    resume: () => { wall.paused = false; },
    paused: () => wall.paused,
  },
  onItems: (items) => wall.setItems(items),
  onConfig: ({ wallartMode = {}, showMetadata }, address) => {
    wall.configure({
      tempo: tempoOf(wallartMode, address.intervalSeconds),
      density: address.density ?? wallartMode.density ?? 'medium',
      hero: (wallartMode.layoutVariant ?? 'heroGrid') === 'heroGrid',
      captions: showMetadata === true,  // most posters contain their title
      heroSide: wallartMode.layoutSettings?.heroGrid?.heroSide === 'right' ? 'right' : 'left',
    });
  },
  status: () => shownStatus(latest),
});
