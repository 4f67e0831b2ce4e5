// Schemas of Kubernetes, of the Prometheus operator and of the Gateway API, from npm packages.
import { existsSync } from "node:fs";
import path from "node:path";

import { modules } from "../../scripts/deploy/tools.mjs";

// Folder of the package that has the schemas of an API group.
function packageOf(group) {
  if (group.endsWith("monitoring.coreos.com")) return "@kubernetes-models/prometheus-operator";
  if (group.endsWith("gateway.networking.k8s.io")) return "@kubernetes-models/gateway-api";
  return "kubernetes-models";
}

async function modelOf({ apiVersion, kind }) {
  const file = path.join(modules, packageOf(apiVersion.split("/")[0]), apiVersion, `${kind}.js`);
  if (!existsSync(file)) throw new Error(`there is no schema of ${apiVersion} ${kind}`);
  const loaded = await import(file);
  return loaded[kind] ?? loaded.default[kind];
}

// The schemas allow unknown fields, which a cluster ignores: a misspelt protection would be none. A
// compiled schema reads each field that it knows, so a field that was not read is unknown.
function watched(value, where, unread) {
  if (typeof value !== "object" || value === null) return value;
  const children = new Map();
  for (const key of Object.keys(value)) unread.add(`${where}/${key}`);
  return new Proxy(value, {
    get(target, key, receiver) {
      const child = Reflect.get(target, key, receiver);
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return child;
      unread.delete(`${where}/${key}`);
      if (!children.has(key)) children.set(key, watched(child, `${where}/${key}`, unread));
      return children.get(key);
    },
  });
}

// Throws if an object breaks its schema, has a field that the schema does not know, or no schema.
export async function checkSchema(object) {
  const name = `${object.kind} ${object.metadata?.name}`;
  const Model = await modelOf(object);
  const unread = new Set();
  try {
    watched(new Model(structuredClone(object)), "", unread).validate();
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
  if (unread.size > 0) throw new Error(`${name}: unknown fields ${[...unread].join(", ")}`);
}
