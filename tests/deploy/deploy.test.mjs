// Checks that deploy/ is consistent with itself and with the programs, as far as possible without a
// cluster. The part that needs kubectl is skipped with a message where there is none (tools.mjs).
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";

import { concrete, dashboardExpressions } from "./dashboards.mjs";
import { read, root, run, tool, without, yaml } from "../../scripts/deploy/tools.mjs";

const PROGRAMS = ["gateway", "playlist", "imageproc", "devices"];
// [file name, dashboard]
const dashboards = readdirSync(path.join(root, "deploy/grafana")).filter((file) => file.endsWith(".json"))
  .map((file) => [file, JSON.parse(read(`grafana/${file}`))]);
const rules = yaml.parse(read("prometheus/rules.yml")).groups.flatMap((group) => group.rules);

describe("grafana", () => {
  for (const [file, { panels }] of dashboards) {
    test(`${file}: panels have unique ids, do not overlap, and say what they show`, () => {
      const ids = panels.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      const cells = new Set();
      for (const { title, description, datasource, fieldConfig, targets, gridPos: { x, y, w, h } } of panels) {
        assert.ok(title && description && fieldConfig.defaults.unit && targets.length > 0, title);
        for (const source of [datasource, ...targets.map((target) => target.datasource)]) {
          assert.deepEqual(source, { type: "prometheus", uid: "$datasource" }, title);
        }
        for (let column = x; column < x + w; ++column) {
          for (let line = y; line < y + h; ++line) {
            const cell = `${column},${line}`;
            assert.ok(column < 24 && !cells.has(cell), `${title} overlaps another panel at ${cell}`);
            cells.add(cell);
          }
        }
      }
    });
  }

  test("promtool accepts every query of the dashboards", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "marquee-deploy-"));
    const queries = dashboards.flatMap(([, dashboard]) => dashboardExpressions(dashboard))
      .map(({ expr }, index) => ({ record: `panel:${index}`, expr: concrete(expr) }));
    assert.ok(queries.length > 100);
    const file = path.join(folder, "dashboards.yml");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboards", rules: queries }] }));
    try {
      run("promtool", "check", "rules", file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("prometheus", () => {
  test("promtool accepts the scrape config, and the rules pass their tests", () => {
    run("promtool", "check", "config", path.join(root, "deploy/prometheus/prometheus.yml"));
    run("promtool", "test", "rules", path.join(root, "deploy/prometheus/rules_test.yml"));
  });

  test("every alert has a severity, a summary, a dashboard and a runbook that exist", () => {
    const names = new Set(dashboards.map(([, { uid }]) => `/d/${uid}`));
    const alerts = rules.filter(({ alert }) => alert);
    assert.ok(new Set(alerts.map(({ alert }) => alert)).size >= 25);
    for (const { alert, labels, annotations } of alerts) {
      assert.ok(["critical", "warning", "info", "none"].includes(labels.severity), alert);
      assert.ok(annotations.summary, alert);
      assert.ok(names.has(annotations.dashboard), `${alert}: ${annotations.dashboard}`);
      const page = annotations.runbook_url.split("/").at(-1);
      const text = readFileSync(path.join(root, "docs/runbooks", page), "utf8");
      for (const section of ["Meaning", "Impact", "Diagnosis", "Mitigation"]) assert.match(text, new RegExp(`^## ${section}$`, "m"), page);
    }
  });
});

describe("alertmanager", () => {
  const file = path.join(root, "deploy/prometheus/alertmanager.yml");
  const receiverOf = (...labels) => run("amtool", "config", "routes", "test", `--config.file=${file}`, ...labels).trim();

  test("critical alerts arrive at once, the others later, the watchdog at its own receiver", () => {
    run("amtool", "check-config", file);
    assert.equal(receiverOf("alertname=MarqueePlaylistEmpty", "severity=critical"), "now");
    assert.equal(receiverOf("alertname=MarqueeSourceDown", "severity=warning"), "later");
    assert.equal(receiverOf("alertname=MarqueeSourceSlow", "severity=info"), "log");
    assert.equal(receiverOf("alertname=MarqueeWatchdog", "severity=none"), "dead-mans-switch");
  });

  test("inhibition names alerts that exist", () => {
    const alerts = new Set(rules.map(({ alert }) => alert));
    for (const { source_matchers: from, target_matchers: to } of yaml.parse(readFileSync(file, "utf8")).inhibit_rules) {
      for (const matcher of [...from, ...to]) {
        const [, pattern] = /^alertname=~?"(.*)"$/.exec(matcher) ?? [];
        if (!pattern) continue;
        for (const name of pattern.replace(/^Marquee\(|\)$/g, "").split("|")) {
          assert.ok(alerts.has(name.replace(/^(Marquee)?/, "Marquee")), `${matcher}: no rule has the alert ${name}`);
        }
      }
    }
  });
});

describe("kubernetes", () => {
  const objects = [...PROGRAMS.map((name) => `${name}.yaml`), "network.yaml"]
    .flatMap((name) => yaml.parseAllDocuments(read(`kubernetes/base/${name}`)).map((document) => document.toJS()));
  const config = (name) => yaml.parse(read(`kubernetes/base/config/${name}.yaml`));
  const find = (kinds, name) => objects.find((one) => kinds.includes(one.kind) && one.metadata.name === name);
  const pod = (name) => find(["Deployment", "StatefulSet"], `marquee-${name}`).spec.template;
  const portOf = (address) => Number(address.split(":").at(-1));

  for (const name of PROGRAMS) {
    test(`${name}: ports of settings, container, probes and Services agree`, () => {
      const [container] = pod(name).spec.containers;
      const ports = Object.fromEntries(container.ports.map((port) => [port.name, port.containerPort]));
      const served = name === "gateway" ? "http" : "grpc";
      assert.equal(portOf(config(name).listen), ports[served]);
      assert.equal(portOf(config(name).ops_listen), ports.ops);
      for (const kind of ["startupProbe", "livenessProbe", "readinessProbe"]) {
        const { httpGet, grpc } = container[kind];
        assert.equal(httpGet ? ports[httpGet.port] : grpc.port, httpGet ? ports.ops : ports.grpc, kind);
      }
      for (const [service, port] of [[`marquee-${name}`, served], [`marquee-${name}-ops`, "ops"]]) {
        const { spec } = find(["Service"], service);
        assert.deepEqual(spec.selector, pod(name).metadata.labels);
        assert.equal(spec.ports[0].targetPort, port);
        assert.equal(spec.ports[0].port, ports[port]);
      }
      assert.match(read("prometheus/prometheus.yml"),
        new RegExp(`marquee-${name}-ops\\s+type: A\\s+port: ${ports.ops}\\b`));
    });

    test(`${name}: runs as user nobody on a read-only root, with its own environment only`, () => {
      const { spec } = pod(name);
      assert.equal(spec.enableServiceLinks, false);
      assert.equal(spec.automountServiceAccountToken, false);
      assert.equal(spec.securityContext.runAsNonRoot, true);
      assert.deepEqual(spec.containers[0].securityContext,
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
      assert.ok(spec.containers[0].resources.limits.memory);
    });

    test(`${name}: every mount has its volume, and the program writes only to volumes`, () => {
      const workload = find(["Deployment", "StatefulSet"], `marquee-${name}`);
      const { volumes, containers: [container] } = workload.spec.template.spec;
      const names = new Set([...volumes, ...(workload.spec.volumeClaimTemplates ?? []).map((one) => one.metadata)]
        .map((one) => one.name));
      for (const mount of container.volumeMounts) assert.ok(names.has(mount.name), mount.name);
      const { data_dir: dataDir } = config(name);
      if (dataDir) assert.ok(container.volumeMounts.some((mount) => mount.mountPath === dataDir));
    });

    test(`${name}: the shared secret is mounted from the Secret of all programs`, () => {
      const { volumes, containers: [container] } = pod(name).spec;
      const volume = volumes.find(({ secret }) => secret?.secretName === "marquee-rpc");
      const mount = container.volumeMounts.find((one) => one.name === volume.name);
      assert.equal(config(name).rpc.shared_secret_file, path.posix.join(mount.mountPath, "secret"));
      assert.ok(mount.readOnly);
    });

    test(`${name}: the program accepts its settings`, () => {
      const bin = process.env.MARQUEE_BIN;
      assert.ok(bin, "MARQUEE_BIN must be the folder of the programs");
      run(path.join(bin, `marquee-${name}`), "--check-config", "--config",
        path.join(root, `deploy/kubernetes/base/config/${name}.yaml`));
    });
  }

  for (const [program, file] of [["marquee", "overlays/single/config.yaml"], ["marquee-gateway", "components/proxied/gateway.yaml"]]) {
    test(`${program} accepts ${file}`, () => {
      run(path.join(process.env.MARQUEE_BIN, program), "--check-config", "--config", path.join(root, "deploy/kubernetes", file));
    });
  }

  test("backends refer to our Services and their ports", () => {
    const { backends } = config("gateway");
    const addresses = [...Object.entries(backends), ["playlist", config("imageproc").backends.playlist],
      ["devices", config("playlist").backends.devices]];
    for (const [name, address] of addresses) {
      assert.equal(address, `dns:///marquee-${name}:${portOf(config(name).listen)}`);
    }
  });

  test("kustomize builds the base", { skip: without("kubectl") }, () => {
    const built = yaml.parseAllDocuments(run(tool("kubectl"), "kustomize", path.join(root, "deploy/kubernetes/base")))
      .map((document) => document.toJS());
    assert.equal(built.filter(({ kind }) => kind === "ConfigMap").length, PROGRAMS.length);
    for (const { kind, spec } of built.filter((one) => ["Deployment", "StatefulSet"].includes(one.kind))) {
      const { name } = spec.template.spec.volumes.find((volume) => volume.name === "config").configMap;
      assert.match(name, /^marquee-\w+-[a-z0-9]{10}$/, `${kind} mounts a ConfigMap with a content hash in its name`);
    }
  });
});
