// English. A text with {n} may have the forms one and other.
import account from './en_account.js';
import displays from './en_displays.js';
import settings from './en_settings.js';
import sources from './en_sources.js';

export default { ...account, ...displays, ...settings, ...sources };
