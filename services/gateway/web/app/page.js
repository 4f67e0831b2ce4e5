// What both display pages are made of besides what they show: the library, the settings, the screen,
// the place in the fleet.

import { readAddress } from './address.js';
import { serverUrl } from './base.js';
import { commandTable, displayPages } from './commands.js';
import { Device } from './device/device.js';
import { SyncClock } from './device/sync.js';
import { Library } from './library.js';
import { hideNotice, showNotice } from './notice.js';
import { Screen } from './screen.js';

/**
 * @param {{mode: string, count: number, page: object, onItems: (items: object[]) => void,
 *   onConfig: (config: object, address: object) => void, status: () => object}} options
 *   page: the hands of commands.js; status: what is shown now, for the heartbeat
 * @returns {{sync: SyncClock}} the clock that screens share
 */
export function startPage({ mode, count, page, onItems, onConfig, status }) {
  const address = readAddress(location.search);
  const screen = new Screen();
  const sync = new SyncClock();
  let config = {};
  let override = {};  // what settings.apply and apply-settings said; it lasts as long as the page
  const configure = () => {
    const settings = merged(config, override);
    followMode(mode, settings.mode);
    onConfig(settings, address);
  };
  const applySettings = (settings) => {
    override = merged(override, settings);
    configure();
  };
  const device = new Device({
    register: address.register,
    status: () => ({ mode, paused: page.paused(), poweredOff: screen.off, ...status() }),
    onCommand: commandTable({ page, screen, applySettings }),
    onSettings: applySettings,
    sync,
  });
  const library = new Library({
    count,
    deviceId: () => device.id,
    onItems: (items) => {
      hideNotice();
      onItems(items);
    },
    onConfig: (fresh) => {
      config = fresh;
      configure();
    },
    onWaiting: showNotice,
  });
  addEventListener('online', () => library.refresh());
  configure();
  library.run();
  device.run();
  return { sync };
}

/** A screen whose settings name another page goes there; settings that name none leave it where it is. */
function followMode(mode, wanted) {
  if (wanted !== mode && displayPages.includes(wanted)) location.replace(serverUrl(`/${wanted}${location.search}`));
}

/** Plain objects are merged, everything else is replaced. */
export function merged(base, over) {
  const out = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) {
    const both = isObject(value) && isObject(out[key]);
    out[key] = both ? merged(out[key], value) : value;
  }
  return out;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the heartbeat tells of an item. */
export function shownStatus(item) {
  if (!item) return {};
  const told = { mediaId: item.id ?? item.key ?? item.title };
  for (const name of ['title', 'year', 'rating', 'posterUrl', 'backgroundUrl', 'thumbnailUrl', 'runtime',
    'genres', 'overview', 'tagline', 'contentRating']) {
    if (item[name] !== undefined && item[name] !== null) told[name] = item[name];
  }
  return told;
}
