// The example for Alertmanager in the real one: what is one message, and what is not reported beside
// its cause. tests/deploy/deploy.test.mjs checks its syntax and routes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { Alertmanager } from "../support/alertmanager.mjs";
import { Folder, until } from "../support/suite.mjs";

const require = createRequire(new URL("../../scripts/npm/package.json", import.meta.url));
const yaml = require("yaml");
const example = yaml.parse(readFileSync(new URL("../../deploy/prometheus/alertmanager.yml", import.meta.url), "utf8"));

describe("alertmanager", () => {
  const folder = new Folder();
  let manager;
  before(async () => {
    manager = await Alertmanager.start(folder, example);
  });
  after(async () => {
    await manager?.stop();
    folder.remove();
  });
  const received = (alertname) => manager.messages.filter(({ groupLabels }) => groupLabels.alertname === alertname);

  test("a thousand alerts of one kind are one message", async () => {
    const sources = Array.from({ length: 1000 }, (_, i) => ({ alertname: "MarqueeSourceSlow", severity: "warning", source: `source ${i}` }));

    await manager.fire(sources);

    await until(() => received("MarqueeSourceSlow"), (messages) => messages.length > 0);
    assert.equal(received("MarqueeSourceSlow")[0].alerts.length, 1000);
    assert.equal(received("MarqueeSourceSlow")[0].receiver, "later");
  });

  test("a devices service that is down inhibits what follows from it, in its own cluster only", async () => {
    const down = { alertname: "MarqueeProgramDown", severity: "critical", program: "devices", instance: "d:1", cluster: "one" };
    await manager.fire([down]);
    await until(() => received("MarqueeProgramDown"), (messages) => messages.length > 0);

    const following = ["MarqueeAllDisplaysUnreachable", "MarqueeDisplaysLost", "MarqueeDevicesDisconnected", "MarqueeCommandsUndelivered", "MarqueeMetricMissing"];
    const displays = following.flatMap((alertname) =>
      Array.from({ length: 200 }, (_, i) => ({ alertname, severity: "critical", instance: `gateway ${i}`, cluster: "one" })));
    await manager.fire([...displays, { alertname: "MarqueeDisplaysLost", severity: "critical", cluster: "two" }]);

    // The message of the other cluster shows that this round has been sent.
    await until(() => received("MarqueeDisplaysLost"), (messages) => messages.length > 0);
    assert.deepEqual(received("MarqueeDisplaysLost").map(({ groupLabels }) => groupLabels.cluster), ["two"]);
    const inhibited = (await manager.alerts()).filter(({ labels, status }) =>
      labels.cluster === "one" && following.includes(labels.alertname) && status.inhibitedBy.length > 0);
    assert.equal(inhibited.length, 1000);
    assert.deepEqual(following.filter((name) => name !== "MarqueeDisplaysLost").flatMap(received), []);
  });

  test("a critical burn rate inhibits the warning of the same objective, and no other", async () => {
    const burn = (severity, slo) => ({ alertname: "MarqueeImageAvailability", severity, slo, cluster: "burn" });

    await manager.fire([burn("critical", "image-availability"), burn("warning", "image-availability"), burn("warning", "another")]);

    const states = await until(async () => (await manager.alerts()).filter(({ labels }) => labels.cluster === "burn"),
      (alerts) => alerts.some(({ status }) => status.state === "suppressed"));
    const suppressed = states.filter(({ status }) => status.state === "suppressed").map(({ labels }) => `${labels.severity} ${labels.slo}`);
    assert.deepEqual(suppressed, ["warning image-availability"]);
  });
});
