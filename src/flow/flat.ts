// Texts that are kept and stand in many documents have to be in one piece.

/**
 * The same text in one piece. V8 keeps a concatenation as a tree of its parts until somebody reads it; a kept tree is
 * walked anew for each document that it stands in. For texts that are kept, not per flow. ASCII only.
 */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
