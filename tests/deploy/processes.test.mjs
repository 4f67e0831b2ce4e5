// The services of compose.yaml, and so the settings of deploy/kubernetes/base, as processes: started in the
// order of compose.yaml, each once those that it waits for pass their health check. Addresses and folders
// are those of the test; all else is as written.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";

import { root, yaml } from "../../scripts/deploy/tools.mjs";
import { bin, Program, until } from "../support/suite.mjs";

const { services } = yaml.parse(readFileSync(path.join(root, "compose.yaml"), "utf8"), { merge: true });
const folder = mkdtempSync(path.join(tmpdir(), "marquee-processes-"));
const running = {};

// The settings that compose.yaml mounts for a service, at free ports, with the folders of the test and the
// addresses of the programs that run.
function settingsOf(name) {
  const mount = services[name].volumes.find((one) => one.includes(":/etc/marquee/config.yaml"));
  const settings = yaml.parse(readFileSync(path.join(root, mount.split(":")[0]), "utf8"));
  const data = path.join(folder, name);
  mkdirSync(data);
  Object.assign(settings, { listen: "127.0.0.1:0", ops_listen: "127.0.0.1:0" });
  if (settings.data_dir) settings.data_dir = data;
  if (settings.rpc) settings.rpc.shared_secret_file = path.join(folder, "secret");
  for (const source of settings.sources ?? []) source.path = path.join(bin, "../share/marquee/demo");
  for (const [key, address] of Object.entries(settings.backends ?? {})) {
    settings.backends[key] = running[address.match(/^dns:\/\/\/(.*):\d+$/)[1]].address;
  }
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, yaml.stringify(settings));
  return file;
}

async function start(name) {
  const [command, option, file] = services[name].entrypoint;
  assert.deepEqual([option, file], ["--config", "/etc/marquee/config.yaml"]);
  const program = new Program(command, [option, settingsOf(name)]);
  running[name] = { program, address: (await program.ready).replace(/^\w+:\/\//, "") };
  await until(() => program.ops);
}

async function healthy(name) {
  const [, check] = services[name].healthcheck.test;
  const port = running[name].program.ops.split(":").at(-1);
  const [code] = await once(spawn(path.join(root, "deploy/container", check), [port], { stdio: "ignore" }), "exit");
  return code === 0;
}

// Names in the order in which Compose starts them.
function startOrder(profile) {
  const names = Object.keys(services).filter((name) => services[name].profiles.includes(profile) && name.startsWith("marquee"));
  const order = [];
  while (order.length < names.length) {
    const next = names.find((name) => !order.includes(name) && Object.keys(services[name].depends_on ?? {}).every((one) => order.includes(one)));
    assert.ok(next, "the start order has a cycle");
    order.push(next);
  }
  return order;
}

describe("compose.yaml as processes", () => {
  after(async () => {
    for (const { program } of Object.values(running)) await program.stop();
    rmSync(folder, { recursive: true });
  });

  test("each program of the profile full becomes healthy before those that wait for it start", async () => {
    for (const name of startOrder("full")) {
      await start(name);
      await until(() => healthy(name));
    }
  });

  test("the gateway serves the playlist and an image of it", async () => {
    const base = `http://${running["marquee-gateway"].address}`;
    const items = await until(() => fetch(`${base}/get-media`).then((answer) => answer.json()), (found) => found.length > 0);
    const image = await fetch(`${base}${items[0].posterUrl}&width=200`);
    assert.equal(image.status, 200);
    assert.match(image.headers.get("content-type"), /^image\//);
    const { checks } = await fetch(`${base}/health?detailed=true`).then((answer) => answer.json());
    const states = Object.fromEntries(checks.map(({ name, status }) => [name, status]));
    assert.deepEqual([states.playlist, states.image_service, states.device_service], ["ok", "ok", "ok"]);
  });

  test("each drains and ends with 0 at SIGTERM", async () => {
    for (const name of startOrder("full").reverse()) assert.equal((await running[name].program.stop()).code, 0, name);
  });
});
