// A title's score at Rotten Tomatoes: an icon (tomato, or splash below 60 %) and the number.

const svg = 'http://www.w3.org/2000/svg';
const shapes = {
  tomato: [['#e8402a', 'M12 6c5 -2 10 1 10 7s-4.5 9 -10 9S2 19 2 13 7 4 12 6z'],
    ['#4d9a3a', 'M12 7c-1 -3 -4 -4 -7 -3 2 0 3 1 3.5 2.500 1 -0.500 2 -0.500 3.500 0.500 1.500 -1 2.500 -1 3.500 -0.500C16 5 17 4 19 4c-3 -1 -6 0 -7 3z']],
  splash: [['#7fb13d', 'M12 3l2 4 4 -3 -0.500 5 4.500 1 -3.500 3 3 4 -5 -0.500L15 21l-3 -3.500L8 21l-1 -4.500 -5 0.500 3 -4L2 10l4.500 -1L6 4l4 3z']],
};

/**
 * What to show; null: nothing.
 * @param {{score: number, icon?: string}|undefined} tomatoes score in per cent
 * @param {number} least the lowest score shown, in points out of ten, as in the setting
 */
export function scoreOf(tomatoes, least) {
  const score = Number(tomatoes?.score);
  if (!(score >= 0) || score < least * 10 || (score === 0 && !tomatoes.icon)) return null;
  const rotten = tomatoes.icon ? tomatoes.icon === 'rotten' : score < 60;
  return { text: `${Math.round(score)} %`, shape: rotten ? 'splash' : 'tomato',
    label: `Rotten Tomatoes: ${Math.round(score)} %` };
}

/** @returns {HTMLElement|null} */
export function scoreBadge(tomatoes, least) {
  const score = scoreOf(tomatoes, least);
  if (!score) return null;
  const icon = document.createElementNS(svg, 'svg');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('class', 'tomato');
  icon.dataset.shape = score.shape;
  for (const [fill, d] of shapes[score.shape]) {
    const path = document.createElementNS(svg, 'path');
    path.setAttribute('fill', fill);
    path.setAttribute('d', d);
    icon.append(path);
  }
  const badge = document.createElement('span');
  badge.className = 'score';
  badge.setAttribute('aria-label', score.label);
  badge.title = score.label;
  badge.append(icon, score.text);
  return badge;
}
