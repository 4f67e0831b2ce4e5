// The frame around every page: navigation, who is logged in, language, log-out, and what happened.
import { useLocation } from 'preact-iso/router';
import { useEffect } from 'preact/hooks';

import { home, href } from '../core/address.js';
import { hush } from '../core/said.js';
import { leave, user } from '../core/session.js';
import { t } from '../core/texts.js';
import { icons } from './icons.jsx';
import { LanguageChoice } from './language.jsx';
import { Logo } from './logo.jsx';
import { Said } from './said.jsx';

const pages = ['displays', 'sources', 'settings', 'system', 'account'];

export function Frame({ children }) {
  const { path } = useLocation();
  const segment = path.slice(home.length + 1).split('/')[0];
  const current = pages.includes(segment) ? segment : 'displays';
  useEffect(() => {
    document.title = `${t(`nav.${current}`)} · Marquee`;
    hush();
  }, [current]);
  return (
    <div class="frame">
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}>{t('nav.skip')}</a>
      <aside class="side">
        <Logo />
        <nav aria-label={t('nav.label')}>
          {pages.map((page) => (
            <a key={page} href={href(page)} aria-current={page === current ? 'page' : undefined}>
              {icons[page]}<span>{t(`nav.${page}`)}</span>
            </a>
          ))}
        </nav>
        <div class="who">
          <span id="who">{user.value}</span>
          <LanguageChoice />
          <button type="button" id="leave" class="button plain" onClick={leave}>{t('logout')}</button>
        </div>
      </aside>
      <main id="content" tabIndex={-1}>
        <Said />
        {children}
      </main>
    </div>
  );
}
