// The metrics of running programs against their catalogue, and, in a real Prometheus with the ranges
// of the rules shortened, every expression of every panel, recording rule and alert: each returns
// data, or no_data.yaml says why it does not in a healthy installation.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { catalogue } from "../../scripts/monitoring/catalogue.mjs";
import { faster } from "../../scripts/monitoring/promql.mjs";
import { FakeJellyfin, movie } from "../support/fake_jellyfin.mjs";
import { Prometheus } from "../support/prometheus.mjs";
import { bin, playlistOf, startSuite } from "../support/suite.mjs";
import { concrete, dashboardExpressions } from "./dashboards.mjs";
import { familyFaults, parseExposition } from "./exposition.mjs";
import { Load } from "./load.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const require = createRequire(path.join(root, "scripts/npm/package.json"));
const yaml = require("yaml");
const shape = process.env.SHAPE ?? "four";
// An image of one pixel that only the decoder process can read.
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const FASTER = 120;  // five minutes become the shortest range, 15 s

const dashboards = readdirSync(path.join(root, "deploy/grafana")).filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(path.join(root, "deploy/grafana", file), "utf8")));
const rules = yaml.parse(readFileSync(path.join(root, "deploy/prometheus/rules.yml"), "utf8"))
  .groups.flatMap((group) => group.rules);
const runbooks = readdirSync(path.join(root, "docs/runbooks")).flatMap((file) => {
  const text = readFileSync(path.join(root, "docs/runbooks", file), "utf8").replace(/^[^]*?## Diagnosis/, "");
  return [...text.matchAll(/```promql\n([^]*?)\n```/g)].map(([, expr]) => ({ expr, where: `docs/runbooks/${file}` }));
});
// [{uses, reason, seen_in, shape}]
const noData = yaml.parse(readFileSync(new URL("no_data.yaml", import.meta.url), "utf8"))
  .filter((one) => one.shape === undefined || one.shape === shape);

// A comparison drops what does not meet it; with `bool` it returns 0 or 1, so that data shows that the
// compared series exist.
const comparing = (expr) => expr.replace(/(\s)(>=|<=|==|!=|>|<) (?!bool\b)/g, "$1$2 bool ");

function expressions() {
  const panels = dashboards.flatMap(dashboardExpressions).map(({ expr, where }) => ({ where, expr: concrete(expr, "15s") }));
  const alerts = rules.filter(({ alert, expr }) => alert && !expr.startsWith("absent("))
    .map(({ alert, expr }) => ({ where: alert, expr }));
  const records = rules.filter(({ record }) => record).map(({ record, labels = {} }) => ({
    where: record,
    expr: `${record}{${Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(",")}}`,
  }));
  return [...panels, ...records, ...alerts, ...runbooks]
    .map(({ where, expr }) => ({ where, written: expr, expr: faster(comparing(expr), FASTER) }));
}

describe(`monitoring, ${shape}`, () => {
  const { metrics } = catalogue(root);
  let suite;
  let jellyfin;
  let prometheus;
  let load;
  let texts;  // [{program, text}]

  before(async () => {
    jellyfin = await FakeJellyfin.start({ token: "t", movies: [movie("1", "Alien", 1979)], image: GIF });
    suite = await startSuite(shape, {
      sources: [
        { name: "Posters", type: "local", path: path.join(bin, "../share/marquee/demo") },
        { name: "Den", type: "jellyfin", url: jellyfin.url, token: "t", movie_libraries: ["Movies"] },
        // Nothing listens on this port: a source that is down.
        { name: "Attic", type: "jellyfin", url: "http://127.0.0.1:9", token: "t", movie_libraries: ["Movies"] },
      ],
      gateway: { limits: { display_per_second: 0, api_per_minute: 0, admin_per_minute: 0, failures_per_15_minutes: 0 } },
    });
    const items = await playlistOf(suite, 25);
    load = new Load(suite, items);
    await load.start();
    await load.again();
    const short = suite.folder.write("rules.yml", "");
    const generated = spawnSync("node", [path.join(root, "scripts/monitoring/generate.mjs"), "--rules", short, "--faster", String(FASTER)], { encoding: "utf8" });
    assert.equal(generated.status, 0, generated.stderr);
    const targets = suite.programs.map((program) => ({
      program: program.name.replace(/^marquee-?/, "") || "allinone",
      address: new URL(program.ops ?? suite.base).host,
    }));
    prometheus = await Prometheus.start(suite.folder, targets, short);
    texts = await Promise.all(targets.map(async ({ program, address }) =>
      ({ program, text: await (await fetch(`http://${address}/metrics`)).text() })));
  });
  after(async () => {
    await load?.stop();
    await prometheus?.stop();
    await suite?.stop();
    jellyfin?.stop();
    suite?.folder.remove();
  });

  test("programs export the metrics of the catalogue, with its labels and their values", () => {
    for (const { program, text } of texts) {
      const families = parseExposition(text);
      assert.ok(families.size > 20, program);
      assert.deepEqual(familyFaults(program === "allinone" ? undefined : program, families, metrics), [], program);
    }
  });

  test("promtool finds nothing to object to", () => {
    for (const { program, text } of texts) {
      const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
      assert.deepEqual([status, stdout + stderr], [0, ""], program);
    }
  });

  test("every expression returns data, or is listed with the reason", async () => {
    const all = expressions();
    for (const { uses, reason, seen_in: seenIn } of noData) {
      assert.ok(reason && seenIn && all.some(({ written }) => written.includes(uses)), `no_data.yaml: no expression uses ${uses}`);
    }
    let pending = all.filter(({ written }) => !noData.some(({ uses }) => written.includes(uses)));
    assert.ok(pending.length > 250, `${pending.length} expressions`);
    // Bounds the wait so that a failure lists what is missing; without one it takes about 20 s.
    const deadline = Date.now() + 120_000;
    while (pending.length > 0 && Date.now() < deadline) {
      await load.again();
      const left = [];
      for (const one of pending) {
        const result = await prometheus.query(one.expr);
        if (!result.some(({ value: [, text] }) => text !== "NaN")) left.push(one);
      }
      pending = left;
    }
    assert.deepEqual(pending.map(({ where, written }) => `${where}: ${written}`), []);
  });

  test("every rule evaluates without an error, and no metric with a threshold is missing", async () => {
    const evaluated = await prometheus.rules();
    assert.equal(evaluated.length, rules.length);
    assert.deepEqual(evaluated.filter(({ health }) => health === "err").map(({ name, lastError }) => `${name}: ${lastError}`), []);
    for (const { expr, labels } of rules.filter(({ alert }) => alert === "MarqueeMetricMissing")) {
      assert.deepEqual(await prometheus.query(expr), [], `${labels.metric} is missing`);
    }
  });
});
