// The Helm chart renders the objects of deploy/kubernetes/overlays/cluster; its values are a closed list,
// and each of them changes what it names. Compared after this normalisation:
//   - the checksum at the end of a ConfigMap's name is left out, wherever the name stands: kustomize and
//     helm compute it differently;
//   - settings (config.yaml) are compared as settings, not as text;
//   - the order of objects and of keys does not count.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";

import { VALUES } from "../../scripts/deploy/chart.mjs";
import { objectsIn, rendered, root, run, tool, withComponent, without, yaml } from "../../scripts/deploy/tools.mjs";

const skip = without("kubectl") || without("helm");
const folder = path.join(root, "deploy/helm/marquee");
const template = (values = {}) => {
  const set = Object.entries(values).flatMap(([name, value]) => ["--set-json", `${name}=${JSON.stringify(value)}`]);
  return [tool("helm"), "template", "marquee", folder, ...set];
};
const objects = (values) => objectsIn(run(...template(values)));

const withoutChecksum = (name) => name.replace(/^(marquee-\w+)-[a-z0-9]{10}$/, "$1");

// {"Kind/name": object}
function normalised(list) {
  const entries = list.map((object) => {
    const one = structuredClone(object);
    const volume = one.spec?.template?.spec.volumes.find(({ configMap }) => configMap);
    if (volume) volume.configMap.name = withoutChecksum(volume.configMap.name);
    if (one.kind === "ConfigMap") {
      one.metadata.name = withoutChecksum(one.metadata.name);
      one.data["config.yaml"] = yaml.parse(one.data["config.yaml"]);
    }
    return [`${one.kind}/${one.metadata.name}`, one];
  });
  assert.equal(new Set(entries.map(([name]) => name)).size, entries.length, "names are unique");
  return Object.fromEntries(entries);
}

// The names of objects that differ.
function differences(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => {
    try {
      assert.deepEqual(after[name], before[name]);
      return false;
    } catch {
      return true;
    }
  }).sort();
}

describe("helm and kustomize", { skip }, () => {
  test("the chart and overlays/cluster give the same objects", () => {
    const chart = normalised(objects());
    assert.deepEqual(chart, normalised(rendered("overlays/cluster")));
    assert.ok(Object.keys(chart).length > 30);
  });

  test("with an Ingress they give the same objects, too", () => {
    assert.deepEqual(normalised(objects({ "ingress.enabled": true })), normalised(withComponent("cluster", "ingress")));
  });

  test("a difference is found", () => {
    const cluster = normalised(rendered("overlays/cluster"));
    assert.deepEqual(differences(cluster, normalised(objects({ "gateway.maxReplicas": 11 }))), ["HorizontalPodAutoscaler/marquee-gateway"]);
    const [one, ...rest] = rendered("overlays/cluster");
    assert.deepEqual(differences(cluster, normalised(rest)), Object.keys(normalised([one])));
  });

  test("helm finds no fault with the chart", () => {
    run(tool("helm"), "lint", "--strict", folder);
  });
});

// A value other than the default.
function other(name, { type, pattern }) {
  if (type === "boolean") return true;
  if (type === "integer") return 7;
  if (pattern) return "77Mi";
  return name.endsWith(".config") ? "listen: 0.0.0.0:1\n" : "other";
}

// The objects that a value changes.
function changedBy(name, { paths = [] }) {
  const [group, key] = name.split(".");
  if (group === "image") {
    return ["Deployment/marquee-gateway", ...["devices", "imageproc", "playlist"].map((one) => `StatefulSet/marquee-${one}`)];
  }
  if (key === "config") return [`ConfigMap/marquee-${group}`];
  if (name === "ingress.enabled") return ["ConfigMap/marquee-gateway", "Ingress/marquee", "NetworkPolicy/marquee-displays"];
  if (name === "ingress.host") return ["ConfigMap/marquee-gateway", "Ingress/marquee"];
  if (name === "ingress.namespace") return ["NetworkPolicy/marquee-displays"];
  assert.ok(paths.length > 0, `${name} has no path`);
  return paths.map(([object]) => object);
}

describe("values", { skip }, () => {
  for (const [group, entries] of Object.entries(VALUES)) {
    for (const [key, value] of Object.entries(entries)) {
      const name = `${group}.${key}`;
      const base = group === "ingress" && key !== "enabled" ? { "ingress.enabled": true } : {};
      test(`${name} changes the objects that it names, and no others`, () => {
        const [before, after] = [objects(base), objects({ ...base, [name]: other(name, value) })];
        assert.deepEqual(differences(normalised(before), normalised(after)), changedBy(name, value).sort());
        if (key !== "config") return;
        // The pods that read the settings restart, and no others.
        const map = (list, program) => list.find(({ spec, metadata }) => spec?.template && metadata.name === `marquee-${program}`)
          .spec.template.spec.volumes.find(({ configMap }) => configMap).configMap.name;
        for (const program of ["gateway", "imageproc", "playlist", "devices"]) {
          assert.equal(map(before, program) !== map(after, program), program === group, program);
        }
      });
    }
  }

  test("an unknown value and a value of the wrong type are rejected by name", () => {
    for (const [values, message] of [
      [{ "gateway.maxReplica": 3 }, /maxReplica.*not allowed/],
      [{ gatway: {} }, /gatway.*not allowed/],
      [{ "gateway.maxReplicas": "many" }, /gateway.maxReplicas: Invalid type/],
      [{ "gateway.minReplicas": 1 }, /gateway.minReplicas: Must be greater than or equal to 2/],
      [{ "image.tag": 1.5 }, /image.tag: Invalid type/],
      [{ "devices.storageSize": "much" }, /devices.storageSize: Does not match pattern/],
    ]) {
      const [command, ...rest] = template(values);
      const { status, stderr } = spawnSync(command, rest, { encoding: "utf8" });
      assert.notEqual(status, 0, JSON.stringify(values));
      assert.match(stderr, message);
    }
  });
});
