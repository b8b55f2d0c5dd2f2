export * from './frames.ts';
export * from './state.ts';
export * from './stream.ts';
export * from './view.ts';
