// The protections of a workload. Each has a check, which throws, and a removal, after which the check
// must throw: kubernetes.test.mjs tries both on every workload.
//   applies(w)  to which workloads; all by default
import assert from "node:assert/strict";
import path from "node:path";

import { mebibytes } from "./workloads.mjs";

const ops = (w) => w.find("Service", `${w.name}-ops`);
const probe = (w, kind, http) => {
  const { grpc, httpGet } = w.container[kind] ?? {};
  if (w.expected.protocol === "http") {
    assert.deepEqual(httpGet, { path: http, port: "ops" }, kind);
  } else {
    // The health of the program itself: no `service`, which might include those that it calls.
    assert.deepEqual(grpc, { port: w.expected.port }, kind);
  }
};
const worsenProbe = (w, kind) => {
  const one = w.container[kind];
  if (one.httpGet) one.httpGet.path = one.httpGet.path === "/livez" ? "/readyz" : "/livez";
  else one.grpc.service = "marquee.playlist.v1.PlaylistService";
};
const topologies = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"];
const autoscaled = (w) => w.autoscaled;

const AVAILABILITY = [
  {
    name: "its Service leads to the port of its pods",
    check(w) {
      const { selector, ports: [port] } = w.find("Service").spec;
      assert.deepEqual(selector, w.object.spec.selector.matchLabels);
      for (const [key, value] of Object.entries(selector)) assert.equal(w.object.spec.template.metadata.labels[key], value);
      const target = w.container.ports.find(({ name }) => name === port.targetPort);
      assert.deepEqual([port.port, target.containerPort], [w.expected.port, w.expected.port]);
      assert.equal(Number(w.settings.listen.split(":").at(-1)), w.expected.port);
    },
    remove: (w) => { w.find("Service").spec.selector["app.kubernetes.io/name"] = "other"; },
  },
  {
    name: "its Service is headless where gRPC balances calls",
    applies: (w) => w.expected.headless === true,
    check: (w) => assert.equal(w.find("Service").spec.clusterIP, "None"),
    remove: (w) => { delete w.find("Service").spec.clusterIP; },
  },
  {
    name: "Prometheus finds each pod through a headless Service",
    check(w) {
      assert.equal(ops(w).spec.clusterIP, "None");
      assert.equal(ops(w).metadata.labels["app.kubernetes.io/component"], "metrics");
      assert.equal(ops(w).spec.ports[0].port, w.expected.ops);
    },
    remove: (w) => { delete ops(w).metadata.labels["app.kubernetes.io/component"]; },
  },
  {
    name: "a disruption budget of one pod",
    applies: autoscaled,
    check(w) {
      const { maxUnavailable, selector } = w.find("PodDisruptionBudget").spec;
      assert.equal(maxUnavailable, 1);
      assert.deepEqual(selector, w.object.spec.selector);
    },
    remove: (w) => w.remove("PodDisruptionBudget"),
  },
  {
    name: "no disruption budget, which would block the draining of its node",
    applies: (w) => !w.autoscaled,
    check: (w) => assert.equal(w.find("PodDisruptionBudget"), undefined),
    remove: (w) => w.objects.push({ kind: "PodDisruptionBudget", metadata: { name: w.name }, spec: { maxUnavailable: 1 } }),
  },
  ...topologies.map((topology) => ({
    name: `pods are spread over ${topology}`,
    applies: autoscaled,
    check(w) {
      const found = (w.pod.topologySpreadConstraints ?? []).find(({ topologyKey }) => topologyKey === topology);
      assert.deepEqual(found?.labelSelector, w.object.spec.selector);
      assert.equal(found.maxSkew, 1);
    },
    remove(w) {
      w.pod.topologySpreadConstraints = w.pod.topologySpreadConstraints.filter(({ topologyKey }) => topologyKey !== topology);
    },
  })),
  {
    name: "an autoscaler with two replicas or more, and a slow reduction",
    applies: autoscaled,
    check(w) {
      const { scaleTargetRef, minReplicas, maxReplicas, behavior } = w.find("HorizontalPodAutoscaler").spec;
      assert.deepEqual([scaleTargetRef.kind, scaleTargetRef.name], [w.expected.kind, w.name]);
      assert.ok(minReplicas >= 2 && maxReplicas > minReplicas);
      assert.equal(behavior.scaleDown.stabilizationWindowSeconds, 600);
      assert.deepEqual(behavior.scaleDown.policies, [{ type: "Pods", value: 1, periodSeconds: 300 }]);
    },
    remove: (w) => { delete w.find("HorizontalPodAutoscaler").spec.behavior.scaleDown; },
  },
  {
    name: "the autoscaler looks at CPU",
    applies: autoscaled,
    check: (w) => assert.ok(w.find("HorizontalPodAutoscaler").spec.metrics.some(({ resource }) => resource?.name === "cpu")),
    remove: (w) => w.find("HorizontalPodAutoscaler").spec.metrics.pop(),
  },
  {
    name: "the autoscaler looks at WebSockets, at 70 % of the connections of a gateway",
    applies: (w) => w.name === "marquee-gateway",
    check(w) {
      const { pods } = w.find("HorizontalPodAutoscaler").spec.metrics.find(({ type }) => type === "Pods") ?? {};
      assert.equal(pods?.metric.name, "marquee_ws_connections");
      assert.equal(Number(pods.target.averageValue), 0.7 * w.settings.http.max_connections);
    },
    remove: (w) => w.changeSettings((settings) => { settings.http.max_connections = 5000; }),
  },
  {
    name: "no `replicas` beside an autoscaler",
    applies: autoscaled,
    check: (w) => assert.equal(w.object.spec.replicas, undefined),
    remove: (w) => { w.object.spec.replicas = 2; },
  },
  {
    name: "one replica, since replicas would not share its state",
    applies: (w) => !w.autoscaled,
    check(w) {
      assert.equal(w.object.spec.replicas, 1);
      assert.equal(w.find("HorizontalPodAutoscaler"), undefined);
    },
    remove: (w) => { w.object.spec.replicas = 2; },
  },
  {
    name: "a gateway is replaced before it ends",
    applies: (w) => w.expected.kind === "Deployment",
    check: (w) => assert.equal(w.object.spec.strategy.rollingUpdate.maxUnavailable, 0),
    remove: (w) => { w.object.spec.strategy.rollingUpdate.maxUnavailable = 1; },
  },
  {
    name: "pods start in parallel",
    applies: (w) => w.autoscaled && w.expected.kind === "StatefulSet",
    check: (w) => assert.equal(w.object.spec.podManagementPolicy, "Parallel"),
    remove: (w) => { delete w.object.spec.podManagementPolicy; },
  },
];

