/** Colours offered for tags: seven that are told apart in light and dark. */
export const TAG_COLORS = [
  '#1f6f6b',
  '#4d7a3a',
  '#5a4fa2',
  '#b07a1e',
  '#b5482f',
  '#2f6aa8',
  '#6b7075',
] as const;
