#!/usr/bin/env node
// Writes docs/configuration.md from the settings messages of the programs.
//
// usage: node scripts/docs/configuration.mjs [--check]
//
// --check writes nothing and fails if the file differs; `./dev lint protos` does that. Needs protoc,
// and buf from scripts/npm.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { table, textOf } from './markdown.mjs';

const root = new URL('../..', import.meta.url).pathname;
const target = 'docs/configuration.md';

// In the order of the document. The all-in-one comes first: its rows are the document, and the
// settings of the programs that equal them are only named there.
const programs = [
  ['marquee', 'services/allinone/allinone_config.proto', '.marquee.allinone.AllInOneSettings'],
  ['marquee-playlist', 'services/playlist/playlist_config.proto', '.marquee.playlist.PlaylistSettings'],
  ['marquee-imageproc', 'services/imageproc/imageproc_config.proto', '.marquee.imageproc.ImageprocSettings'],
  ['marquee-devices', 'services/devices/devices_config.proto', '.marquee.devices.DevicesSettings'],
  ['marquee-gateway', 'services/gateway/gateway_config.proto', '.marquee.gateway.GatewaySettings'],
];

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The descriptors of all settings messages: full name to message, each field with its comment. */
function readMessages() {
  const folder = mkdtempSync(join(tmpdir(), 'marquee-docs-'));
  try {
    const set = join(folder, 'set.binpb');
    const json = join(folder, 'set.json');
    execFileSync('protoc', ['--include_imports', '--include_source_info', '-I', '.', '-o', set, ...programs.map(([, file]) => file)],
      { cwd: root });
    const packages = 'scripts/npm/node_modules/@bufbuild';
    const buf = readdirSync(join(root, packages)).find((name) => name.startsWith('buf-linux-'));
    // buf knows the extension marquee.config.setting from the set itself.
    execFileSync(join(root, packages, buf, 'bin/buf'), ['build', set, '-o', json], { cwd: root });
    return messagesIn(JSON.parse(readFileSync(json, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function messagesIn(set) {
  const messages = new Map();
  for (const file of set.file) {
    const comments = new Map((file.sourceCodeInfo?.location ?? [])
      .map(({ path = [], leadingComments }) => [path.join(), leadingComments]));
    (file.messageType ?? []).forEach((message, m) => {
      // Comments name the kinds of sources they are about.
      const words = (message.field ?? []).find(({ name }) => name === 'type')?.options?.['[marquee.config.setting]']?.oneOf;
      messages.set(`.${file.package}.${message.name}`, {
        comment: textOf(comments.get(`4,${m}`)),
        // In the order of the source; numbers are historical.
        fields: (message.field ?? []).map((field, f) => ({ ...field, file: file.name, in: message.name,
          comment: textOf(comments.get(`4,${m},2,${f}`), words), setting: field.options?.['[marquee.config.setting]'] ?? {} })),
      });
    });
  }
  return messages;
}

const kinds = { DURATION: 'duration', LISTEN_ADDRESS: 'HOST:PORT', URL: 'URL', PATH: 'path' };
const types = { TYPE_BOOL: 'true or false', TYPE_STRING: 'text', TYPE_DOUBLE: 'number' };

function typeOf({ type, label, setting }) {
  const one = setting.oneOf ? 'word' : kinds[setting.kind] ?? types[type] ?? 'integer';
  return label === 'LABEL_REPEATED' ? `list: ${one}` : one;
}

function defaultOf({ type, label, setting }) {
  if (label === 'LABEL_REPEATED') return '';
  if (setting.default !== undefined) return setting.default.length > 60 ? `${setting.default.slice(0, 40)}…` : setting.default;
  if (setting.required || setting.kind === 'DURATION') return '';
  return { TYPE_BOOL: 'false', TYPE_STRING: '' }[type] ?? '0';
}

function rangeOf({ label, setting }) {
  if (setting.oneOf) return setting.oneOf.map((word) => `\`${word}\``).join(', ');
  const { min, max } = setting;
  if (label === 'LABEL_REPEATED') return max ? `at most ${max}` : '';
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max !== undefined ? `at most ${max}` : '';
}

function notesOf({ comment, setting }) {
  const notes = [comment];
  if (setting.required && setting.default === undefined) notes.push('Required.');
  if (setting.requiredWhen) {
    const [field, values] = setting.requiredWhen.split('=');
    notes.push(`Required if \`${field}\` is ${values.split('|').map((value) => `\`${value}\``).join(', ')}.`);
  }
  if (setting.unique) notes.push('Unique in the list.');
  if (setting.secret) notes.push('**Secret.**');
  if (setting.formerName) notes.push(`Formerly \`${setting.formerName}\`.`);
  return notes.filter(Boolean).join(' ');
}

/** Every value that can be set below a message, in its order. */
function* leavesOf(messages, type, prefix = '', list = false) {
  for (const field of messages.get(type).fields) {
    const repeated = field.label === 'LABEL_REPEATED';
    const path = `${prefix}${field.name}`;
    if (field.type === 'TYPE_MESSAGE') {
      const former = field.setting.formerName;
      for (const leaf of leavesOf(messages, field.typeName, `${path}${repeated ? '[]' : ''}.`, list || repeated)) {
        yield { ...leaf, formerSection: leaf.formerSection ?? (former ? `${prefix}${former}` : undefined) };
      }
      continue;
    }
    if (!field.comment) fail(`${field.file}: ${field.in}.${field.name} has no comment; ${target} needs it`);
    yield { path, variable: list || repeated ? '' : `MARQUEE_${path.replaceAll('.', '_').toUpperCase()}`,
      type: typeOf(field), default: defaultOf(field), range: rangeOf(field), notes: notesOf(field) };
  }
}

/** Rows by section; equal settings of several programs are one row. */
function sectionsOf(messages) {
  const sections = new Map();
  for (const [program, , type] of programs) {
    for (const leaf of leavesOf(messages, type)) {
      const section = leaf.path.includes('.') ? leaf.path.replace(/\..*/, '') : '';
      if (!sections.has(section)) sections.set(section, []);
      const rows = sections.get(section);
      const same = rows.find((row) => ['path', 'type', 'default', 'range', 'notes'].every((key) => row[key] === leaf[key]));
      if (same) same.programs.push(program);
      else rows.push({ ...leaf, programs: [program] });
    }
  }
  // Variants of one key stand together.
  for (const rows of sections.values()) {
    const order = new Map(rows.map((row, at) => [row.path, at]).reverse());
    rows.sort((a, b) => order.get(a.path) - order.get(b.path));
  }
  return sections;
}

const head = `# Configuration

<!-- Written by scripts/docs/configuration.mjs from the settings messages (services/*/*_config.proto,
     libs/rpc/rpc_settings.proto). Change the comments and options there. -->

Every setting of \`marquee\`, the all-in-one, and of the four programs. This file is generated from the messages that the
programs read their settings into, so it cannot differ from them.

Settings come from, in this order of precedence: flags (\`marquee --help\` lists them), environment variables, the file given
by \`--config\` (YAML), defaults. A key below another is written nested in the file:

\`\`\`yaml
image:
  memory_mb: 256
\`\`\`

and as one environment variable: \`MARQUEE_IMAGE_MEMORY_MB=256\`. Lists can only be set in the file. A value
\`\${env:NAME}\` or \`\${file:/path}\` is read from that variable or file; use this for secrets, which are never shown in logs
or errors. An unknown key or variable, and a value out of range, is an error that names the place and the nearest known key.
\`--check-config\` checks all of it without a start.

Durations are a whole number and a unit: \`500ms\`, \`10s\`, \`60m\`, \`24h\`, \`7d\`. Sizes and times of other settings have their
unit in the name. An empty default means: not set.
`;

function document(messages) {
  const parts = [head];
  const all = programs.map(([program]) => program);
  for (const [section, rows] of sectionsOf(messages)) {
    const list = section.endsWith('[]');
    const name = section.replace('[]', '');
    parts.push(section ? `## ${name}\n` : '## Top level\n');
    const field = messages.get(programs[0][2]).fields.find((one) => one.name === name)
      ?? programs.flatMap(([, , type]) => messages.get(type).fields).find((one) => one.name === name);
    const intro = section && (field.comment || (list && messages.get(field.typeName).comment));
    const former = rows.find((row) => row.formerSection)?.formerSection;
    if (intro) parts.push(`${intro}\n`);
    if (former) parts.push(`Formerly \`${former}\`.\n`);
    const common = rows.every((row) => row.programs.join() === rows[0].programs.join()) ? rows[0].programs : null;
    if (common) {
      const who = common.length === all.length ? 'all programs' : common.map((one) => `\`${one}\``).join(', ');
      parts.push(`${list ? 'A list; no environment variables. ' : ''}Read by ${who}.\n`);
    }
    const columns = ['Key', 'Type', 'Default', 'Range', 'Meaning', ...(common ? [] : ['Programs'])];
    parts.push(table(columns, rows.map((row) => [
      `\`${list ? row.path.replace(/^[^.]*\./, '') : row.path}\`${row.variable ? `<br>\`${row.variable}\`` : ''}`,
      row.type, row.default === '' ? '' : `\`${row.default}\``, row.range, row.notes,
      ...(common ? [] : [row.programs.length === all.length ? 'all' : row.programs.map((one) => one.replace('marquee-', '')).join(', ')]),
    ])));
  }
  return parts.join('\n');
}

const text = document(readMessages());
if (!process.argv.includes('--check')) {
  writeFileSync(join(root, target), text);
} else if (readFileSync(join(root, target), 'utf8') !== text) {
  fail(`${target} differs from the settings messages: run scripts/docs/configuration.mjs and commit the result`);
}
