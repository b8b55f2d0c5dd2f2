/** The start of every conversation: a greeting, who is there, how long an answer takes. */
import { h } from 'preact';
import { duration, localized, t } from '../i18n';
import type { Desk } from '../desk';
import { Avatar, lazy } from './parts';

const Start = lazy(async () => (await import('../../chunks/start')).Start);

export function Welcome({ desk }: { desk: Desk }) {
  const { config, locale } = desk.get();
  if (!config) return null;
  const { settings, agents, is_online: isOnline, out_of_hours: closed } = config;
  return (
    <div class="hello">
      <div class="faces">
        {agents.slice(0, 4).map((person) => (
          <Avatar person={person} />
        ))}
      </div>
      <h2 dir="auto">{settings.greeting[locale] || t('greeting')}</h2>
      {isOnline ? (
        <p>{t('here', { time: duration(settings.first_response_s || 30) })}</p>
      ) : (
        <p dir="auto">{localized(closed ? closed.text : settings.offline_text) || t('away')}</p>
      )}
      <Start desk={desk} />
    </div>
  );
}
