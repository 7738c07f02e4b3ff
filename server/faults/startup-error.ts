/**
 * A fault that ends the start. `message` is one line that says what is wrong and how to correct it;
 * it is all that is shown, so it holds no secret. What lies behind it is in `cause`.
 */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
    this.name = 'StartupError';
  }
}

/** The code of a fault of the operating system (`EACCES`) or of PostgreSQL (`28P01`), if it has one. */
export function faultCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
