// Who this screen is. The server gives an id and a secret once; they are kept in this browser, for
// each device store that gave some: a server that comes back with its old data knows the old ones.

import { keep, recall } from '../storage.js';

const identityKey = 'marquee.device';
const storesKey = 'marquee.devices';
const storesKept = 4;
const installKey = 'marquee.installId';
const removedKey = 'marquee.device.removed';

/** @returns {{deviceId: string, secret: string, storeId?: string}|null} */
export const knownIdentity = () => recall(identityKey);

const otherStores = (storeId) =>
  (recall(storesKey) ?? []).filter((identity) => identity.storeId !== storeId);

/** The identity that this store gave, if it gave one. */
export const identityOf = (storeId) =>
  (recall(storesKey) ?? []).find((identity) => identity.storeId === storeId) ?? null;

export function keepIdentity(identity) {
  keep(identityKey, identity);
  keep(removedKey, null);
  if (identity.storeId) keep(storesKey, [identity, ...otherStores(identity.storeId)].slice(0, storesKept));
}

/** Deleted from the fleet by a person: that is remembered, so that it does not come back by itself. */
export function markRemoved() {
  const identity = knownIdentity();
  if (identity?.storeId) keep(storesKey, otherStores(identity.storeId));
  keep(identityKey, null);
  keep(removedKey, true);
}

export const wasRemoved = () => recall(removedKey) === true;
export const forgetRemoval = () => keep(removedKey, null);

export function installId() {
  let id = recall(installKey);
  if (!id) {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    id = `inst-${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    keep(installKey, id);
  }
  return id;
}

/** A hash of what the machine looks like: equal machines have equal ones, so it never decides alone. */
export function hardwareId() {
  const traits = [navigator.platform, `${screen.width}x${screen.height}@${devicePixelRatio}`,
    Intl.DateTimeFormat().resolvedOptions().timeZone, (navigator.languages ?? []).join(','),
    navigator.deviceMemory ?? '', screen.colorDepth, screen.pixelDepth, navigator.maxTouchPoints ?? 0,
    new Date().getTimezoneOffset()].join('|');
  let hash = 0x811c9dc5;  // FNV-1a, 32 bit
  for (let i = 0; i < traits.length; i += 1) {
    hash = Math.imul(hash ^ traits.charCodeAt(i), 0x01000193) >>> 0;
  }
  return `hw-${hash.toString(16)}`;
}
