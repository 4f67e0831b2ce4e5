// An error of a request, with words for people.

/** @typedef {{field: string, description: string}} Violation */

export class Failure extends Error {
  /**
   * @param {{status: number, message: string, reason?: string, violations?: Violation[], retrySeconds?: number}} what
   *   status: HTTP status, 0: no response
   */
  constructor({ status, message, reason = '', violations = [], retrySeconds = 0 }) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.violations = violations;
    this.retrySeconds = retrySeconds;
  }
}

/**
 * The failure that a response describes. Both error formats are read: of /api/v2 ({error: {status, message,
 * details}}) and of the older routes ({error, message}).
 * @param {number} status
 * @param {any} body parsed, or undefined
 * @param {string|null} [retryAfter] the header field
 */
export function failureOf(status, body, retryAfter = null) {
  const retrySeconds = Math.max(0, Number.parseInt(retryAfter ?? '', 10) || 0);
  const error = body?.error;
  if (error && typeof error === 'object') {
    const violations = (error.details ?? []).map(({ field, message }) => ({ field: String(field), description: String(message) }));
    return new Failure({ status, reason: String(error.status ?? ''), message: String(error.message ?? ''), violations, retrySeconds });
  }
  return new Failure({ status, reason: typeof error === 'string' ? error : '', retrySeconds,
    message: String(body?.message ?? (typeof error === 'string' ? error : '')) });
}
