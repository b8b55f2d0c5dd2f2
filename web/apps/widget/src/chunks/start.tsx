/** Below the greeting: when somebody is there again, and the way to articles. */
import { Fragment, h } from 'preact';
import type { Desk } from '../panel/desk';
import { t } from '../panel/i18n';
import { Icon } from '../panel/view/parts';
import { adopt } from './adopt';
import { Hours } from './hours';

adopt(`.find {
  display: flex;
  align-items: center;
  gap: 8px;
  width: 100%;
  min-height: 44px;
  margin-top: 16px;
  padding: 0 12px;
  border: 1px solid var(--line);
  border-radius: 8px;
  color: var(--ink-2);
  text-align: start;
}
.find:hover { background: var(--paper-2) }
.find svg { width: 16px; height: 16px }`);

const SEARCH = 'm21 21-4.3-4.3M19 11a8 8 0 1 1-16 0 8 8 0 0 1 16 0Z';

export function Start({ desk }: { desk: Desk }) {
  const { config } = desk.get();
  if (!config) return null;
  const { settings, is_online: isOnline, out_of_hours: closed, has_articles: hasArticles } = config;
  return (
    <Fragment>
      {!isOnline && !closed && (
        <p>
          <Hours settings={settings} />
        </p>
      )}
      {hasArticles && (
        <button type="button" class="find" onClick={() => desk.set({ sheet: 'help' })}>
          <Icon d={SEARCH} />
          {t('help')}
        </button>
      )}
    </Fragment>
  );
}
