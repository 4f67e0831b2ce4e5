// A little of everything that displays, people and strangers do, so that metrics have values.
import { register, Socket, post } from "../support/device.mjs";
import { adminToken } from "../support/suite.mjs";

const bearer = { authorization: `Bearer ${adminToken}` };

// Runs once; the metrics of `suite` then have values for nearly every panel.
export class Load {
  constructor(suite, items) {
    this.suite = suite;
    this.items = items.filter((item) => item.posterUrl.includes("server=Posters"));
    this.remote = items.find((item) => item.posterUrl.includes("server=Den"));
    this.round = 0;
    this.sentAt = 0;
  }

  async start() {
    const { base } = this.suite;
    this.devices = [];
    for (let i = 0; i < 3; ++i) this.devices.push(await register(base, `hw-monitoring-${i}`));
    this.sockets = [];
    for (const device of this.devices.slice(0, 2)) this.sockets.push(await Socket.live(base, device, bearer));
    this.acknowledging = Promise.all(this.sockets.map((socket) => this.acknowledge(socket)));
    await post(base, "/api/devices/pair", { code: "000000" });
    await post(base, "/admin/setup", { username: "owner", password: "correct horse battery" });
    await post(base, "/admin/login", { username: "owner", password: "correct horse battery" });
    // Strangers: paths, methods and kinds that do not exist must not become series.
    for (let i = 0; i < 20; ++i) await fetch(`${base}/stranger/${i}`, { method: i % 2 ? "GET" : "DELETE" });
  }

  async acknowledge(socket) {
    for (;;) {
      const frame = await Promise.race([socket.next("command"), socket.closed.then(() => null)]);
      if (frame === null) return;
      socket.send({ kind: "ack", id: frame.id, status: "ok", info: null });
    }
  }

  // Call until everything has been seen: counters must grow between scrapes.
  async again() {
    const { base } = this.suite;
    const { items } = this;
    ++this.round;
    const image = async (item, width, more = "") =>
      (await fetch(`${base}${item.posterUrl}&width=${width}&height=${width * 1.5}${more}`)).arrayBuffer();
    for (let i = 0; i < 3; ++i) {
      const item = items[(3 * this.round + i) % items.length];
      await image(item, 100 + (this.round % 50));  // cold
      await image(item, 100 + (this.round % 50));  // edge
    }
    await (await fetch(`${base}/image?server=Posters&path=%2Fmissing-${this.round}.jpg&v=1`, { redirect: "manual" })).arrayBuffer();
    // A socket that sends more than some frames per second is closed; each command is answered by one.
    const now = Date.now();
    if (now - this.sentAt >= 500) {
      this.sentAt = now;
      for (const { deviceId } of this.devices) {
        await post(base, `/api/devices/${deviceId}/command`, { type: "playback.next" }, bearer);
      }
      for (const socket of this.sockets) {
        socket.send({ kind: "ping", ts: now });
        socket.send({ kind: "sync-report", nextAt: now });
      }
    }
    await post(base, "/admin/login", { username: "owner", password: "not the password" });
    await post(base, "/api/devices/pair", { code: "000001" });
    await post(base, "/api/v1/metrics/track-display", { mode: "wallart" }, bearer);
    await post(base, "/csp-report", { "csp-report": { "violated-directive": "img-src", "blocked-uri": "x", "document-uri": "y" } });
    await (await fetch(`${base}/get-media`)).arrayBuffer();
    await image(this.remote, 100 + (this.round % 50));
    await post(base, "/api/admin/refresh-media", {}, bearer);
    if (this.round % 3 === 0) await post(base, "/api/admin/cache/clear", {}, bearer);
    // Settings of all displays are computed anew.
    await (await fetch(`${base}/api/v2/settings/display`, {
      method: "PUT", headers: { "content-type": "application/json", ...bearer },
      body: JSON.stringify({ body: { transitionIntervalSeconds: 10 + this.round } }),
    })).arrayBuffer();
  }

  async stop() {
    for (const socket of this.sockets ?? []) socket.close();
    await this.acknowledging;
  }
}
