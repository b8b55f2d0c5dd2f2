/** Browser and system in plain words, from what the browser says of itself. */
export function deviceText(userAgent: string | null | undefined): string | null {
  if (!userAgent) return null;
  const browser = [
    ['MicroMessenger', /MicroMessenger\/(\d+)/],
    ['Edge', /Edg\/(\d+)/],
    ['Opera', /OPR\/(\d+)/],
    ['Firefox', /Firefox\/(\d+)/],
    ['Chrome', /Chrome\/(\d+)/],
    ['Safari', /Version\/(\d+).*Safari/],
  ] as const;
  const found = browser.find(([, pattern]) => pattern.test(userAgent));
  const version = found?.[1].exec(userAgent)?.[1];
  const name = found?.[0] === 'MicroMessenger' ? 'WeChat' : found?.[0];
  const system = /iPhone/.test(userAgent)
    ? 'iPhone'
    : /iPad/.test(userAgent)
      ? 'iPad'
      : /HarmonyOS/.test(userAgent)
        ? 'HarmonyOS'
        : /Android/.test(userAgent)
          ? 'Android'
          : /Windows/.test(userAgent)
            ? 'Windows'
            : /Mac OS X/.test(userAgent)
              ? 'macOS'
              : /Linux/.test(userAgent)
                ? 'Linux'
                : null;
  const parts = [name && `${name} ${version ?? ''}`.trim(), system].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : null;
}
