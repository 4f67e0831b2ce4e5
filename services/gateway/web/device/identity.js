// The identity of this screen: the id and secret that the server issued. The browser stores one for
// each device store, so that a server that returns with its old data still knows this screen.

import { keep, recall } from '../shared/storage.js';

const identityKey = 'marquee.device';
const storesKey = 'marquee.devices';
const storesKept = 4;
const installKey = 'marquee.installId';
const removedKey = 'marquee.device.removed';

/** @returns {{deviceId: string, secret: string, storeId?: string}|null} */
export const knownIdentity = () => recall(identityKey);

const otherStores = (storeId) =>
  (recall(storesKey) ?? []).filter((identity) => identity.storeId !== storeId);

/** The identity issued by this store, or null. */
export const identityOf = (storeId) =>
  (recall(storesKey) ?? []).find((identity) => identity.storeId === storeId) ?? null;

export function keepIdentity(identity) {
  keep(identityKey, identity);
  keep(removedKey, null);
  if (identity.storeId) keep(storesKey, [identity, ...otherStores(identity.storeId)].slice(0, storesKept));
}

/** The device was deleted by an administrator. This is stored, so that it does not register again automatically. */
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

/** A hash of hardware properties. Identical machines have equal hashes, so it never identifies a device alone. */
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
