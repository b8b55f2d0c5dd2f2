/** The console is rendered in the browser only. */
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';
