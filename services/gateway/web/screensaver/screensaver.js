// /screensaver: one title at a time, full screen.

import { shownStatus, startPage } from '../device/page.js';
import { Clock } from './clock.js';
import { Slideshow } from './slideshow.js';

const count = 100;

const clock = new Clock(document.getElementById('clock'));
const show = new Slideshow(document.getElementById('stage'), { onSide: (mirrored) => void clock.move(mirrored) });

const { sync } = startPage({
  mode: 'screensaver',
  count,
  kinds: ['games'],
  page: {
    next: () => show.step(1),
    prev: () => show.step(-1),
    pause: () => { show.paused = true; },
    resume: () => { show.paused = false; },
    paused: () => show.paused,
  },
  onItems: (items) => show.setItems(items),
  onConfig: (config, address) => {
    const scale = config.uiScaling ?? {};
    const factor = (percent) => ((Number(percent) || 100) * (Number(scale.global) || 100)) / 10_000;
    const interval = address.intervalSeconds ?? Number(config.transitionIntervalSeconds);
    show.configure({
      intervalSeconds: interval > 0 ? interval : 15,
      effect: config.transitionEffect ?? 'kenburns',
      contentScale: factor(scale.content),
      showPoster: config.showPoster !== false,
      showLogo: config.showClearLogo !== false,
      showMetadata: config.showMetadata === true,
      showScore: config.showRottenTomatoes !== false,
      lowestScore: Number(config.rottenTomatoesMinimumScore) || 0,
    });
    clock.configure({ shown: config.clockWidget !== false, format: config.clockFormat, zone: config.clockTimezone });
    const { style } = document.documentElement;
    style.setProperty('--content', factor(scale.content));
    style.setProperty('--clock-scale', factor(scale.clock));
    style.setProperty('--logo-scale', factor(scale.clearlogo));
  },
  status: () => shownStatus(show.item),
});
show.sync = sync;
