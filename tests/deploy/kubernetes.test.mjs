// Every object of deploy/kubernetes has a valid schema, and every workload its protections. Each
// protection is removed once, so that it is known that its check would fail. Without a cluster.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { generated } from "../../scripts/deploy/generate.mjs";
import { foreignPod, host, mayConnect, podOf } from "./network.mjs";
import { POD_SECURITY } from "./pod_security.mjs";
import { AVAILABILITY, LIFE, RESOURCES } from "./protections.mjs";
import { checkSchema } from "./schemas.mjs";
import { objectsIn, read, rendered, root, withComponent, without, yaml } from "../../scripts/deploy/tools.mjs";
import { objectsOf, OVERLAYS, Workload } from "./workloads.mjs";

const skip = without("kubectl");
const COMPONENTS = ["namespace", "priority", "ingress", "httproute", "mtls"];

describe("schemas", { skip }, () => {
  for (const overlay of ["single", "cluster", "observability"]) {
    test(`every object of ${overlay} passes its schema`, async () => {
      const objects = rendered(`overlays/${overlay}`);
      assert.ok(objects.length > 3);
      for (const object of objects) await checkSchema(object);
    });
  }

  for (const component of COMPONENTS) {
    test(`every object of cluster with ${component} passes its schema`, async () => {
      for (const object of withComponent("cluster", component)) await checkSchema(object);
    });
  }

  test("a value of the wrong type, an unknown field and an unknown kind fail", async () => {
    const service = objectsOf("single").find(({ kind }) => kind === "Service");
    await assert.rejects(checkSchema({ ...service, spec: { ...service.spec, ports: "4000" } }), /ports must be array/);
    await assert.rejects(checkSchema({ ...service, spec: { ...service.spec, clusterIp: "None" } }), /unknown fields \/spec\/clusterIp/);
    await assert.rejects(checkSchema({ ...service, kind: "Servce" }), /no schema of v1 Servce/);
  });
});

for (const [overlay, workloads] of Object.entries(OVERLAYS)) {
  describe(`${overlay}: protections`, { skip }, () => {
    test("no workload without a description in workloads.mjs", () => {
      const found = objectsOf(overlay).filter(({ spec }) => spec?.template).map(({ metadata }) => metadata.name);
      assert.deepEqual(found.sort(), workloads.map(({ name }) => name).sort());
    });

    for (const expected of workloads) {
      for (const { name, applies = () => true, check, remove } of [...AVAILABILITY, ...LIFE, ...RESOURCES, ...POD_SECURITY]) {
        if (skip || !applies(new Workload(expected, objectsOf(overlay)))) continue;
        test(`${expected.name}: ${name}`, () => {
          const workload = new Workload(expected, objectsOf(overlay));
          check(workload);
          remove(workload);
          assert.throws(() => check(workload), `the check does not notice that it was removed from ${expected.name}`);
        });
      }
    }
  });
}

