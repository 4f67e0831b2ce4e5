// German. A text with {n} may have the forms one and other.
import account from './de_account.js';
import displays from './de_displays.js';
import settings from './de_settings.js';
import sources from './de_sources.js';

export default { ...account, ...displays, ...settings, ...sources };
