/**
 * Plays the draft beside the editor. The server has no memory of it: everything said so far is
 * sent again, so that a changed step is met by the same customer.
 */
import type { ApiError, Locale, Result } from '@zhiyin/api';
import type { FlowDocument, SimulateBody, Simulated } from './types.ts';

type Play = (body: SimulateBody) => Promise<Result<Simulated>>;

interface Given {
  locale: Locale;
  document: () => FlowDocument;
  play: Play;
  /** Waits until nobody has typed for a while. */
  rest?: () => Promise<void>;
}

const REST_MS = 400;

export class Simulator {
  locale: Locale = $state('en');
  isOpen = $state(true);
  isVerified = $state(false);
  inputs: string[] = $state.raw([]);
  http: SimulateBody['http'] = $state.raw({});
  answers: SimulateBody['answers'] = $state.raw({});
  result: Simulated | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  isBusy = $state(false);
  #given: Given;
  #round = 0;

  constructor(given: Given) {
    this.#given = given;
    this.locale = given.locale;
  }

  /** After a change: once it rests, and only if nothing has changed since. */
  async later(): Promise<void> {
    const round = ++this.#round;
    const { rest = () => new Promise<void>((done) => setTimeout(done, REST_MS)) } = this.#given;
    await rest();
    if (round === this.#round) await this.play();
  }

  async play(): Promise<void> {
    const round = ++this.#round;
    this.isBusy = true;
    const result = await this.#given.play({
      document: this.#given.document(),
      locale: this.locale,
      inputs: this.inputs,
      is_open: this.isOpen,
      is_verified: this.isVerified,
      http: this.http,
      answers: this.answers,
    });
    if (round !== this.#round) return;
    this.isBusy = false;
    this.error = result.ok ? null : result.error;
    // What was played stays to be read while the draft is broken.
    if (result.ok) this.result = result.value;
  }

  say(text: string): Promise<void> {
    const said = text.trim();
    if (said === '' || this.result?.end) return Promise.resolve();
    this.inputs = [...this.inputs, said];
    return this.play();
  }

  /** What the other system answers. */
  answerCall(step: string, status: number, body: unknown): Promise<void> {
    this.http = { ...this.http, [step]: { status, body } };
    return this.play();
  }

  answer(step: string, outcome: 'answered' | 'unanswered'): Promise<void> {
    this.answers = { ...this.answers, [step]: outcome };
    return this.play();
  }

  /** Takes the last word back. */
  back(): Promise<void> {
    this.inputs = this.inputs.slice(0, -1);
    return this.play();
  }

  restart(): Promise<void> {
    this.inputs = [];
    this.http = {};
    this.answers = {};
    return this.play();
  }

  dispose(): void {
    this.#round++;
  }
}