const LIFE = [
  {
    name: "a startup probe that waits two minutes",
    check(w) {
      probe(w, "startupProbe", "/livez");
      const { periodSeconds, failureThreshold } = w.container.startupProbe;
      assert.ok(periodSeconds * failureThreshold >= 120);
    },
    remove: (w) => { delete w.container.startupProbe; },
  },
  {
    name: "a liveness probe of the program alone",
    check: (w) => probe(w, "livenessProbe", "/livez"),
    remove: (w) => worsenProbe(w, "livenessProbe"),
  },
  {
    name: "a readiness probe",
    check: (w) => probe(w, "readinessProbe", "/readyz"),
    remove: (w) => { delete w.container.readinessProbe; },
  },
  {
    name: "the signal to stop waits until clients know that the pod ends",
    applies: autoscaled,
    check: (w) => assert.equal(w.container.lifecycle?.preStop?.sleep?.seconds, 5),
    remove: (w) => { delete w.container.lifecycle; },
  },
  {
    name: "time to end: more than the delay before the signal and the drain together",
    check(w) {
      const delay = w.container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      assert.ok(w.pod.terminationGracePeriodSeconds >= delay + w.drain + 5, `${delay} s and ${w.drain} s`);
    },
    remove: (w) => w.changeSettings((settings) => { settings.drain_timeout = "26s"; }),
  },
  {
    name: "settings by checksum",
    check(w) {
      assert.match(w.volume("config").configMap.name, new RegExp(`^${w.name}-[a-z0-9]{10}$`));
      assert.ok(w.configMap);
    },
    remove: (w) => {
      w.configMap.metadata.name = w.name;
      w.volume("config").configMap.name = w.name;
    },
  },
  {
    name: "its environment holds no addresses of Services, which would be unknown settings",
    check: (w) => assert.equal(w.pod.enableServiceLinks, false),
    remove: (w) => { delete w.pod.enableServiceLinks; },
  },
];

// MB that the settings let a program hold, measured parts included (deploy/README.md).
function mostMemory(w) {
  const { edge_cache: edge = {}, image = {}, http = {} } = w.settings;
  const gateway = 30 + (edge.image_mb ?? 32) + (edge.response_mb ?? 32) + (http.max_connections ?? 10000) * 0.006;
  const imageproc = 60 + (image.memory_mb ?? 128) + (image.decode_budget_mb ?? 256);
  const playlist = 30 + 3 * 2 * 50; // max_mb of three playlists, the old snapshot and the new
  const of = { "marquee-gateway": gateway, "marquee-imageproc": imageproc, "marquee-playlist": playlist, "marquee-devices": 64 };
  return of[w.name] ?? gateway + imageproc + playlist;
}

const RESOURCES = [
  {
    name: "a memory request, and a limit above what its settings allow",
    check(w) {
      const { requests, limits } = w.container.resources;
      assert.ok(mebibytes(requests.memory) <= mebibytes(limits.memory));
      const tmp = mebibytes(w.volume("tmp").emptyDir.sizeLimit);
      assert.ok(mebibytes(limits.memory) > mostMemory(w) + tmp, `${limits.memory}, but ${mostMemory(w)} MB and ${tmp} MB of files`);
    },
    remove: (w) => { w.container.resources.limits.memory = "128Mi"; },
  },
  {
    name: "a CPU request and no CPU limit, which would slow every request of a busy period",
    check(w) {
      assert.ok(w.container.resources.requests.cpu);
      assert.equal(w.container.resources.limits.cpu, undefined);
    },
    remove: (w) => { w.container.resources.limits.cpu = "1"; },
  },
  {
    name: "decode slots are stated, not those of the node's cores",
    applies: (w) => w.settings.image !== undefined,
    check: (w) => assert.ok(w.settings.image.decode_slots > 0),
    remove: (w) => w.changeSettings((settings) => { delete settings.image.decode_slots; }),
  },
  {
    name: "it writes only to volumes",
    check(w) {
      const writable = w.container.volumeMounts.filter((mount) => !mount.readOnly);
      const names = [...w.pod.volumes, ...(w.object.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)].map(({ name }) => name);
      for (const mount of w.container.volumeMounts) assert.ok(names.includes(mount.name), mount.name);
      for (const folder of ["/tmp", w.settings.data_dir].filter(Boolean)) {
        assert.ok(writable.some(({ mountPath }) => !path.relative(mountPath, folder).startsWith("..")), folder);
      }
    },
    remove: (w) => { w.container.volumeMounts = w.container.volumeMounts.filter(({ mountPath }) => mountPath !== "/tmp"); },
  },
];

export { AVAILABILITY, LIFE, RESOURCES };
