// The friendly page in front of a wall that has nothing yet.

const texts = {
  building: {
    title: 'Gathering your posters',
    lines: ['The library is being read for the first time. The wall appears by itself.'],
  },
  empty: {
    title: 'A wall without posters, yet',
    lines: ['Point the server at a folder of pictures and start it again:', { code: './dev run --posters DIR' },
      'or add a media server under “sources” in its configuration. This page goes on looking.'],
  },
  away: {
    title: 'Waiting for the server',
    lines: ['It does not answer just now. This page goes on asking.'],
  },
};

/** @param {'building'|'empty'|'away'} why */
export function showNotice(why) {
  let notice = document.querySelector('.notice');
  if (notice?.dataset.notice === why && !notice.hidden) return;
  if (!notice) {
    notice = document.createElement('section');
    notice.className = 'notice';
    notice.setAttribute('role', 'status');
    document.body.append(notice);
  }
  notice.dataset.notice = why;
  notice.hidden = false;
  const frames = document.createElement('div');
  frames.className = 'frames';
  frames.append(...[0, 1, 2].map(() => document.createElement('i')));
  const heading = document.createElement('h1');
  heading.textContent = texts[why].title;
  notice.replaceChildren(frames, heading, ...texts[why].lines.map((line) => {
    const paragraph = document.createElement('p');
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

export function hideNotice() {
  const notice = document.querySelector('.notice');
  if (notice) notice.hidden = true;
}
