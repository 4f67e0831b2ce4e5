import { PageHead } from '../components/basics.jsx';
import { t } from '../core/texts.js';
export const SettingsPage = () => <PageHead title={t('nav.settings')} />;
