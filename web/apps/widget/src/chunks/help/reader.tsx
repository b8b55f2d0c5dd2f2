/** An article that is read, and whether it answered the question. */
import { Component, createRef, Fragment, h } from 'preact';
import type { Article } from '../../panel/dto';
import { adopt } from '../adopt';
import css from './reader.css?inline';
import { tree } from './tree';
import { say } from './words';

adopt(css);

interface Props {
  article: Article;
  /** Whether it helped; null while nothing was said. */
  verdict: boolean | null;
  judge: (verdict: boolean) => void;
}

export class Reader extends Component<Props> {
  heading = createRef<HTMLHeadingElement>();

  override componentDidMount() {
    this.heading.current?.focus();
  }

  override render({ article, verdict, judge }: Props) {
    const pick = (isHelpful: boolean) => (
      <button type="button" class="pick" onClick={() => judge(isHelpful)}>
        {say(isHelpful ? 'yes' : 'no')}
      </button>
    );
    return (
      <article>
        <h2 ref={this.heading} tabIndex={-1} dir="auto">
          {article.title}
        </h2>
        <div class="prose" dir="auto">
          {tree(article.nodes)}
        </div>
        <p>
          <a href={article.url} target="_blank" rel="noopener">
            {say('whole')}
          </a>
        </p>
        <div class="asks" role="group" aria-label={say('helped')}>
          <p role="status">{say(verdict === null ? 'helped' : verdict ? 'glad' : 'sorry')}</p>
          {verdict === null && (
            <Fragment>
              {pick(true)}
              {pick(false)}
            </Fragment>
          )}
        </div>
      </article>
    );
  }
}
