// Runs checks of many files in parallel, and caches the clean results.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import path from "node:path";

const DAY_MS = 24 * 3600 * 1000;
const KEEP_MS = 30 * DAY_MS;

// Clean results, one empty file per fingerprint, in ${XDG_CACHE_HOME:-~/.cache}/marquee/<name>.
// Findings are not cached: such a file is checked again. Unused results are deleted after 30 days.
export class CleanCache {
  constructor(name) {
    this.dir = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "marquee", name);
    mkdirSync(this.dir, { recursive: true });
  }

  has(key) {
    const file = path.join(this.dir, key);
    if (!existsSync(file)) return false;
    if (Date.now() - statSync(file).mtimeMs > DAY_MS) utimesSync(file, new Date(), new Date());
    return true;
  }

  add(key) {
    writeFileSync(path.join(this.dir, key), "");
  }

  prune() {
    for (const name of readdirSync(this.dir)) {
      const file = path.join(this.dir, name);
      if (Date.now() - statSync(file).mtimeMs > KEEP_MS) rmSync(file, { force: true });
    }
  }
}

function run(argv, cwd) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), { cwd });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ code: 127, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

const reported = new Set();

// Prints each finding once, even if several files include the header it is in. Drops clang-tidy's
// count of warnings in third-party headers.
function report(output) {
  const text = output.replaceAll(/^\d+ warnings?.* generated\.$\n?/gm, "");
  for (const finding of text.split(/^(?=\S+:\d+:\d+: (?:error|warning))/m)) {
    const key = finding.split("\n", 1)[0];
    if (!reported.has(key)) console.log(finding.trimEnd());
    reported.add(key);
  }
}

// jobs: [{keys, argv, split}]: if argv exits with 0, each of `keys` is clean. Otherwise split(), if
// present, returns smaller jobs that isolate the finding; without split the output is printed.
// Returns how many failed.
export async function check(jobs, cache, cwd) {
  const queue = [...jobs];
  let failed = 0;
  let running = 0;
  const worker = async () => {
    for (;;) {
      const job = queue.shift();
      if (!job) {
        if (running === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 50));  // a running one may split
        continue;
      }
      ++running;
      const { code, output } = await run(job.argv, cwd);
      --running;
      if (code === 0) {
        job.keys.forEach((key) => cache.add(key));
      } else if (job.split) {
        queue.push(...job.split());
      } else {
        ++failed;
        report(output);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  cache.prune();
  return failed;
}
