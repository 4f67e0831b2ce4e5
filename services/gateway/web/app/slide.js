// One title over the whole screen: background, shade, poster card and words.

import { releasePicture } from './pictures.js';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

export class Slide {
  /**
   * @param {object} item
   * @param {{poster: HTMLImageElement|null, backdrop: HTMLImageElement, blurred: boolean,
   *   logo: HTMLImageElement|null}} pictures decoded
   */
  constructor(item, pictures, settings) {
    this.pictures = pictures;
    this.settings = settings;
    this.element = make('article', 'slide');
    pictures.backdrop.className = pictures.blurred ? 'backdrop blurred' : 'backdrop';
    this.element.append(pictures.backdrop, make('div', 'shade'), this.card(item));
  }

  card(item) {
    const { poster, logo } = this.pictures;
    const card = make('section', 'card');
    if (this.settings.showPoster && poster) {
      poster.classList.add('poster');
      card.append(poster);
    }
    const words = make('div', 'words');
    if (logo) {
      logo.classList.add('logo');
      words.append(logo);
    } else {
      words.append(make('h1', '', item.title ?? ''));
    }
    const facts = make('p', 'facts');
    facts.append(...this.facts(item).map((fact) => make('span', '', fact)));
    if (facts.childElementCount > 0) words.append(facts);
    if (item.tagline) words.append(make('p', 'tagline', item.tagline));
    card.append(words);
    return card;
  }

  facts(item) {
    const facts = [];
    if (item.year) facts.push(String(item.year));
    if (item.contentRating ?? item.officialRating) facts.push(item.contentRating ?? item.officialRating);
    if (this.settings.showMetadata) {
      if (item.runtime) facts.push(`${item.runtime} min`);
      if (item.genres?.length) facts.push(item.genres.slice(0, 3).join(', '));
    }
    const score = item.rottenTomatoes?.score;
    if (this.settings.showScore && score > 0 && score >= this.settings.lowestScore) facts.push(`${score} %`);
    return facts;
  }

  /** Fades in on top of what is there. Resolves when nothing below is seen any more. */
  async enter(stage, { mirrored, fadeMs, driftMs }) {
    this.element.classList.toggle('mirrored', mirrored);
    stage.append(this.element);
    const calm = reducedMotion.matches;
    const { effect } = this.settings;
    if (!calm && effect === 'kenburns' && !this.pictures.blurred) {
      // From one end of the picture to the other, a different way each time.
      const angle = Math.random() * 2 * Math.PI;
      const [x, y] = [Math.cos(angle) * 2.2, Math.sin(angle) * 2.2];
      const ends = [{ transform: `scale(1.06) translate(${-x}%, ${-y}%)` }, { transform: `scale(1.15) translate(${x}%, ${y}%)` }];
      this.pictures.backdrop.animate(Math.random() < 0.5 ? ends : ends.reverse(),
        { duration: driftMs, easing: 'linear', fill: 'forwards' });
    }
    const from = !calm && effect === 'slide' ? { opacity: 0, transform: 'translateX(6%)' } : { opacity: 0 };
    const to = !calm && effect === 'slide' ? { opacity: 1, transform: 'none' } : { opacity: 1 };
    const fade = this.element.animate([from, to],
      { duration: effect === 'none' ? 1 : calm ? 500 : fadeMs, easing: 'ease-in-out', fill: 'backwards' });
    await fade.finished.catch(() => {});
  }

  remove() {
    for (const picture of [this.pictures.poster, this.pictures.backdrop, this.pictures.logo]) {
      if (picture) releasePicture(picture);
    }
    this.element.remove();
  }
}

function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
