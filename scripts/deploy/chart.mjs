// The Helm chart of deploy/helm/marquee, made from the objects of overlays/cluster and of
// components/ingress. VALUES is the closed list of what its users can set.
import path from "node:path";

import { toYaml, yaml } from "./tools.mjs";

const QUANTITY = "^[0-9]+(m|Mi|Gi|Ti)?$";
const quantity = (description, ...paths) => ({ type: "string", pattern: QUANTITY, description, paths });
const count = (description, ...paths) => ({ type: "integer", minimum: 1, maximum: 1000, description, paths });

// "Kind/name" of an object, and the way to a field in it.
const container = (kind, program, ...rest) => [`${kind}/marquee-${program}`, "spec", "template", "spec", "containers", 0, ...rest];
const claim = (program) =>
  [`StatefulSet/marquee-${program}`, "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"];

function program(name, kind, more) {
  const resources = (...rest) => container(kind, name, "resources", ...rest);
  return {
    config: { type: "string", minLength: 1, description: `Settings of marquee-${name}, the text of its file.` },
    cpuRequest: quantity("CPU that is reserved for a pod; there is no limit.", resources("requests", "cpu")),
    memoryRequest: quantity("Memory that is reserved for a pod.", resources("requests", "memory")),
    memoryLimit: quantity("Memory above which a pod is ended: more than its settings allow.", resources("limits", "memory")),
    ...more,
  };
}

function scaled(name) {
  const scaler = [`HorizontalPodAutoscaler/marquee-${name}`, "spec"];
  return {
    minReplicas: { ...count("Least number of pods.", [...scaler, "minReplicas"]), minimum: 2 },
    maxReplicas: { ...count("Largest number of pods.", [...scaler, "maxReplicas"]), minimum: 2 },
  };
}

export const VALUES = {
  image: {
    repository: { type: "string", minLength: 1, description: "The registry and name of the image of deploy/container." },
    tag: { type: "string", minLength: 1, description: "Its tag." },
  },
  gateway: program("gateway", "Deployment", scaled("gateway")),
  imageproc: program("imageproc", "StatefulSet", {
    ...scaled("imageproc"),
    cacheSize: quantity("Volume of the image cache: more than image.disk_mb and image.min_free_mb.", claim("imageproc")),
  }),
  playlist: program("playlist", "StatefulSet", {
    storageSize: quantity("Volume of the snapshot.", claim("playlist")),
    postersSize: quantity("Volume of the folder of posters.",
      ["PersistentVolumeClaim/marquee-posters", "spec", "resources", "requests", "storage"]),
  }),
  devices: program("devices", "StatefulSet", {
    storageSize: quantity("Volume of the database.", claim("devices")),
  }),
  ingress: {
    enabled: { type: "boolean", default: false, description: "Put an Ingress with TLS in front of the gateways, and let only its pods connect." },
    host: { type: "string", minLength: 1, description: "The host name of the Ingress and of public_url.", default: "marquee.example" },
    className: { type: "string", minLength: 1, description: "The IngressClass.", paths: [["Ingress/marquee", "spec", "ingressClassName"]] },
    tlsSecret: { type: "string", minLength: 1, description: "The Secret with the certificate.", paths: [["Ingress/marquee", "spec", "tls", 0, "secretName"]] },
    namespace: { type: "string", minLength: 1, description: "The namespace of the pods of the ingress controller.", default: "ingress-nginx" },
  },
};

// Text that stands for a template until the object is written as YAML.
const marks = [];
function mark(template) {
  marks.push(template);
  return `@@${marks.length - 1}@@`;
}
const unmark = (text) => text.replace(/"?@@(\d+)@@"?/g, (_, index) => marks[Number(index)]);

const holder = (object, way) => way.slice(1, -1).reduce((at, key) => at[key], object);
const nameOf = ({ kind, metadata }) => `${kind}/${metadata.name}`;