describe("network policies", { skip }, () => {
  const dns = foreignPod("kube-system", { "k8s-app": "kube-dns" });
  const prometheus = foreignPod("monitoring", { "app.kubernetes.io/name": "prometheus" });
  const internet = host("203.0.113.7");
  const metadata = host("169.254.169.254");

  // [from, to, port, protocol] of every allowed connection between these peers at the ports of ours.
  function connections(objects, workloads) {
    const ours = workloads.map(({ name, kind, port, ops }) => {
      const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
      return { name, pod: podOf(object), ports: [port, ops] };
    });
    const others = [
      { name: "dns", pod: dns, ports: [53] }, { name: "internet", pod: internet, ports: [443] },
      { name: "metadata", pod: metadata, ports: [80] }, { name: "prometheus", pod: prometheus, ports: [] },
      { name: "other pod", pod: foreignPod("other"), ports: [8080] },
    ];
    const found = [];
    for (const from of [...ours, ...others]) {
      for (const to of [...ours, ...others]) {
        if (from === to || (others.includes(from) && others.includes(to))) continue;
        for (const port of to.ports) {
          const protocol = to.name === "dns" ? "UDP" : "TCP";
          if (mayConnect(objects, from.pod, to.pod, port, protocol)) found.push(`${from.name} > ${to.name}:${port}`);
        }
      }
    }
    return found.sort();
  }

  const expected = (workloads, { names, sources, entry }) => [
    ...workloads.flatMap(({ name, port, callers }) => callers.map((caller) => `${caller} > ${name}:${port}`)),
    ...names.map((name) => `${name} > dns:53`),
    `${sources} > internet:443`,
    ...["dns", "internet", "metadata", "other pod", "prometheus"].map((from) => `${from} > ${entry}:4000`),
  ].sort();
  const CASES = {
    cluster: { names: ["marquee-gateway", "marquee-imageproc", "marquee-playlist"], sources: "marquee-playlist", entry: "marquee-gateway" },
    single: { names: ["marquee"], sources: "marquee", entry: "marquee" },
  };

  for (const [overlay, allowed] of Object.entries(CASES)) {
    test(`${overlay}: exactly the named connections are allowed`, () => {
      assert.deepEqual(connections(objectsOf(overlay), OVERLAYS[overlay]), expected(OVERLAYS[overlay], allowed));
    });

    test(`${overlay}: without any one of the policies the connections differ`, () => {
      const whole = objectsOf(overlay);
      for (const policy of whole.filter(({ kind }) => kind === "NetworkPolicy")) {
        const rest = whole.filter((one) => one !== policy);
        const rogue = foreignPod("marquee", { "app.kubernetes.io/part-of": "marquee" });
        const changed = connections(rest, OVERLAYS[overlay]).join() !== connections(whole, OVERLAYS[overlay]).join() ||
          mayConnect(rest, rogue, internet, 443) !== mayConnect(whole, rogue, internet, 443);
        assert.ok(changed, policy.metadata.name);
      }
    });
  }

  test("observability opens the metrics to Prometheus only", () => {
    for (const [overlay, workloads] of Object.entries(OVERLAYS)) {
      const before = connections(objectsOf(overlay), workloads);
      const after = connections([...objectsOf(overlay), ...objectsOf("observability")], workloads);
      assert.deepEqual(after.filter((one) => !before.includes(one)), workloads.map(({ name, ops }) => `prometheus > ${name}:${ops}`).sort());
    }
  });

  test("behind a reverse proxy only the proxy reaches the gateway", () => {
    const objects = withComponent("cluster", "ingress");
    const gateway = podOf(objects.find(({ kind }) => kind === "Deployment"));
    assert.ok(mayConnect(objects, foreignPod("ingress-nginx"), gateway, 4000));
    assert.ok(!mayConnect(objects, foreignPod("other"), gateway, 4000));
    assert.ok(!mayConnect(objects, internet, gateway, 4000));
  });
});

