export * from './client.ts';
export * from './http.ts';
export * from './ids.ts';
export * from './journey.ts';
export * from './result.ts';
export * from './routing.ts';
export { RoutingApi } from './routingClient.ts';
export * from './types.ts';
export type { Upload } from './upload.ts';
