// This screen as a member of the fleet: it announces itself once, says every 20 seconds how it is,
// and takes commands over a WebSocket (or with the heartbeat's answer while there is none).
//
// Announcing: a screen that has no identity registers by itself, unless the server lists its address
// as a visitor's (bypass-check). One that was deleted from the fleet stays out until the page is
// opened with ?register=1. A server that does not know this screen, although it did not delete it, may
// have other data than before: when it names another device store than the one that gave the identity,
// the screen takes the identity that it has from that store, or registers there; the old one is kept
// for the day the old store is back. Whatever fails here, the posters go on.

import { Backoff } from '../backoff.js';
import { serverUrl } from '../base.js';
import { pause } from '../pause.js';
import { retryAfter } from '../server.js';
import { CommandSocket } from './socket.js';
import {
  forgetRemoval, hardwareId, identityOf, installId, keepIdentity, knownIdentity, markRemoved, wasRemoved,
} from './identity.js';
import { showApprovalCode } from './approval.js';

const heartbeatMs = 20_000;
const firstHeartbeatMs = 3_000;  // by then something is on the screen

export class Device {
  /**
   * @param {{register: 'once'|'again'|'never', status: () => object,
   *   onCommand: (type: string, payload: object) => (string|null), onSettings: (settings: object) => void,
   *   sync: import('./sync.js').SyncClock}} options
   *   status: what the page shows; onCommand: carries the command out, null or what is wrong with it
   */
  constructor(options) {
    this.options = options;
    this.identity = knownIdentity();
    this.backoff = new Backoff({ firstMs: 5000, longestMs: 300_000 });
    this.handled = new Set();  // ids of commands that came both ways
  }

  get id() {
    return this.identity?.deviceId;
  }

  /** Runs for the life of the page; ends when this screen is not to be in the fleet. */
  async run() {
    while (!(await this.join())) {
      if (this.refused) return;
      await pause(this.waitMs ?? this.backoff.next());
    }
    this.backoff.reset();
    this.connect();
    await pause(firstHeartbeatMs);
    while (await this.heartbeat()) await pause(heartbeatMs);
    this.socket.stop();
    document.body.dataset.device = this.refused ?? 'removed';
  }

  /** Opens the socket of the present identity. */
  connect() {
    this.socket?.stop();
    document.body.dataset.device = 'registered';
    this.socket = new CommandSocket({
      identity: this.identity,
      onCommand: (type, payload, id) => this.command(type, payload, id),
      onSettings: (settings) => this.options.onSettings(settings),
      sync: this.options.sync,
    });
    this.options.sync.report = (nextAt) => this.socket.send({ kind: 'sync-report', nextAt });
    this.socket.run();
  }

  /** True when the server knows this screen. */
  async join() {
    this.waitMs = undefined;
    if (this.options.register === 'never') return this.refuse('never');
    try {
      const bypass = await fetch(serverUrl('/api/devices/bypass-check'), { cache: 'no-store' });
      if (bypass.status === 404) return this.refuse('absent');  // the server keeps no fleet
      if (!bypass.ok) return this.later(bypass);
      if ((await bypass.json()).bypass === true) return this.refuse('bypass');
      if (this.identity && (await this.check())) return true;
      return this.refused ? false : await this.register();
    } catch {
      return false;
    }
  }

  /** True when the identity is good, or cannot be doubted for sure. */
  async check() {
    const response = await this.post('check', this.identity);
    if (response.status === 503 && (await this.isOtherStore(response))) return this.identity !== null;
    if (response.status !== 200 && response.status !== 401) return true;
    this.noteStore(response);
    const answer = await response.json();
    if (answer.valid) return true;
    // "not registered" means deleted; a wrong secret means that a twin took the record over.
    if (answer.reason === 'device_not_found' && this.options.register !== 'again') {
      markRemoved();
      this.refuse('removed');
    }
    this.identity = null;
    return false;
  }

  /**
   * Whether the server has truly another store than the one that gave the identity. Then the identity
   * is the one that this store gave, or null.
   */
  async isOtherStore(response) {
    const { error, storeId } = await response.json().catch(() => ({}));
    if (error !== 'unknown_device' || !storeId || !this.identity?.storeId) return false;
    if (storeId === this.identity.storeId) return false;
    this.identity = identityOf(storeId);
    if (this.identity) keepIdentity(this.identity);
    return true;
  }

  /** Which store gave the identity, for those that were given before stores had names. */
  noteStore(response) {
    const storeId = response.headers.get('x-store-id');
    if (!response.ok || !storeId || !this.identity || this.identity.storeId) return;
    this.identity = { ...this.identity, storeId };
    keepIdentity(this.identity);
  }

  async register() {
    if (this.options.register === 'again') forgetRemoval();
    if (wasRemoved()) return this.refuse('removed');
    const response = await this.post('register', {
      name: `Screen ${screen.width} × ${screen.height}`, installId: installId(), hardwareId: hardwareId() });
    if (response.status === 403) return this.refuse('closed');  // pairing only
    if (!response.ok) return this.later(response);
    const { deviceId, secret, storeId, approvalCode } = await response.json();
    this.identity = { deviceId, secret, storeId };
    keepIdentity(this.identity);
    showApprovalCode(approvalCode);
    return true;
  }

  /** False when the server says for sure that this screen is no longer a member. */
  async heartbeat() {
    try {
      const response = await this.post('heartbeat', { ...this.identity, hardwareId: hardwareId(),
        userAgent: navigator.userAgent,
        status: { screen: { w: screen.width, h: screen.height, dpr: devicePixelRatio }, ...this.options.status() } });
      if (response.status === 401 || response.status === 404) {
        markRemoved();
        return false;
      }
      if (response.status === 503 && (await this.isOtherStore(response))) return await this.moveStore();
      if (!response.ok) return true;
      this.noteStore(response);
      const answer = await response.json();
      showApprovalCode(answer.approvalCode);
      for (const { type, payload, id } of answer.commandsQueued ?? answer.queuedCommands ?? []) {
        this.command(type, payload ?? {}, id);
      }
      if (answer.reload) this.command('core.mgmt.reload', {});
    } catch {
      // The next beat tells again.
    }
    return true;
  }

  /** With the identity of the store that the server has now. False when that one refuses. */
  async moveStore() {
    while (!(this.identity ?? (await this.register().catch(() => false)))) {
      if (this.refused) return false;
      await pause(this.waitMs ?? this.backoff.next());
    }
    this.backoff.reset();
    this.connect();
    return true;
  }

  command(type, payload, id) {
    if (id && this.handled.has(id)) return null;
    if (id) {
      this.handled.add(id);
      if (this.handled.size > 200) this.handled.delete(this.handled.values().next().value);
    }
    return this.options.onCommand(type, payload);
  }

  post(what, body) {
    return fetch(serverUrl(`/api/devices/${what}`), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-install-id': installId(), 'x-hardware-id': hardwareId() },
      body: JSON.stringify(body),
    });
  }

  refuse(why) {
    this.refused = why;
    document.body.dataset.device = why;
    return false;
  }

  later(response) {
    this.waitMs = retryAfter(response);
    return false;
  }
}