describe("components", { skip }, () => {
  test("proxied: the settings of the base and two more", () => {
    const { public_url: url, trusted_proxies: proxies, ...rest } = yaml.parse(read("kubernetes/components/proxied/gateway.yaml"));
    assert.deepEqual(rest, yaml.parse(read("kubernetes/base/config/gateway.yaml")));
    assert.ok(proxies.length > 0);
    const [ingress] = objectsIn(read("kubernetes/components/ingress/ingress.yaml"));
    const [route] = objectsIn(read("kubernetes/components/httproute/httproute.yaml"));
    const { hostname } = new URL(url);
    assert.deepEqual([ingress.spec.rules[0].host, ingress.spec.tls[0].hosts[0], route.spec.hostnames[0]], [hostname, hostname, hostname]);
  });

  test("ingress: TLS, and WebSockets that stay open for an hour", () => {
    const { metadata, spec } = withComponent("cluster", "ingress").find(({ kind }) => kind === "Ingress");
    assert.ok(spec.tls[0].secretName);
    for (const side of ["read", "send"]) {
      assert.ok(Number(metadata.annotations[`nginx.ingress.kubernetes.io/proxy-${side}-timeout`]) >= 3600);
    }
  });

  test("httproute: leads to the gateway through a TLS listener, without a time limit", () => {
    const { spec } = withComponent("cluster", "httproute").find(({ kind }) => kind === "HTTPRoute");
    assert.equal(spec.parentRefs[0].sectionName, "https");
    assert.deepEqual(spec.rules[0].backendRefs, [{ name: "marquee-gateway", port: 4000 }]);
    assert.deepEqual(spec.rules[0].timeouts, { request: "0s", backendRequest: "0s" });
  });

  test("mtls: each program has its own certificate, and probes use the port that needs none", () => {
    const objects = withComponent("cluster", "mtls");
    for (const { name, kind, protocol } of OVERLAYS.cluster) {
      const { containers: [container], volumes } = objects.find((one) => one.kind === kind && one.metadata.name === name).spec.template.spec;
      const settings = Object.fromEntries(container.env.map((one) => [one.name, one.value]));
      const { mountPath } = container.volumeMounts.find((one) => one.name === "tls");
      assert.equal(volumes.find((one) => one.name === "tls").secret.secretName, `${name}-tls`);
      for (const key of ["CERTIFICATE", "KEY", "AUTHORITY"]) assert.ok(settings[`MARQUEE_MTLS_${key}`].startsWith(`${mountPath}/`), key);
      if (protocol === "grpc") {
        const port = Number(settings.MARQUEE_MTLS_HEALTH_LISTEN.split(":")[1]);
        for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) assert.deepEqual(container[probe].grpc, { port }, probe);
      }
      const file = path.join(root, `deploy/kubernetes/base/config/${name.replace("marquee-", "")}.yaml`);
      const { status, stderr } = spawnSync(path.join(process.env.MARQUEE_BIN, name), ["--check-config", "--config", file],
        { encoding: "utf8", env: { PATH: process.env.PATH, ...settings } });
      assert.equal(status, 0, stderr);
    }
  });

  test("priority and namespace are absent unless chosen", () => {
    const kinds = new Set(objectsOf("cluster").map(({ kind }) => kind));
    for (const kind of ["PriorityClass", "Namespace", "Ingress", "HTTPRoute", "ServiceMonitor"]) assert.ok(!kinds.has(kind), kind);
    const pod = withComponent("cluster", "priority").find(({ kind }) => kind === "Deployment").spec.template.spec;
    assert.equal(pod.priorityClassName, "marquee-gateway");
    const namespace = withComponent("cluster", "namespace").find(({ kind }) => kind === "Namespace");
    assert.equal(namespace.metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
  });
});

describe("observability", { skip }, () => {
  test("the ServiceMonitor finds the metrics of every workload, with the labels that the rules use", () => {
    const { spec } = objectsOf("observability").find(({ kind }) => kind === "ServiceMonitor");
    assert.equal(spec.jobLabel, "app.kubernetes.io/part-of");
    for (const [overlay, workloads] of Object.entries(OVERLAYS)) {
      const services = objectsOf(overlay).filter(({ kind, metadata }) => kind === "Service" &&
        Object.entries(spec.selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value));
      assert.deepEqual(services.map(({ metadata }) => metadata.name).sort(), workloads.map(({ name }) => `${name}-ops`).sort());
      for (const service of services) {
        assert.equal(service.metadata.labels[spec.jobLabel], "marquee");
        assert.equal(service.spec.ports[0].name, spec.endpoints[0].port);
      }
    }
  });

  test("each dashboard is a ConfigMap that Grafana loads", () => {
    const maps = objectsOf("observability").filter(({ kind }) => kind === "ConfigMap");
    for (const { metadata, data } of maps) {
      assert.equal(metadata.labels.grafana_dashboard, "1");
      assert.ok(JSON.parse(Object.values(data)[0]).panels.length > 0);
    }
  });
});

describe("generated files", { skip }, () => {
  const files = skip ? {} : generated();

  test("are those that generate.mjs writes now", () => {
    for (const [name, content] of Object.entries(files)) {
      assert.equal(readFileSync(path.join(root, "deploy", name), "utf8"), content, `run node scripts/deploy/generate.mjs (${name})`);
    }
  });

  test("are all of the chart", () => {
    const found = readdirSync(path.join(root, "deploy/helm"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).map((entry) => path.relative(path.join(root, "deploy"), path.join(entry.parentPath ?? entry.path, entry.name)));
    assert.deepEqual(found.sort(), Object.keys(files).filter((name) => name.startsWith("helm/")).sort());
  });
});
