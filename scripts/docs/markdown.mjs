// Markdown for generated documents.

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
