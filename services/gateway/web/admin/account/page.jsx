import { PageHead } from '../components/basics.jsx';
import { t } from '../core/texts.js';
export const AccountPage = () => <PageHead title={t('nav.account')} />;
