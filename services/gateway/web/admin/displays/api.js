// The requests of the displays pages.
import { all, api, ok } from '../core/api.js';
import * as v1 from '../core/v1.js';

/** @returns {Promise<import('./model.js').Device[]>} */
export const listDevices = () => all((pageToken) => ok(api.GET('/api/v2/devices', { params: { query: { pageSize: 1000, pageToken } } })), 'devices');
export const listGroups = () => all((pageToken) => ok(api.GET('/api/v2/groups', { params: { query: { pageSize: 1000, pageToken } } })), 'groups');
export const listProfiles = () => all((pageToken) => ok(api.GET('/api/v2/profiles', { params: { query: { pageSize: 1000, pageToken } } })), 'profiles');

/** What waits for a decision. */
export async function listDecisions() {
  const [waiting, unknown, resembling] = await Promise.all([
    ok(api.GET('/api/v2/waitingDevices')), ok(api.GET('/api/v2/unknownDisplays')), v1.resemblingDisplays()]);
  return { waiting: waiting.devices ?? [], unknown: unknown.displays ?? [], resembling };
}

/** @param {{act: import('./decisions.js').Act, names?: string[], all?: true}} what */
export function decide({ act, names = [], all: everything }) {
  if (act === 'approve') return ok(api.POST('/api/v2/waitingDevices:approve', { body: { deviceIds: names } }));
  if (act === 'merge') return v1.mergeResembling(everything ? { all: true } : { deviceIds: names });
  const body = everything ? { all: true } : { names };
  return ok(act === 'adopt' ? api.POST('/api/v2/unknownDisplays:adopt', { body }) : api.POST('/api/v2/unknownDisplays:reject', { body }));
}

/** Changes the fields of `change`; fails if the record has another version. @param {import('./model.js').Device} device */
export const updateDevice = (device, change) => ok(api.PATCH('/api/v2/devices/{device_id}', {
  params: { path: { device_id: device.id }, query: { updateMask: Object.keys(change).join(',') } },
  body: { ...change, etag: device.etag } }));

export const updateMany = (deviceIds, change) => ok(api.POST('/api/v2/devices:batchUpdate', {
  body: { deviceIds, device: change, updateMask: Object.keys(change).join(',') } }));

export const deleteDevice = (id) => ok(api.DELETE('/api/v2/devices/{device_id}', { params: { path: { device_id: id } } }));
export const mergeInto = (target, sources) => ok(api.POST('/api/v2/devices/{target_id}:merge', {
  params: { path: { target_id: target } }, body: { sourceIds: sources } }));

/** Sends one command and waits up to five seconds for the display's answer. */
export const sendCommand = (id, type, payload = {}) => ok(api.POST('/api/v2/devices/{device_id}/commands', {
  params: { path: { device_id: id } }, body: { type, payload, wait: '5s' } }));

/** One wave of a command to many. @returns {Promise<{state: string}[]>} */
export async function sendWave(deviceIds, type, payload = {}) {
  const { results = [] } = await ok(api.POST('/api/v2/commands:batchSend', { body: { deviceIds, type, payload, wait: '5s' } }));
  return results.map(({ command }) => ({ state: command?.state ?? '' }));
}

export const listCommands = async (id) => (await ok(api.GET('/api/v2/devices/{device_id}/commands', {
  params: { path: { device_id: id }, query: { pageSize: 20 } } }))).commands ?? [];

export const createPairingCode = (id) => ok(api.POST('/api/v2/devices/{device_id}/pairingCodes', {
  params: { path: { device_id: id } }, body: {} }));

export const createGroup = (name) => ok(api.POST('/api/v2/groups', { body: { name } }));
