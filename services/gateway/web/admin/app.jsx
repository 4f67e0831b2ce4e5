// The control room: before log-in the entry forms, then the pages.
import { LocationProvider, Route, Router } from 'preact-iso/router';

import { AccountPage } from './account/page.jsx';
import { Empty } from './components/basics.jsx';
import { Frame } from './components/frame.jsx';
import { home, href } from './core/address.js';
import { view } from './core/session.js';
import { t } from './core/texts.js';
import { DisplayPage } from './displays/detail.jsx';
import { DisplaysPage } from './displays/page.jsx';
import { Entry } from './entry/entry.jsx';
import { SettingsPage } from './settings/page.jsx';
import { SourcesPage } from './sources/page.jsx';
import { SystemPage } from './system/page.jsx';

const NoPage = () => (
  <Empty title={t('nopage.title')} text={t('nopage.text')}><a class="button plain" href={href('displays')}>{t('nav.displays')}</a></Empty>
);

export function App() {
  if (view.value !== 'overview') return <Entry />;
  return (
    <LocationProvider scope={home}>
      <Frame>
        <Router>
          <Route path={home} component={DisplaysPage} />
          <Route path={`${home}/displays`} component={DisplaysPage} />
          <Route path={`${home}/displays/:id`} component={DisplayPage} />
          <Route path={`${home}/sources`} component={SourcesPage} />
          <Route path={`${home}/settings`} component={SettingsPage} />
          <Route path={`${home}/system`} component={SystemPage} />
          <Route path={`${home}/account`} component={AccountPage} />
          <Route path={`${home}/login`} component={DisplaysPage} />
          <Route path={`${home}/setup`} component={DisplaysPage} />
          <Route path={`${home}/2fa-verify`} component={DisplaysPage} />
          <Route default component={NoPage} />
        </Router>
      </Frame>
    </LocationProvider>
  );
}
