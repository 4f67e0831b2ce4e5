// A headless Chromium for tests: Debian's package, with a temporary profile.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Opens a browser, passes a page to `use`, closes everything.
 * @param {{width: number, height: number}} viewport
 * @param {(page: import('playwright-core').Page, heard: Heard) => Promise<void>} use
 * @param {object} [options] of the browser, such as its locale
 */
export async function withPage(viewport, use, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'marquee-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args, viewport, ...options,
  });
  try {
    const page = await context.newPage();
    await use(page, new Heard(page));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** What a page complained of, and what it asked for. */
export class Heard {
  constructor(page) {
    this.complaints = [];
    this.answers = [];  // {url, status}
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.stack}`));
    page.on('response', (response) => this.answers.push({ url: response.url(), status: response.status() }));
  }
  images() {
    return this.answers.filter(({ url }) => new URL(url).pathname.endsWith('/image'));
  }
}
