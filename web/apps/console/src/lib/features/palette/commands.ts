/** Everything the palette can do, and how it is found. */
import type { T } from '@zhiyin/i18n';
import type { Command, ShellState } from '$lib/features/shell/shell.svelte.ts';
import { emptyStart } from '$lib/features/views/start.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { language } from '$lib/shared/i18n.svelte.ts';

export function allCommands(
  desk: Desk,
  shell: ShellState,
  t: T,
  open: (path: string) => void,
): Command[] {
  return [...shell.pageCommands, ...places(desk, t, open), ...console_(desk, shell, t)];
}

function places(desk: Desk, t: T, open: (path: string) => void): Command[] {
  const group = t('palette.go');
  const go = (id: string, label: string, path: string, words = '', keys = ''): Command => ({
    id,
    label,
    group,
    words,
    ...(keys ? { keys } : {}),
    run: () => open(path),
  });
  return [
    go('today', t('nav.today'), '/today', 'today 今日 jinri', 'G T'),
    go('cases', t('nav.cases'), '/cases', 'cases 工单 gongdan', 'G C'),
    ...(desk.app.session.can('knowledge.read')
      ? [go('knowledge', t('nav.knowledge'), '/knowledge', 'articles 知识库 文章 zhishi', 'G K')]
      : []),
    go('mine', t('nav.mine'), '/inbox/mine', 'mine 我的 wode', 'G M'),
    go(
      'unassigned',
      t('nav.unassigned'),
      '/inbox/unassigned',
      'unassigned 未分配 weifenpei',
      'G U',
    ),
    go('mentions', t('nav.mentions'), '/inbox/mentions', 'mentions 提及', 'G @'),
    go('all', t('nav.all'), '/inbox/all', 'all 全部', 'G A'),
    go('followed', t('nav.followed'), '/inbox/followed', 'following 关注', 'G F'),
    ...desk.directory.views.map((view) =>
      go(view.id, view.name, `/inbox/view:${view.id}`, t('nav.savedViews')),
    ),
    ...desk.directory.teams.map((team) =>
      go(team.id, team.name, `/inbox/team:${team.id}`, t('nav.teams')),
    ),
    ...desk.directory.inboxes.map((inbox) =>
      go(inbox.id, inbox.name, `/inbox/inbox:${inbox.id}`, t('nav.inboxes')),
    ),
    ...desk.directory.tags.map((tag) =>
      go(tag.id, tag.name, `/inbox/tag:${tag.id}`, t('conversation.tags')),
    ),
    go('promises', t('nav.promises'), '/promises', 'promises 承诺 chengnuo'),
    ...(desk.app.session.can('reports.read')
      ? [go('journey', t('report.journey'), '/reports/journey', 'journey report 报表 关键时刻')]
      : []),
    go('search', t('nav.search'), '/search', 'search 搜索 sousuo'),
    go('settings', t('nav.settings'), '/settings', 'settings 设置 shezhi', 'G S'),
    go('profile', t('nav.profile'), '/settings/profile', 'profile 个人'),
  ];
}

function console_(desk: Desk, shell: ShellState, t: T): Command[] {
  const group = t('palette.console');
  const { preferences } = desk.app;
  const themes = (['light', 'dark', 'system'] as const).map((theme): Command => ({
    id: `theme-${theme}`,
    label: language.pair(t('theme.label'), t(`theme.${theme}`)),
    group,
    words: 'theme dark light 外观 深色 浅色',
    run: () => preferences.set('theme', theme),
  }));
  const presences = (['online', 'busy', 'break', 'away', 'offline'] as const).map(
    (presence): Command => ({
      id: `presence-${presence}`,
      label: t('presence.set', { presence: t(`presence.${presence}`) }),
      group,
      words: `presence 状态 ${presence}`,
      run: () =>
        void desk.attendance.choose(presence).then((result) => {
          if (!result.ok) desk.app.fail(result.error);
        }),
    }),
  );
  const density = preferences.value.density === 'compact' ? 'comfortable' : 'compact';
  const locale = language.locale === 'en' ? 'zh-CN' : 'en';
  return [
    {
      id: 'new-view',
      label: t('view.new'),
      group,
      words: 'view filter 视图 筛选',
      run: () => (shell.editingView = { view: null, start: emptyStart() }),
    },
    {
      id: 'keys',
      label: t('nav.shortcuts'),
      group,
      keys: '?',
      words: 'shortcuts 快捷键',
      run: () => (shell.areShortcutsOpen = true),
    },
    {
      id: 'language',
      label: language.pair(t('language.label'), t(`language.${locale}`)),
      group,
      words: 'language 语言 中文 english',
      run: () => void language.choose(locale),
    },
    {
      id: 'density',
      label: language.pair(t('density.label'), t(`density.${density}`)),
      group,
      words: 'density 密度 compact',
      run: () => preferences.set('density', density),
    },
    ...themes,
    ...presences,
  ];
}

/** Every word typed must be found; what begins with the text comes first. */
export function findCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...commands];
  const first = words[0] ?? '';
  return commands
    .filter((command) => {
      const text = `${command.label} ${command.words ?? ''} ${command.group}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((command, i) => ({ command, i, starts: command.label.toLowerCase().startsWith(first) }))
    .sort((a, b) => Number(b.starts) - Number(a.starts) || a.i - b.i)
    .map((one) => one.command);
}
