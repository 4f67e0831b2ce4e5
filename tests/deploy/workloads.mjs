// The workloads of the overlays, and what the protections need to know of each.
import { readFileSync } from "node:fs";
import path from "node:path";

import { rendered, root, yaml } from "../../scripts/deploy/tools.mjs";

// replicas: "auto" for an autoscaler, else exactly one. protocol: of its main port. headless: its
// clients balance calls over the addresses of its pods. callers: the programs that connect to it.
const CLUSTER = [
  { name: "marquee-gateway", kind: "Deployment", replicas: "auto", protocol: "http", port: 4000, ops: 4090, callers: [] },
  { name: "marquee-imageproc", kind: "StatefulSet", replicas: "auto", protocol: "grpc", port: 4020, ops: 4092,
    headless: true, callers: ["marquee-gateway"] },
  { name: "marquee-playlist", kind: "StatefulSet", replicas: 1, protocol: "grpc", port: 4010, ops: 4091,
    callers: ["marquee-gateway", "marquee-imageproc"] },
  { name: "marquee-devices", kind: "StatefulSet", replicas: 1, protocol: "grpc", port: 4030, ops: 4093,
    callers: ["marquee-gateway", "marquee-playlist"] },
];
const SINGLE = [
  { name: "marquee", kind: "StatefulSet", replicas: 1, protocol: "http", port: 4000, ops: 4090, callers: [] },
];

export const OVERLAYS = { cluster: CLUSTER, single: SINGLE };

const seconds = (text) => Number(text.replace(/s$/, ""));

// The drain_timeout that is the default of a program, in seconds.
function defaultDrain(program) {
  const folder = program === "marquee" ? "allinone" : program.replace("marquee-", "");
  const proto = readFileSync(path.join(root, `services/${folder}/${folder}_config.proto`), "utf8");
  const [, text] = proto.match(/string drain_timeout = \d+\s+\[\(marquee\.config\.setting\) = \{[^}]*default: "(\d+s)"/);
  return seconds(text);
}

// One workload among rendered objects, which a test may change.
export class Workload {
  constructor(expected, objects) {
    this.expected = expected;
    this.objects = objects;
  }

  find(kind, name = this.expected.name) {
    return this.objects.find((one) => one.kind === kind && one.metadata.name === name);
  }
  remove(kind, name = this.expected.name) {
    this.objects.splice(this.objects.indexOf(this.find(kind, name)), 1);
  }

  get name() { return this.expected.name; }
  get object() { return this.find(this.expected.kind); }
  get pod() { return this.object.spec.template.spec; }
  get container() { return this.pod.containers[0]; }
  get autoscaled() { return this.expected.replicas === "auto"; }

  volume(name) {
    return this.pod.volumes.find((one) => one.name === name);
  }
  get configMap() { return this.find("ConfigMap", this.volume("config").configMap.name); }
  get settings() { return yaml.parse(this.configMap.data["config.yaml"]); }
  changeSettings(change) {
    const settings = this.settings;
    change(settings);
    this.configMap.data["config.yaml"] = yaml.stringify(settings);
  }
  // Seconds that the program takes at most to finish after the signal.
  get drain() { return this.settings.drain_timeout ? seconds(this.settings.drain_timeout) : defaultDrain(this.name); }
}

const cache = new Map();

// Fresh copies of the objects of an overlay.
export function objectsOf(overlay) {
  if (!cache.has(overlay)) cache.set(overlay, rendered(`overlays/${overlay}`));
  return structuredClone(cache.get(overlay));
}

// "512Mi" in MiB
export function mebibytes(text) {
  const [, digits, unit] = text.match(/^(\d+)(Mi|Gi)$/);
  return Number(digits) * (unit === "Gi" ? 1024 : 1);
}