// Puts templates into the objects, and returns the values of the objects as defaults.
function parametrise(objects) {
  const find = (name) => {
    const object = objects.find((one) => nameOf(one) === name);
    if (!object) throw new Error(`there is no ${name}`);
    return object;
  };
  const defaults = {};
  for (const [group, entries] of Object.entries(VALUES)) {
    defaults[group] = {};
    for (const [key, { type, paths = [], default: fixed }] of Object.entries(entries)) {
      const found = paths.map((way) => holder(find(way[0]), way)[way.at(-1)]);
      defaults[group][key] = fixed ?? found[0];
      const reference = `.Values.${group}.${key}`;
      for (const way of paths) holder(find(way[0]), way)[way.at(-1)] = mark(type === "integer" ? `{{ int ${reference} }}` : `{{ ${reference} | quote }}`);
    }
  }

  for (const name of ["gateway", "imageproc", "playlist", "devices"]) {
    const map = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith(`marquee-${name}-`));
    const workload = objects.find(({ spec, metadata }) => spec?.template && metadata.name === `marquee-${name}`);
    const { spec } = workload.spec.template;
    const [repository, tag] = spec.containers[0].image.split(":");
    Object.assign(defaults.image, { repository, tag });
    defaults[name].config = map.data["config.yaml"];
    spec.containers[0].image = mark('"{{ .Values.image.repository }}:{{ .Values.image.tag }}"');
    // The checksum restarts the pods when the settings change.
    const hashed = `marquee-${name}-{{ include "marquee.config.${name}" . | sha256sum | trunc 10 }}`;
    map.metadata.name = mark(hashed);
    spec.volumes.find((volume) => volume.name === "config").configMap.name = mark(hashed);
    map.data["config.yaml"] = mark(`{{ include "marquee.config.${name}" . | toJson }}`);
  }

  const ingress = find("Ingress/marquee");
  const host = mark("{{ .Values.ingress.host | quote }}");
  ingress.spec.rules[0].host = host;
  ingress.spec.tls[0].hosts = [host];
  return defaults;
}

const HELPERS = (behindProxy) => `{{- /* The settings of each program, as text. */}}
${["imageproc", "playlist", "devices"].map((name) => `{{- define "marquee.config.${name}" -}}{{ .Values.${name}.config }}{{- end }}
`).join("")}{{- define "marquee.config.gateway" -}}
{{ .Values.gateway.config }}
{{- if .Values.ingress.enabled }}
${behindProxy}{{ end }}
{{- end }}
`;

// The file of an object: that of its program, or of its kind.
function fileOf({ kind, metadata }) {
  if (kind === "NetworkPolicy") return "network";
  if (kind === "Ingress") return "ingress";
  return metadata.name === "marquee-posters" ? "playlist" : unmark(metadata.name).match(/^marquee-(\w+)/)[1];
}

function schemaOf(value) {
  if (typeof value.type === "string") {
    const { paths, default: fixed, ...schema } = value;
    return schema;
  }
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, schemaOf(one)])),
  };
}

// {path below deploy/: its text}. `cluster`, `withIngress`: rendered objects; `behindProxy`: the settings
// that components/proxied adds, as text; `version`: of the programs.
export function chart({ cluster, withIngress, behindProxy, version, head }) {
  const folder = "helm/marquee";
  const objects = structuredClone([...cluster, withIngress.find(({ kind }) => kind === "Ingress")]);
  const defaults = parametrise(objects);

  const displays = objects.find((one) => nameOf(one) === "NetworkPolicy/marquee-displays");
  const proxy = withIngress.find((one) => nameOf(one) === "NetworkPolicy/marquee-displays").spec.ingress[0].from;
  proxy[0].namespaceSelector.matchLabels["kubernetes.io/metadata.name"] = mark("{{ .Values.ingress.namespace | quote }}");
  displays.spec.ingress[0] = { ...displays.spec.ingress[0], from: proxy };

  const templates = {};
  for (const object of objects) {
    let text = unmark(toYaml(object));
    if (object === displays) text = text.replace(/( +)from:\n[^]*?quote \}\}\n/, (block, indent) => `${indent}{{- if .Values.ingress.enabled }}\n${block}${indent}{{- end }}\n`);
    if (object.kind === "Ingress") text = `{{- if .Values.ingress.enabled }}\n${text}{{- end }}\n`;
    const file = path.posix.join(folder, "templates", `${fileOf(object)}.yaml`);
    templates[file] = (templates[file] ?? head) + (templates[file] ? "---\n" : "") + text;
  }

  const described = new yaml.Document(defaults, { version: "1.1" });
  yaml.visit(described, {
    Pair(_, pair, way) {
      const group = way.length > 2 ? way.at(-2).key.value : undefined;
      const description = group && VALUES[group]?.[pair.key.value]?.description;
      if (description) pair.key.commentBefore = ` ${description}`;
    },
  });
  return {
    ...templates,
    [`${folder}/templates/_helpers.tpl`]: HELPERS(behindProxy),
    [`${folder}/values.yaml`]: head + described.toString({ lineWidth: 0 }),
    [`${folder}/values.schema.json`]: `${JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", ...schemaOf(VALUES) }, null, 2)}\n`,
    [`${folder}/Chart.yaml`]: head + toYaml({
      apiVersion: "v2", name: "marquee", type: "application", description: "Turns screens into living poster walls",
      version, appVersion: version, kubeVersion: ">=1.30.0-0",
    }),
  };
}
