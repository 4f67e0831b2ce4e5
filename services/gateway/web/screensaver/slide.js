// One title on the whole screen: background, shade, poster card and texts.

import { play } from '../shared/animation.js';
import { releaseImage } from '../shared/images.js';
import { scoreBadge } from './score.js';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
const wordsOutMs = 500;  // the old card has disappeared before the new one appears
const wordsInMs = 900;

export class Slide {
  /**
   * @param {object} item
   * @param {{poster: HTMLImageElement|null, backdrop: HTMLImageElement, blurred: boolean,
   *   logo: HTMLImageElement|null}} images decoded
   */
  constructor(item, images, settings) {
    this.images = images;
    this.settings = settings;
    this.element = make('article', 'slide');
    images.backdrop.className = images.blurred ? 'backdrop blurred' : 'backdrop';
    // Without a background image the poster is the main image: large, on a blurred copy of itself.
    this.element.classList.toggle('poster-first', images.blurred && settings.showPoster && images.poster !== null);
    this.words = this.card(item);
    this.element.append(images.backdrop, make('div', 'shade'), this.words);
  }

  card(item) {
    const { poster, logo } = this.images;
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
    const badge = this.settings.showScore ? scoreBadge(item.rottenTomatoes, this.settings.lowestScore) : null;
    if (badge) facts.append(badge);
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
    return facts;
  }

  /** Fades in on top of the slide `below`, if any. Resolves when `below` is no longer visible. */
  async enter(stage, { mirrored, fadeMs, driftMs, below }) {
    this.element.classList.toggle('mirrored', mirrored);
    stage.append(this.element);
    const calm = reducedMotion.matches;
    const { effect } = this.settings;
    if (!calm && effect === 'kenburns' && !this.images.blurred) {
      // Pans across the image, in a different direction each time.
      const angle = Math.random() * 2 * Math.PI;
      const [x, y] = [Math.cos(angle) * 2.2, Math.sin(angle) * 2.2];
      const ends = [{ transform: `scale(1.06) translate(${-x}%, ${-y}%)` }, { transform: `scale(1.15) translate(${x}%, ${y}%)` }];
      this.images.backdrop.animate(Math.random() < 0.5 ? ends : ends.reverse(),
        { duration: driftMs, easing: 'linear', fill: 'forwards' });
    }
    // Texts of two titles never overlap: the new ones wait until the old ones have disappeared.
    const fading = effect === 'none' ? 1 : calm ? 500 : fadeMs;
    const wait = below && effect !== 'none' ? wordsOutMs : 0;
    play(this.words, [{ opacity: 0 }, { opacity: 1 }],
      { delay: wait, duration: Math.min(wordsInMs, fading), easing: 'ease-out', fill: 'backwards' });
    if (below) below.silence(effect === 'none' ? 1 : wordsOutMs);
    const from = !calm && effect === 'slide' ? { opacity: 0, transform: 'translateX(6%)' } : { opacity: 0 };
    const to = !calm && effect === 'slide' ? { opacity: 1, transform: 'none' } : { opacity: 1 };
    await play(this.element, [from, to], { duration: fading, easing: 'ease-in-out', fill: 'backwards' });
  }

  /** Fades out texts and poster; the background stays below the next slide. */
  silence(ms) {
    play(this.words, [{ opacity: 1 }, { opacity: 0 }], { duration: ms, easing: 'ease-in', fill: 'forwards' });
  }

  remove() {
    for (const image of [this.images.poster, this.images.backdrop, this.images.logo]) {
      if (image) releaseImage(image);
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
