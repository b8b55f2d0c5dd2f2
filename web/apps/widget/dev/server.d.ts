/** Types of the mock server for tests. */
import type { Service, Visitor } from './service';

export interface MockServer {
  url: string;
  service: Service;
  control: { hostCsp?: string; dropAnswer: boolean };
  /** Cuts every line and refuses new ones until `up`. */
  down(): void;
  up(): void;
  /** What an agent does to the newest visitor. */
  act(action: Record<string, unknown>): void;
  close(): void;
}

export function serve(port?: number): Promise<MockServer>;
export type { Visitor };
