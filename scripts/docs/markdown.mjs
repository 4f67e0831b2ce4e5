// Reads and writes Markdown.

/** The text of a proto comment on one line; paths, addresses, names with special characters and `words` become code. */
export function textOf(comment, words = []) {
  return (comment ?? '').trim().replace(/\s+/g, ' ').split(/("[^"]*")/)
    .map((part) => (/^"\S+"$/.test(part) ? `\`${part.slice(1, -1)}\`` : asCode(part, words))).join('');
}

const special = /[^\s,;()]*(?:[*_{}<>[\]]|:\/\/)[^\s,;()]*|(?<=^|[\s(])\/\w[^\s,;()]*/g;

function asCode(text, words) {
  return text.split(special).reduce((done, rest, at) => {
    const plain = words.length > 0 ? rest.replace(new RegExp(`\\b(${words.join('|')})\\b`, 'g'), '`$1`') : rest;
    if (at === 0) return plain;
    const [, inner, end] = /^(.*?)([.:]*)$/.exec(text.match(special)[at - 1]);
    return `${done}\`${inner}\`${end}${plain}`;
  }, '');
}

/** A table; cells are Markdown. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |');
  return `${[line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** The document without its code, in which links and headings are no such. */
export const withoutCode = (text) => text.replace(/^( *)```[\s\S]*?^\1```/gm, '').replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));

/** The anchors of a document, as GitHub makes them of its headings: a repeated one gets -1, -2 and so on. */
export function anchorsOf(text) {
  const seen = new Map();
  const headings = text.replace(/^( *)```[\s\S]*?^\1```/gm, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) => {
    const anchor = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim().toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
