// This screen as a registered device: registers once, sends a heartbeat every 20 seconds, and
// receives commands over a WebSocket (or in heartbeat responses while there is none).
//
// Registration: a screen without an identity registers automatically, unless the server lists its
// address as unmanaged (bypass-check). A screen whose device was deleted stays unregistered until
// the page is opened with ?register=1. A server that does not know this screen, although its device
// was not deleted, may have other data than before: if it reports another device store than the one
// that issued the identity, the screen uses the identity that it has from that store, or registers
// there; the old identity is kept in case the old store returns. Failures here never stop the
// posters.

import { Backoff } from '../shared/backoff.js';
import { serverUrl } from '../shared/base.js';
import { pause } from '../shared/pause.js';
import { retryAfter } from '../shared/server.js';
import { CommandSocket } from './socket.js';
import {
  forgetRemoval, hardwareId, identityOf, installId, keepIdentity, knownIdentity, markRemoved, wasRemoved,
} from './identity.js';
import { showApprovalCode } from './approval.js';

const heartbeatMs = 20_000;
const firstHeartbeatMs = 3_000;  // by then the page shows something

export class Device {
  /**
   * @param {{register: 'once'|'again'|'never', status: () => object,
   *   onCommand: (type: string, payload: object) => (string|null), onSettings: (settings: object) => void,
   *   sync: import('./sync.js').SyncClock, pairingCode?: string, onPaired?: () => void}} options
   *   pairingCode: become the device of this code, then call onPaired; status: what the page shows; onCommand: runs the command and returns null or an error text
   */
  constructor(options) {
    this.options = options;
    this.identity = knownIdentity();
    this.backoff = new Backoff({ firstMs: 5000, longestMs: 300_000 });
    this.handled = new Set();  // ids of commands, which may arrive both ways
  }

  get id() {
    return this.identity?.deviceId;
  }

  /** Runs for the life of the page; ends if this screen must not register. */
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

  /** Opens a socket with the current identity. */
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

  /** True if the server knows this screen. */
  async join() {
    this.waitMs = undefined;
    if (this.options.register === 'never') return this.refuse('never');
    try {
      const bypass = await fetch(serverUrl('/api/devices/bypass-check'), { cache: 'no-store' });
      if (bypass.status === 404) return this.refuse('absent');  // the server has no device management
      if (!bypass.ok) return this.later(bypass);
      if ((await bypass.json()).bypass === true) return this.refuse('bypass');
      if (this.options.pairingCode && (await this.pair())) return true;
      if (this.identity && (await this.check())) return true;
      return this.refused ? false : await this.register();
    } catch {
      return false;
    }
  }

  /** True if the identity is valid, or is not definitely invalid. */
  async check() {
    const response = await this.post('check', this.identity);
    if (response.status === 503 && (await this.isOtherStore(response))) return this.identity !== null;
    if (response.status !== 200 && response.status !== 401) return true;
    this.noteStore(response);
    const answer = await response.json();
    if (answer.valid) return true;
    // "not registered" means deleted; a wrong secret means that another display took over the
    // record.
    if (answer.reason === 'device_not_found' && this.options.register !== 'again') {
      markRemoved();
      this.refuse('removed');
    }
    this.identity = null;
    return false;
  }

  /**
   * Whether the server uses another store than the one that issued the identity. Then the identity
   * becomes the one issued by this store, or null.
   */
  async isOtherStore(response) {
    const { error, storeId } = await response.json().catch(() => ({}));
    if (error !== 'unknown_device' || !storeId || !this.identity?.storeId) return false;
    if (storeId === this.identity.storeId) return false;
    this.identity = identityOf(storeId);
    if (this.identity) keepIdentity(this.identity);
    return true;
  }

  /** Adds the store id to identities that were issued before stores had ids. */
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

  /** Becomes the device for which an administrator made a code. False: the code is not valid (any more). */
  async pair() {
    const code = this.options.pairingCode;
    this.options.pairingCode = undefined;  // a code is valid once
    const response = await this.post('pair', { code, installId: installId(), hardwareId: hardwareId() });
    if (!response.ok) return false;
    const { deviceId, secret } = await response.json();
    forgetRemoval();
    this.identity = { deviceId, secret };
    keepIdentity(this.identity);
    this.options.onPaired?.();
    return true;
  }

  /** False if the server reports definitely that the device was deleted. */
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
      // The next heartbeat reports it again.
    }
    return true;
  }

  /** Switches to the identity of the server's current store. False if the store rejects it. */
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
