// The image: what deploy/container/stage puts into it, and what the Containerfile says of it. No container
// engine is needed.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";

import { read, root, run } from "../../scripts/deploy/tools.mjs";

const PROGRAMS = ["marquee", "marquee-decoder", "marquee-devices", "marquee-gateway", "marquee-imageproc", "marquee-playlist"];
const containerfile = read("container/Containerfile");
const instructions = containerfile.replace(/\\\n/g, " ").split("\n").filter((line) => /^[A-Z]+ /.test(line));
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));
const only = (word) => last.filter((line) => line.startsWith(`${word} `));

describe("Containerfile", () => {
  test("runs as an unprivileged user with the data on a volume", () => {
    assert.deepEqual(only("USER"), ["USER 65534:65534"]);
    assert.deepEqual(only("VOLUME"), ["VOLUME /data"]);
    assert.match(containerfile, /install -d -o 65534 -g 65534 \/data \/run\/secrets\/marquee-rpc\n/);
  });

  test("has the labels of an OCI image, with the version of the programs", () => {
    const [label] = only("LABEL");
    for (const name of ["title", "description", "version", "revision", "licenses", "base.name"]) {
      assert.match(label, new RegExp(`org\\.opencontainers\\.image\\.${name.replace(".", "\\.")}=`), name);
    }
    const [, version] = readFileSync(path.join(root, "CMakeLists.txt"), "utf8").match(/project\(marquee VERSION (\S+)/);
    assert.equal(instructions.filter((line) => line === `ARG VERSION=${version}`).length, 2, "in both stages");
    assert.match(containerfile, /-DMARQUEE_VERSION="\$VERSION"/);
  });

  test("builds every program that is staged", () => {
    const [, targets] = containerfile.match(/\.\/dev build (marquee .*?) \\/);
    assert.deepEqual(targets.split(" ").filter((one) => one !== "demo_library").sort(), PROGRAMS);
  });

  test("has a health check at the port of its entry point", () => {
    assert.match(only("HEALTHCHECK")[0], /CMD \["marquee-ready", "4000"\]$/);
    assert.match(only("ENTRYPOINT")[0], /"--listen", "0\.0\.0\.0:4000"/);
  });
});

describe("stage", () => {
  test("copies programs, pages, control room, demo library and health check, and lists the packages", (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), "marquee-stage-"));
    t.after(() => rmSync(folder, { recursive: true }));
    run(path.join(root, "deploy/container/stage"), folder, path.dirname(process.env.MARQUEE_BIN));
    const below = (name) => readdirSync(path.join(folder, "usr/local", name)).sort();
    assert.deepEqual(below("bin"), [...PROGRAMS, "marquee-ready"].sort());
    for (const name of below("bin")) assert.ok(statSync(path.join(folder, "usr/local/bin", name)).mode & 0o111, name);
    assert.deepEqual(below("share/marquee"), ["LICENSE", "control-room", "demo", "web"]);
    assert.ok(below("share/marquee/control-room").includes("index.html"));
    assert.ok(below("share/marquee/web").includes("wallart.html"));
    assert.ok(below("share/marquee/demo").length > 20);
    const packages = readFileSync(path.join(folder, "packages.txt"), "utf8").split("\n");
    for (const name of ["ca-certificates", "libc6", "libstdc++6", "libvips42", "tzdata"]) assert.ok(packages.includes(name), name);
  });
});

describe("marquee-ready", () => {
  const ready = path.join(root, "deploy/container/marquee-ready");
  const exitOf = async (port) => (await once(spawn(ready, [String(port)], { stdio: "ignore" }), "exit"))[0];

  test("succeeds on 200, and fails on 503 and without a program", async () => {
    let status = 200;
    const asked = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status).end("text\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    assert.equal(await exitOf(port), 0);
    status = 503;
    assert.notEqual(await exitOf(port), 0);
    server.close();
    await once(server, "close");
    assert.notEqual(await exitOf(port), 0);
    assert.deepEqual(asked, ["GET /readyz", "GET /readyz"]);
  });

  test("succeeds for the all-in-one with the settings of compose.yaml", async (t) => {
    const data = mkdtempSync(path.join(tmpdir(), "marquee-ready-"));
    const settings = path.join(root, "deploy/kubernetes/overlays/single/config.yaml");
    const env = { PATH: process.env.PATH, HOME: data, MARQUEE_LISTEN: "127.0.0.1:0", MARQUEE_OPS_LISTEN: "", MARQUEE_DATA_DIR: data };
    const program = spawn(path.join(process.env.MARQUEE_BIN, "marquee"), ["--config", settings], { env, stdio: ["ignore", "pipe", "ignore"] });
    t.after(async () => {
      program.kill("SIGTERM");
      if (program.exitCode === null) await once(program, "exit");
      rmSync(data, { recursive: true });
    });
    let line = "";
    for await (const part of program.stdout) {
      line += part;
      if (line.includes("\n")) break;
    }
    assert.equal(await exitOf(line.match(/:(\d+)\s*$/)[1]), 0, line);
  });

  test("asks for its argument", () => {
    assert.match(spawnSync(ready, { encoding: "utf8" }).stderr, /usage: marquee-ready PORT/);
  });
});
