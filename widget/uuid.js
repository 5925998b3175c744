/** Makes the ids by which the server knows a message it already has. */

/** A random UUID; `crypto.randomUUID` is missing on plain http, where self-hosters try things out. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
  );
}
