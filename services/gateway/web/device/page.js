// Shared by the display pages: library, settings, screen and device registration.

import { readAddress } from '../shared/address.js';
import { serverUrl } from '../shared/base.js';
import { Library } from '../shared/library.js';
import { hideNotice, showNotice } from '../shared/notice.js';
import { Screen } from '../shared/screen.js';
import { Settings } from '../shared/settings.js';
import { commandTable, displayPages } from './commands.js';
import { Device } from './device.js';
import { followPreview } from './preview.js';
import { SyncClock } from './sync.js';

/**
 * @param {{mode: string, count: number, kinds: string[], page: object, onItems: (items: object[]) => void,
 *   onConfig: (config: object, address: object) => void, status: () => object}} options
 *   kinds: what this page can show in addition to films and series, if configured: `music`, `games`;
 *   page: the actions of commands.js; status: what is shown now, for the heartbeat
 * @returns {{sync: SyncClock, deviceId: () => (string|undefined)}} sync: the clock that screens share
 */
export function startPage({ mode, count, kinds, page, onItems, onConfig, status }) {
  const address = readAddress(location.search);
  const screen = new Screen();
  const sync = new SyncClock();
  const settings = new Settings();
  let kind = '';
  let previewing = false;
  const configure = () => {
    const { current } = settings;
    if (!address.preview) followMode(mode, current.mode);
    onConfig(current, address);
    const before = kind;
    kind = kindOf(current, kinds);
    if (kind !== before) library.refresh();
  };
  const device = new Device({
    register: address.preview ? 'never' : address.register,
    pairingCode: address.pairingCode,
    onPaired: startAgain,
    status: () => ({ mode, paused: page.paused(), poweredOff: screen.off, ...status() }),
    onCommand: commandTable({ page, screen, applySettings: (part) => {
      settings.applied(part);
      configure();
    } }),
    onSettings: (changes) => {
      settings.pushed(changes);
      library.configIsOld();
      configure();
    },
    sync,
  });
  const library = new Library({
    count,
    kind: () => kind,
    deviceId: () => device.id,
    onItems: (items) => {
      hideNotice();
      onItems(items);
    },
    onConfig: (fresh) => {
      if (previewing) return;
      settings.fetched(fresh);
      configure();
    },
    onWaiting: showNotice,
  });
  addEventListener('online', () => library.refresh());
  if (address.preview) {
    followPreview((whole) => {
      previewing = true;
      settings.previewed(whole);
      configure();
    });
  }
  configure();
  library.run();
  device.run();
  return { sync, deviceId: () => device.id };
}

/** The parameter of /get-media for albums or games, if the settings select them; else ''. */
function kindOf({ wallartMode }, kinds) {
  if (kinds.includes('music') && wallartMode?.musicMode?.enabled === true) return 'musicMode=1';
  return kinds.includes('games') && wallartMode?.gamesOnly === true ? 'gamesOnly=1' : '';
}

/** Loads the page again as the display that it has become, without the used code in the address. */
function startAgain() {
  const address = new URL(location.href);
  address.searchParams.delete('pair');
  location.replace(address);
}

/** Navigates to the page in the settings, if they specify one. */
function followMode(mode, wanted) {
  if (wanted !== mode && displayPages.includes(wanted)) location.replace(serverUrl(`/${wanted}${location.search}`));
}

/** The part of an item that the heartbeat reports. */
export function shownStatus(item) {
  if (!item) return {};
  const told = { mediaId: item.id ?? item.key ?? item.title };
  for (const name of ['title', 'year', 'rating', 'posterUrl', 'backgroundUrl', 'thumbnailUrl', 'runtime',
    'genres', 'overview', 'tagline', 'contentRating']) {
    if (item[name] !== undefined && item[name] !== null) told[name] = item[name];
  }
  return told;
}
