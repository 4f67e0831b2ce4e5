// Finds the metrics that the programs register, by reading the sources: every name of a metric
// followed by its help text. This needs no build, so it runs in ./dev lint; tests/monitoring
// compares the result with /metrics of the running programs.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDERS = ["libs", "services"];
// "name", "help" "continued"
const REGISTRATION = /(\w+)?\(?\s*"((?:marquee|grpc_server|process)_[a-z0-9_]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g;
const PROGRAMS = new Set(["gateway", "playlist", "imageproc", "devices"]);

function typeOf(call, name) {
  if (["counter", "gauge", "histogram"].includes(call)) return call;
  return name.endsWith("_total") ? "counter" : "gauge";
}

function unitOf(name) {
  const base = name.replace(/_total$/, "");
  return /_(seconds|bytes|ratio)$/.exec(base)?.[1] ?? "";
}

// {name -> {name, type, help, unit, program, files}}; program: the service that registers it, or
// undefined for a library's. Throws if two registrations contradict each other.
export function registeredMetrics(root) {
  const metrics = new Map();
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true })) {
      const file = path.join(folder, String(entry));
      if (!file.endsWith(".cc") || file.endsWith("_test.cc")) continue;
      const text = readFileSync(path.join(root, file), "utf8");
      for (const [, call, name, literals] of text.matchAll(REGISTRATION)) {
        const help = [...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join("");
        if (!help.includes(" ")) continue;  // looks up a metric that is registered elsewhere
        const [top, service] = file.split(path.sep);
        const program = top === "services" && PROGRAMS.has(service) ? service : undefined;
        const type = typeOf(call, name);
        const known = metrics.get(name);
        if (!known) {
          metrics.set(name, { name, type, help, unit: unitOf(name), program, files: [file] });
        } else if (known.help !== help || known.type !== type) {
          throw new Error(`${name}: ${file} registers a ${type} "${help}", ${known.files[0]} a ${known.type} "${known.help}"`);
        } else if (!known.files.includes(file)) {
          known.files.push(file);
        }
      }
    }
  }
  return new Map([...metrics].sort(([a], [b]) => (a < b ? -1 : 1)));
}

// What is wrong with a metric's name or help text, one message per fault.
export function namingFaults({ name, type, help }) {
  const faults = [];
  if (type === "counter" && !name.endsWith("_total")) faults.push("a counter's name ends with _total");
  if (type !== "counter" && name.endsWith("_total")) faults.push(`the name of a ${type} does not end with _total`);
  if (type === "histogram" && !/_(seconds|bytes)$/.test(name)) faults.push("a histogram's name ends with its base unit");
  if (/_(ms|milliseconds|minutes|hours|kb|mb|gb|kilobytes|megabytes|percent)(_|$)/.test(name)) {
    faults.push("use base units: seconds, bytes, ratios from 0 to 1");
  }
  if (!/^[A-Z0-9]/.test(help) || !help.endsWith(".")) faults.push(`the help text is not a sentence: "${help}"`);
  return faults;
}
