// Notices of a display that has nothing to show yet.

const mostSources = 6;  // sources listed; more would not fit on a small screen

const texts = {
  building: {
    title: 'Loading posters',
    lines: ['The library is being loaded for the first time. The posters appear automatically.'],
  },
  empty: {
    title: 'No posters yet',
    lines: ['Start the server again with a folder of images:', { code: './dev run --posters DIR' },
      'or add a media server under “sources” in its configuration. This page updates automatically.'],
  },
  failing: {
    title: 'No posters yet',
    lines: ['See the control room at /admin and the log of the server for details. This page updates automatically.'],
  },
  away: {
    title: 'Waiting for the server',
    lines: ['The server does not respond. This page keeps trying.'],
  },
};

/**
 * @param {'building'|'empty'|'away'|'failing'} why
 * @param {{name: string, message?: string}[]} [sources] those that fail
 */
export function showNotice(why, sources = []) {
  const lines = [...failures(sources), ...texts[why].lines];
  const text = JSON.stringify([why, lines]);
  let notice = document.querySelector('.notice');
  if (notice && notice.dataset.text === text && !notice.hidden) return;
  if (!notice) {
    notice = document.createElement('section');
    notice.className = 'notice';
    notice.setAttribute('role', 'status');
    document.body.append(notice);
  }
  notice.dataset.notice = why;
  notice.dataset.text = text;
  notice.hidden = false;
  const frames = document.createElement('div');
  frames.className = 'frames';
  frames.append(...[0, 1, 2].map(() => document.createElement('i')));
  const heading = document.createElement('h1');
  heading.textContent = texts[why].title;
  notice.replaceChildren(frames, heading, ...lines.map((line) => {
    const paragraph = document.createElement('p');
    if (line.failure) {
      paragraph.className = 'failure';
      paragraph.textContent = line.failure;
      return paragraph;
    }
    if (typeof line === 'string') {
      paragraph.textContent = line;
    } else {
      const code = document.createElement('code');
      code.textContent = line.code;
      paragraph.append(code);
    }
    return paragraph;
  }));
}

function failures(sources) {
  const lines = sources.slice(0, mostSources).map(({ name, message }) => ({ failure: `${name} ${message ?? 'fails'}` }));
  const more = sources.length - lines.length;
  return more > 0 ? [...lines, `${more} more ${more === 1 ? 'source fails' : 'sources fail'}.`] : lines;
}

export function hideNotice() {
  const notice = document.querySelector('.notice');
  if (notice) notice.hidden = true;
}
