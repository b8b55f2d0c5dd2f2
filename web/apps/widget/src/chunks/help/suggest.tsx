/** Articles that may answer what is being written, above the composer. Until a person answers. */
import { Component, h } from 'preact';
import type { Desk } from '../../panel/desk';
import type { Hit } from '../../panel/dto';
import { icons, IconButton } from '../../panel/view/parts';
import { adopt } from '../adopt';
import { find, isAsked, open, question } from './articles';
import { marked } from './marked';
import css from './suggest.css?inline';
import { say } from './words';

adopt(css);

const WAIT_MS = 350;
const SHOWN_MAX = 3;

interface Props {
  desk: Desk;
}

export class Suggest extends Component<Props, { hits: Hit[]; isHidden: boolean }> {
  override state = { hits: [] as Hit[], isHidden: false };
  timer: ReturnType<typeof setTimeout> | undefined;
  last = '';

  override componentDidMount() {
    this.look();
  }
  override componentDidUpdate() {
    this.look();
  }
  override componentWillUnmount() {
    clearTimeout(this.timer);
    this.last = '';
  }

  look(): void {
    const { desk } = this.props;
    const { draft } = desk.get();
    if (draft === this.last || this.state.isHidden) return;
    this.last = draft;
    clearTimeout(this.timer);
    if (!isAsked(draft)) return this.state.hits.length ? this.setState({ hits: [] }) : undefined;
    this.timer = setTimeout(() => {
      find(desk, draft).then(
        (hits) => {
          // Somebody who has written on, or sent it, is not to be answered this.
          if (draft !== this.last) return;
          const answers = hits.filter((hit) => hit.is_answer).slice(0, SHOWN_MAX);
          if (answers.length && !this.state.hits.length)
            desk.set({ announcement: say('found', { n: answers.length }) });
          this.setState({ hits: answers });
        },
        // What was offered unasked may stay away unsaid.
        () => this.setState({ hits: [] }),
      );
    }, WAIT_MS);
  }

  override render({ desk }: Props) {
    const { hits, isHidden } = this.state;
    if (!hits.length || isHidden) return null;
    return (
      <section class="may" aria-label={say('may')}>
        <p>
          {say('may')}
          <IconButton
            d={icons.close}
            label={say('hide')}
            onClick={() => {
              this.setState({ isHidden: true });
              document.querySelector('textarea')?.focus();
            }}
          />
        </p>
        <ul>
          {hits.map(({ slug, title, title_highlights: places }) => (
            <li key={slug}>
              <button
                type="button"
                dir="auto"
                onClick={() => open(desk, { text: question(desk.get().draft), slug })}
              >
                {marked(title, places)}
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  }
}
