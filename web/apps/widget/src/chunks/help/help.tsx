/** Search of the help centre over the panel: answers while typing, an article, the way to a person. */
import { Component, createRef, Fragment, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Article, Hit } from '../../panel/dto';
import { icons, IconButton, lazy } from '../../panel/view/parts';
import { adopt } from '../adopt';
import { ask, askPerson, did, find, isAsked, question, read, Refused, takeWish } from './articles';
import css from './help.css?inline';
import { marked } from './marked';
import { say } from './words';
import type { Word } from './words';

adopt(css);

const Reader = lazy(async () => (await import('./reader')).Reader);

const WAIT_MS = 200;
const BACK = 'm12 19-7-7 7-7M19 12H5';

interface Props {
  desk: Desk;
}

interface State {
  text: string;
  /** None before the first answer. */
  hits: Hit[] | null;
  /** The article that is read, before it has arrived too. */
  slug: string | null;
  article: Article | null;
  verdict: boolean | null;
  problem: Word | null;
}

export class Help extends Component<Props, State> {
  wish = takeWish();
  override state: State = {
    text: this.wish.text,
    hits: null,
    slug: null,
    article: null,
    verdict: null,
    problem: null,
  };
  box = createRef<HTMLDialogElement>();
  field = createRef<HTMLInputElement>();
  opener = document.activeElement;
  timer: ReturnType<typeof setTimeout> | undefined;
  turn = 0;
  /** The question that is told about, and its name. */
  asked = '';
  id: Promise<string | null> = Promise.resolve(null);

  override componentDidMount() {
    this.box.current?.showModal();
    this.field.current?.focus();
    if (this.wish.text) void this.look();
    if (this.wish.slug) void this.show(this.wish.slug);
  }

  override componentWillUnmount() {
    clearTimeout(this.timer);
    const active = document.activeElement;
    if (active && active !== document.body && !this.box.current?.contains(active)) return;
    const opener = this.opener as HTMLElement | null;
    (opener?.isConnected ? opener : document.querySelector('textarea'))?.focus();
  }

  type = (text: string): void => {
    clearTimeout(this.timer);
    this.turn += 1;
    this.setState({ text, problem: null, ...(isAsked(text) ? {} : { hits: null }) });
    if (isAsked(text)) this.timer = setTimeout(this.look, WAIT_MS);
  };

  look = async (): Promise<void> => {
    const mine = ++this.turn;
    clearTimeout(this.timer);
    this.setState({ problem: null });
    try {
      const hits = await find(this.props.desk, this.state.text);
      if (mine === this.turn) this.setState({ hits });
    } catch {
      if (mine === this.turn) this.setState({ problem: 'failed' });
    }
  };

  /** The question is meant from now on: it is kept, once. */
  mean(): Promise<string | null> {
    const text = question(this.state.text);
    if (text && text !== this.asked) {
      this.asked = text;
      this.id = ask(this.props.desk, text);
    }
    return this.id;
  }

  tell(steps: Parameters<typeof did>[2]): void {
    const { slug } = this.state;
    void this.mean().then((id) =>
      did(this.props.desk, id, { opened: slug ?? undefined, ...steps }),
    );
  }

  show = async (slug: string): Promise<void> => {
    this.setState({ slug, article: null, verdict: null, problem: null }, () => this.tell({}));
    try {
      const article = await read(this.props.desk, slug);
      if (this.state.slug === slug) this.setState({ article });
    } catch (error) {
      const isGone = error instanceof Refused && error.status === 404;
      if (this.state.slug === slug) this.setState({ problem: isGone ? 'gone' : 'notRead' });
    }
  };

  back = (): void =>
    this.setState({ slug: null, article: null, problem: null }, () => {
      this.field.current?.focus();
      if (!this.state.hits && isAsked(this.state.text)) void this.look();
    });

  judge = (verdict: boolean): void => {
    this.setState({ verdict });
    this.tell({ is_helpful: verdict });
  };

  person = (): void => {
    if (question(this.state.text)) this.tell({ is_contact: true });
    askPerson(this.props.desk, this.state.text, this.state.article);
  };

  problem(retry: () => void) {
    const { problem } = this.state;
    return (
      problem && (
        <p class="bad" role="alert">
          {say(problem)}{' '}
          {problem !== 'gone' && (
            <button type="button" class="way" onClick={retry}>
              {say('retry')}
            </button>
          )}
        </p>
      )
    );
  }

  results() {
    const { text, hits } = this.state;
    return (
      <Fragment>
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            if (!question(text)) return;
            void this.mean();
            void this.look();
          }}
        >
          <input
            ref={this.field}
            type="search"
            enterkeyhint="search"
            dir="auto"
            value={text}
            aria-label={say('search')}
            placeholder={say('search')}
            onInput={(event) => this.type(event.currentTarget.value)}
          />
        </form>
        {this.problem(() => void this.look())}
        <p class="hint" role="status">
          {hits ? (hits.length ? say('found', { n: hits.length }) : say('none')) : say('hint')}
        </p>
        <ul class="hits">
          {(hits ?? []).map((hit) => (
            <li key={hit.slug}>
              <button type="button" onClick={() => void this.show(hit.slug)}>
                <b dir="auto">{marked(hit.title, hit.title_highlights)}</b>
                <span dir="auto">{marked(hit.snippet.text, hit.snippet.highlights)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Fragment>
    );
  }

  page(slug: string) {
    const { article, verdict, problem } = this.state;
    if (!article)
      return problem ? (
        this.problem(() => void this.show(slug))
      ) : (
        <p class="hint" role="status">
          {say('loading')}
        </p>
      );
    return <Reader article={article} verdict={verdict} judge={this.judge} />;
  }

  override render({ desk }: Props) {
    const { slug, verdict } = this.state;
    const close = (): void => desk.set({ sheet: null });
    return (
      <dialog
        ref={this.box}
        class="help"
        aria-label={say('title')}
        onClose={close}
        onCancel={(event) => {
          if (!slug) return;
          event.preventDefault();
          this.back();
        }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        <div class="top">
          {slug ? (
            <IconButton d={BACK} label={say('back')} onClick={this.back} />
          ) : (
            <h2>{say('title')}</h2>
          )}
          <IconButton d={icons.close} class="end" label={say('close')} onClick={close} />
        </div>
        <div class="body" key={slug} tabIndex={slug ? 0 : -1}>
          {slug ? this.page(slug) : this.results()}
        </div>
        <div class="low">
          <button type="button" class={verdict === false ? 'big' : 'plainly'} onClick={this.person}>
            {say('person')}
          </button>
        </div>
      </dialog>
    );
  }
}
