// Entry point of the control room.
import { render } from 'preact';

import { App } from './app.jsx';
import { begin } from './core/session.js';
import { startLanguage } from './core/texts.js';

// The addresses in the head are relative to the first page; the browser reads them again on others.
for (const link of document.head.querySelectorAll('link')) link.href = new URL(link.getAttribute('href') ?? '', link.baseURI).href;

startLanguage();
render(<App />, /** @type {HTMLElement} */ (document.getElementById('app')));
begin();
