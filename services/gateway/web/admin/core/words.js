// Words for failures.
import { t } from './texts.js';

/** What failed and what to do, in the chosen language. @param {any} error */
export function wordsFor(error) {
  if (error?.status === undefined) return t('failure.unexpected', { message: String(error?.message ?? error) });
  const { status, message, violations, retrySeconds } = error;
  if (status === 0) return t('failure.away');
  if (status === 429) return t('failure.limited', { n: Math.max(1, Math.ceil((retrySeconds || 60) / 60)) });
  if (status === 503) return t('failure.unavailable');
  if (violations.length > 0) return violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return message || t('failure.status', { status });
}
