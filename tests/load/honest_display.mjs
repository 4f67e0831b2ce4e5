// A display that requests its playlist and images, each 20 ms after the previous response. It runs
// on a separate thread, so that it measures the server and not other work of this event loop.
//   new Worker('honest_display.mjs', { workerData: { urls } }); the message 'stop' ends it, and it
//   posts its measurements.
import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const everyMs = 20;
const agent = new Agent({ keepAlive: true, maxSockets: 2 });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function ask(url) {
  return new Promise((resolve) => {
    const began = performance.now();
    const end = (good) => resolve({ ms: performance.now() - began, good });
    request(url, { agent, timeout: 5000 }, (answer) => {
      answer.resume();
      answer.once('end', () => end(answer.statusCode === 200));
      answer.once('error', () => end(false));
    }).once('error', () => end(false)).once('timeout', function () { this.destroy(); }).end();
  });
}

let going = true;
parentPort.once('message', () => { going = false; });
const answers = [];
for (let i = 0; going; ++i) {
  answers.push(await ask(workerData.urls[i % workerData.urls.length]));
  await pause(everyMs);
}
agent.destroy();
const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
parentPort.postMessage({ asked: sorted.length, p50: at(0.5), p99: at(0.99), failed: answers.filter(({ good }) => !good).length });
