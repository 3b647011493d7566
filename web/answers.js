// What the server answers: JSON, or why not.

/** The server said no. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {{retryAfter?: number, fields?: {field: string, message: string, code?: string}[], requestId?: string}} [more] retryAfter in seconds
   */
  constructor(status, code, message, { retryAfter, fields = [], requestId } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.fields = fields;
    this.requestId = requestId;
  }
}

/** No answer came: the server or the network is away. */
export class OfflineError extends Error {
  constructor() {
    super('No answer from the server');
    this.name = 'OfflineError';
  }
}

/** @param {Response} answer */
export async function readJson(answer) {
  try {
    return await answer.json();
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw new ApiError(answer.status, 'NOT_JSON', 'The answer could not be read');
  }
}

/** @param {Response} answer */
export async function readError(answer) {
  /** @type {any} */
  const body = await answer.json().catch(() => null);
  const { status, statusText } = answer;
  return errorOf(body?.detail, { status, statusText, wait: answer.headers.get('Retry-After') });
}

/**
 * What an error says of itself.
 * @param {any} detail
 * @param {{status: number, statusText?: string, wait?: string | null}} answer
 */
export function errorOf(detail, { status, statusText = '', wait = null }) {
  const seconds = Number(wait);
  return new ApiError(status, detail?.error_code ?? 'UNKNOWN', detail?.message ?? statusText, {
    retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
    fields: Array.isArray(detail?.fields) ? detail.fields : [],
    requestId: detail?.request_id,
  });
}
